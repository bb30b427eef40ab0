#include <cmath>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/fused.hpp>
#include <autodiff/kernels/gemm.hpp>
#include <autodiff/random/random.hpp>
#include <autodiff/replay/perform.hpp>
#include <nn/linear.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

namespace {

/// C = A B
template <class T>
void multiply(Node& to, kernels::Matrix<T> c, Node& from, kernels::Matrix<const T> a, Node& by,
              kernels::Matrix<const T> b, std::int64_t m, std::int64_t n, std::int64_t k) {
  replay::perform("linear", to, {&from, &by}, [=] { kernels::gemm(c, a, b, m, n, k); });
}
template <class T>
void multiply(Node& to, kernels::Matrix<T> c, Node& from, kernels::Matrix<const T> a, Node& by,
              kernels::Matrix<const T> b, Node& plus, std::int64_t m, std::int64_t n, std::int64_t k) {
  replay::perform("linear", to, {&from, &by, &plus},
                  [=, row = static_cast<const T*>(plus.data)] { kernels::gemm(c, a, b, m, n, k, row); });
}

/// x, W and y as matrices: W is out by in, and all but the last axis of x and y are their rows.
template <class T>
struct Matrices {
  std::int64_t in, out, rows = 1;

  Matrices(const Node& x, const Node& weight) : in(weight.shape[1]), out(weight.shape[0]) {
    for (std::size_t axis = 0; axis + 1 < x.shape.size(); ++axis) rows *= x.shape[axis];
  }
  template <class U = const T>
  static kernels::Matrix<U> matrix(const Node& a) {
    return {static_cast<U*>(a.data), a.shape.back(), 1};
  }
  static kernels::Matrix<const T> transposed(const Node& a) {
    return {static_cast<const T*>(a.data), 1, a.shape.back()};
  }
};

/// By hand: y = x Wᵀ + b, x̄ = ȳ W, W̄ = ȳᵀ x, b̄ = Σ_n ȳ_n over the rows n of x and y.
struct LinearRule final : FusedRule {
  constexpr LinearRule() : FusedRule("linear") {}

  Tensor composed(const std::vector<Tensor>& operands) const override {
    const Tensor y = einsum("...i,oi->...o", {operands[0], operands[1]});
    return operands.size() > 2 ? y + operands[2] : y;
  }

  static void forward(const Tensor& y, const Tensor& x, const Tensor& weight, const Tensor& bias) {
    with_element_type(y.dtype(), [&]<class T>() {
      using M = Matrices<T>;
      const M m(*x.get(), *weight.get());
      const auto to = M::template matrix<T>(*y.get());
      const auto from = M::matrix(*x.get()), by = M::transposed(*weight.get());
      if (bias.defined()) {
        multiply(*y.get(), to, *x.get(), from, *weight.get(), by, *bias.get(), m.rows, m.out, m.in);
      } else {
        multiply(*y.get(), to, *x.get(), from, *weight.get(), by, m.rows, m.out, m.in);
      }
    });
  }

  void backward_by_hand(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const override {
    Node &x = *y.node().operands()[0].node, &weight = *y.node().operands()[1].node;
    Node& delta = *cotangent.get();
    const auto make = [&](const Node& like) {
      return Tensor(make_node_like(like, like.dtype, y.node().location()));
    };
    with_floating_type(y.dtype(), [&]<class T>() {
      using M = Matrices<T>;
      const M m(x, weight);
      if (operands.wants(0)) {
        Tensor of_x = make(x);
        multiply(*of_x.get(), M::template matrix<T>(*of_x.get()), delta, M::matrix(delta), weight,
                 M::matrix(weight), m.rows, m.in, m.out);
        operands.give(0, std::move(of_x));
      }
      if (operands.wants(1)) {
        Tensor of_weight = make(weight);
        multiply(*of_weight.get(), M::template matrix<T>(*of_weight.get()), delta, M::transposed(delta), x,
                 M::matrix(x), m.out, m.in, m.rows);
        operands.give(1, std::move(of_weight));
      }
    });
    if (y.node().operand_count > 2) operands.give(2, std::move(cotangent));
  }

  bool reads_operand(const Node& y, std::size_t i) const override {
    return i < 2 && y.operands()[1 - i].node->requires_grad;
  }
};

constexpr LinearRule linear_rule;

void check(const Tensor& x, const Tensor& weight, const Tensor& bias, Location at) {
  const Shape &of_x = x.shape(), &of_weight = weight.node(at, "the weight", "linear").shape;
  const bool fits = of_weight.size() == 2 && !of_x.empty() && of_x.back() == of_weight[1] &&
                    (!bias.defined() || bias.shape() == Shape{of_weight[0]});
  if (fits) return;
  Report report("linear", "the shapes do not fit", at);
  report.operand("x", x).operand("W", weight).rule("y_no = x_ni W_oi + b_o");
  if (bias.defined()) report.operand("b", bias);
  if (weight.dim() == 2 && x.dim() == 1 && weight.size(1) == 1) {
    report.hint("x.unsqueeze(-1), one row a sample");
  } else if (weight.dim() == 2 && x.dim() > 0) {
    report.hint(fmt::format("nn::Linear({}, {}), or x with {} features in its last axis", x.size(-1),
                            weight.size(0), weight.size(1)));
  } else {
    report.hint("x with an axis of features, a matrix W, and a number in b for each of its rows");
  }
  throw report.as<shape_error>();
}

}  // namespace

Tensor linear(const Operand& input, const Tensor& weight, const Tensor& bias) {
  const Tensor& x = input.tensor("the input");
  check(x, weight, bias, input.at);
  const Dtype dtype = promote(promote(x.dtype(), weight.dtype()), bias.defined() ? bias.dtype() : boolean);
  if (x.dtype() != dtype || weight.dtype() != dtype || (bias.defined() && bias.dtype() != dtype)) {
    return linear(Operand(x.to(dtype, input.at), input.at.file, input.at.line), weight.to(dtype, input.at),
                  bias.defined() ? bias.to(dtype, input.at) : bias);
  }
  Shape shape = x.shape();
  shape[shape.size() - 1] = weight.shape()[0];
  Tensor y(make_node(dtype, shape, input.at));
  LinearRule::forward(y, x, weight, bias);
  if (!bias.defined()) {
    if (should_record({&x, &weight})) record(y, linear_rule, {&x, &weight});
  } else if (should_record({&x, &weight, &bias})) {
    record(y, linear_rule, {&x, &weight, &bias});
  }
  return y;
}

Linear::Linear(std::int64_t in_features, std::int64_t out_features, bool with_bias, Location at) {
  if (in_features < 1 || out_features < 1) {
    throw Report("Linear", fmt::format("{} features in and {} out", in_features, out_features), at)
        .hint("one or more of each")
        .as<value_error>();
  }
  weight = empty({out_features, in_features}, {}, at);
  if (with_bias) bias = empty({out_features}, {}, at);
  reset_parameters(at);
}

void Linear::reset_parameters(Location at) {
  // Kaiming's uniform bound with a = √5, each step in double as PyTorch takes it: mathematically 1/√in.
  const double root_in = std::sqrt(static_cast<double>(weight.size(1)));
  const double gain = std::sqrt(2.0 / (1.0 + std::sqrt(5.0) * std::sqrt(5.0)));
  const double bound = std::sqrt(3.0) * (gain / root_in);
  const no_grad guard;
  uniform_(weight, -bound, bound, default_generator(), at);
  if (bias.defined()) uniform_(bias, -1 / root_in, 1 / root_in, default_generator(), at);
}

std::string Linear::extra_text() const {
  return fmt::format("in_features={}, out_features={}, bias={}", weight.size(1), weight.size(0),
                     bias.defined() ? "True" : "False");
}

}  // namespace eingrad::nn

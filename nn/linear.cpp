#include <cmath>

#include <autodiff/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/random/random.hpp>
#include <nn/linear.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

namespace {

constexpr ContractionRule linear_rule("linear");

void check(const Tensor& x, const Tensor& weight, const Tensor& bias, Location at) {
  const bool fits = weight.dim() == 2 && x.dim() > 0 && x.size(-1) == weight.size(1) &&
                    (!bias.defined() || bias.shape() == Shape{weight.size(0)});
  if (fits) return;
  Report report("linear", "the shapes do not fit", at);
  report.operand("x", x).operand("W", weight).rule("y_no = x_ni W_oi + b_o");
  if (bias.defined()) report.operand("b", bias);
  if (weight.dim() == 2 && x.dim() == 1 && weight.size(1) == 1) {
    report.hint("x.unsqueeze(-1), one row a sample");
  } else if (weight.dim() == 2 && x.dim() > 0) {
    report.hint(fmt::format("nn::Linear({}, {}), or x with {} features in its last axis", x.size(-1),
                            weight.size(0), weight.size(1)));
  }
  throw report.as<shape_error>();
}

}  // namespace

Tensor linear(const Operand& input, const Tensor& weight, const Tensor& bias) {
  const Tensor x = input.tensor();
  check(x, weight, bias, input.at);
  const Dtype dtype = promote(x.dtype(), weight.dtype());
  Shape shape = x.shape();
  shape[shape.size() - 1] = weight.size(0);
  std::string rows;
  for (std::size_t axis = 0; axis + 1 < shape.size(); ++axis) rows += static_cast<char>('A' + axis);
  const Tensor same = weight.to(dtype, input.at);
  const Tensor y =
      contract(linear_rule, {rows + "i", "oi", rows + "o"}, x.to(dtype, input.at), &same, shape, input.at);
  return bias.defined() ? add(Operand(y, input.at.file, input.at.line), bias) : y;
}

Linear::Linear(std::int64_t in_features, std::int64_t out_features, bool with_bias) {
  if (in_features < 1 || out_features < 1) {
    throw Report("Linear", fmt::format("{} features in and {} out", in_features, out_features))
        .hint("one or more of each")
        .as<value_error>();
  }
  weight = empty({out_features, in_features});
  if (with_bias) bias = empty({out_features});
  reset_parameters();
}

void Linear::reset_parameters() {
  // Kaiming's uniform bound with a = √5, each step in double as PyTorch takes it: mathematically 1/√in.
  const double root_in = std::sqrt(static_cast<double>(weight.size(1)));
  const double gain = std::sqrt(2.0 / (1.0 + std::sqrt(5.0) * std::sqrt(5.0)));
  const double bound = std::sqrt(3.0) * (gain / root_in);
  const no_grad guard;
  uniform_(weight, -bound, bound);
  if (bias.defined()) uniform_(bias, -1 / root_in, 1 / root_in);
}

std::string Linear::extra_text() const {
  return fmt::format("in_features={}, out_features={}, bias={}", weight.size(1), weight.size(0),
                     bias.defined() ? "True" : "False");
}

}  // namespace eingrad::nn

#include <algorithm>
#include <cstring>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/indexing/selection.hpp>
#include <autodiff/tensor.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr SelectionRule clone_rule("clone");

void convert(const char* operation, const Tensor& from, Tensor& to) {
  with_element_type(from.dtype(), [&]<class From>() {
    with_element_type(to.dtype(), [&]<class To>() {
      replay::perform(operation, to.node(), {&from.node()},
                      [x = static_cast<const From*>(from.node().data), n = from.numel(),
                       y = static_cast<To*>(to.node().data)] {
                        std::transform(x, x + n, y, [](From value) { return static_cast<To>(value); });
                      });
    });
  });
}

/// A change of dtype; the cotangent changes back.
struct ConversionRule final : Rule {
  constexpr ConversionRule() : Rule("to") {}
  void backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const override {
    operands.give(0, cotangent.to(y.node().operands()[0].node->dtype, y.node().location()));
  }
  bool reads_operand(const Node&, std::size_t) const override { return false; }
};
constexpr ConversionRule conversion_rule;

/// Refuses a change in place that would leave a gradient wrong.
void check_in_place(const char* operation, const Tensor& target, const Tensor* source, Location at) {
  static_cast<void>(target.node(at, "operand A", operation));
  if (source != nullptr) static_cast<void>(source->node(at, "operand B", operation));
  if (!grad_enabled()) return;
  if (!target.is_leaf()) {
    throw Report("in place", fmt::format("the tensor is the recorded result of {}", target.node().rule->name),
                 at)
        .operand("A", target)
        .hint("a new tensor: y = y + x instead of y += x")
        .as<graph_error>();
  }
  if (target.requires_grad()) {
    throw Report("in place", "the tensor is a leaf that requires a gradient", at)
        .operand("A", target)
        .hint("{ no_grad guard; … } around an update of parameters")
        .as<graph_error>();
  }
  if (source != nullptr && source->requires_grad()) {
    throw Report("in place", "the new values require a gradient, which a change in place would lose", at)
        .operand("A", target)
        .operand("B", *source)
        .hint("a new tensor: y = y + x, or detach() the values")
        .as<graph_error>();
  }
}

/// target = values, in target's memory.
void overwrite(Tensor& target, const Tensor& values, Location at) {
  if (values.shape() != target.shape()) {
    throw Report("in place", "the values have another shape than the tensor they are written to", at)
        .operand("A", target)
        .operand("B", values)
        .hint(values.numel() == target.numel() ? "B.reshape(A.shape()), or a new tensor, A = B"
                                               : "a new tensor, A = A + B; in place A keeps its shape")
        .as<shape_error>();
  }
  if (is_floating(values.dtype()) && !is_floating(target.dtype())) {
    throw Report("in place", "floating-point values do not fit into an integer tensor", at)
        .operand("A", target)
        .operand("B", values)
        .hint("to(float64) for the tensor, or to(int64) for the values")
        .as<dtype_error>();
  }
  convert("in place", values, target);
  target.node().mark_written(at);
}

/// The same tensor, if somebody else holds it, too.
Tensor& held(Tensor& target, Location at) {
  if (!target.defined() || !target.node().is_unshared()) return target;
  throw Report("in place", "nobody would see the change: the tensor has no name", at)
      .operand("A", target)
      .hint("a slice, an index and a reshape are copies: index_put(A, …, values), or A = … by name")
      .as<graph_error>();
}

template <class Operation>
Tensor& update(const char* name, Tensor& target, const Operand& other, Operation operation) {
  check_in_place(name, target, other.tensor_if(), other.at);
  const no_grad guard;
  overwrite(target, operation(Operand(target, other.at.file, other.at.line), other), other.at);
  return target;
}

}  // namespace

std::int64_t Tensor::size(std::int64_t axis, Location at) const {
  return node(at).shape[normalize_axis(axis, shape().size(), "size", at, this)];
}

const void* Tensor::data(Dtype expected, Location at) const {
  if (node(at, "the tensor", "span").dtype != expected) {
    throw Report("data", fmt::format("the elements are {}, not {}", name_of(dtype()), name_of(expected)), at)
        .operand("A", *this)
        .hint(
            fmt::format("the C++ type of the dtype, or a.to({}) in a variable of its own", name_of(expected)))
        .as<dtype_error>();
  }
  if (replay::listener != nullptr) replay::listener->check_read(node());
  return node().data;
}

void* Tensor::mutable_data(Dtype expected, Location at) const {
  if (replay::listener != nullptr) replay::listener->check_write(node(at));
  static_cast<void>(data(expected, at));
  node().mark_written(at);
  return node().data;
}

Tensor Tensor::detach(Location at) const {
  Node& own = node(at);
  Tensor copy(make_node(own.dtype, own.shape, at));
  replay::perform("detach", copy.node(), {&own},
                  [to = copy.node().data, from = own.data, n = own.bytes()] { std::memcpy(to, from, n); });
  return copy;
}

Tensor Tensor::clone(Location at) const {
  const Node& own = node(at);
  return eingrad::select(clone_rule, *this, IndexMap::identity(own.numel()), own.shape, at);
}

Tensor Tensor::to(Dtype dtype, Location at) const {
  if (dtype == node(at).dtype) return *this;
  Tensor y(make_node(dtype, shape(), at));
  convert("to", *this, y);
  if (is_floating(dtype) && should_record({this})) record(y, conversion_rule, {this});
  return y;
}

const Tensor& Tensor::requires_grad_(bool on, Location at) const& {
  Node& own = node(at);
  if (!own.is_leaf()) {
    throw Report("requires_grad_", fmt::format("the tensor is the result of {}, not a leaf", own.rule->name),
                 at)
        .operand("A", *this)
        .hint("retain_grad() to keep its gradient, or detach() for a new leaf")
        .as<graph_error>();
  }
  if (on && !is_floating(own.dtype)) {
    throw Report("requires_grad_", "only floating-point tensors have a gradient", at)
        .operand("A", *this)
        .hint("to(float64)")
        .as<dtype_error>();
  }
  own.requires_grad = on;
  return *this;
}

Tensor Tensor::requires_grad_(bool on, Location at) && {
  std::as_const(*this).requires_grad_(on, at);
  return std::move(*this);
}

void Tensor::set_grad(Tensor gradient, Location at) const {
  Node& own = node(at);
  if (gradient.defined() && (gradient.shape() != own.shape || gradient.dtype() != own.dtype)) {
    throw Report("set_grad", "the gradient has not the tensor's shape and dtype", at)
        .operand("A", *this)
        .operand("Abar", gradient)
        .hint("a gradient of the shape of A, .to(A.dtype())")
        .as<shape_error>();
  }
  if (replay::listener != nullptr) return replay::listener->set_grad(own, gradient.get());
  release(own.exchange_grad(gradient.take()));
}

const Tensor& Tensor::retain_grad(Location at) const {
  if (!node(at).requires_grad) {
    throw Report("retain_grad", "the tensor requires no gradient", at)
        .operand("A", *this)
        .hint(is_leaf() ? "requires_grad_() on it; a leaf keeps its gradient by itself"
                        : "requires_grad_() on a leaf before this is computed from it, without no_grad")
        .as<graph_error>();
  }
  node().retains_grad = true;
  return *this;
}

Tensor& Tensor::copy_(const Tensor& source, Location at) {
  check_in_place("copy_", *this, &source, at);
  const no_grad guard;
  overwrite(*this, source.shape() == shape() ? source : expand(Operand(source, at.file, at.line), shape()),
            at);
  return *this;
}

Tensor& Tensor::fill_(double value, Location at) {
  check_in_place("fill_", *this, nullptr, at);
  with_element_type(dtype(), [&]<class T>() {
    replay::perform("fill_", node(), {},
                    [to = static_cast<T*>(node().data), n = numel(), x = static_cast<T>(value)] {
                      std::fill_n(to, n, x);
                    });
  });
  node().mark_written(at);
  return *this;
}

Tensor& Tensor::operator+=(const Operand& other) & { return update("+=", *this, other, add); }
Tensor& Tensor::operator-=(const Operand& other) & { return update("-=", *this, other, eingrad::sub); }
Tensor& Tensor::operator*=(const Operand& other) & { return update("*=", *this, other, mul); }
Tensor& Tensor::operator/=(const Operand& other) & { return update("/=", *this, other, eingrad::div); }
Tensor Tensor::operator+=(const Operand& other) && { return update("+=", held(*this, other.at), other, add); }
Tensor Tensor::operator-=(const Operand& other) && {
  return update("-=", held(*this, other.at), other, eingrad::sub);
}
Tensor Tensor::operator*=(const Operand& other) && { return update("*=", held(*this, other.at), other, mul); }
Tensor Tensor::operator/=(const Operand& other) && {
  return update("/=", held(*this, other.at), other, eingrad::div);
}

const Tensor& Operand::made_number(Dtype dtype) const {
  if (made_.defined() && made_.dtype() == dtype) return made_;
  made_ = Tensor(make_node(dtype, {}, at));
  with_element_type(dtype, [this]<class T>() { *static_cast<T*>(made_.node().data) = number<T>(); });
  return made_;
}

const Tensor& Operand::converted(const Tensor& own, Dtype dtype) const {
  Tensor other = own.to(dtype, at);
  made_ = std::move(other);
  return made_;
}

// ---- The methods: the functions of the same names ----

namespace {
Operand at_line(const Tensor& a, Location at) { return {a, at.file, at.line}; }
}  // namespace

// clang-format off
Tensor Tensor::sum(const Shape& axes, bool keepdim, Location at) const { return eingrad::sum(at_line(*this, at), axes, keepdim); }
Tensor Tensor::mean(const Shape& axes, bool keepdim, Location at) const { return eingrad::mean(at_line(*this, at), axes, keepdim); }
Tensor Tensor::matmul(const Tensor& other, Location at) const { return eingrad::matmul(at_line(*this, at), at_line(other, at)); }
Tensor Tensor::transpose(std::int64_t axis0, std::int64_t axis1, Location at) const { return eingrad::transpose(at_line(*this, at), axis0, axis1); }
Tensor Tensor::reshape(const Shape& shape, Location at) const { return eingrad::reshape(at_line(*this, at), shape); }
Tensor Tensor::squeeze(const Shape& axes, Location at) const { return eingrad::squeeze(at_line(*this, at), axes); }
Tensor Tensor::unsqueeze(std::int64_t axis, Location at) const { return eingrad::unsqueeze(at_line(*this, at), axis); }
Tensor Tensor::slice(std::int64_t axis, std::int64_t start, std::int64_t stop, std::int64_t step, Location at) const { return eingrad::slice(at_line(*this, at), axis, start, stop, step); }
Tensor Tensor::pow(double exponent, Location at) const { return eingrad::pow(at_line(*this, at), exponent); }
Tensor Tensor::exp(Location at) const { return eingrad::exp(at_line(*this, at)); }
Tensor Tensor::log(Location at) const { return eingrad::log(at_line(*this, at)); }
Tensor Tensor::sqrt(Location at) const { return eingrad::sqrt(at_line(*this, at)); }
Tensor Tensor::abs(Location at) const { return eingrad::abs(at_line(*this, at)); }
Tensor Tensor::tanh(Location at) const { return eingrad::tanh(at_line(*this, at)); }
Tensor Tensor::sigmoid(Location at) const { return eingrad::sigmoid(at_line(*this, at)); }
Tensor Tensor::relu(Location at) const { return eingrad::relu(at_line(*this, at)); }
// clang-format on

Tensor Tensor::operator[](const Operand& which) const {
  const Operand self = at_line(*this, which.at);
  if (!which.is_number()) return index(self, {which.tensor()});
  if (which.kind() == int64) return index(self, {which.number<std::int64_t>()});
  throw Report("index", fmt::format("there is no element {}", which.number<double>()), which.at)
      .operand("A", *this)
      .hint("an integer, or a tensor of integers or of bools")
      .as<index_error>();
}

Tensor Tensor::t(Location at) const {
  const std::size_t rank = node(at).shape.size();
  if (rank > 2) {
    throw Report("t", "only a matrix has one transpose", at)
        .operand("A", *this)
        .hint("transpose(axis0, axis1) or permute(axes)")
        .as<shape_error>();
  }
  return rank < 2 ? clone(at) : transpose(0, 1, at);
}

}  // namespace eingrad

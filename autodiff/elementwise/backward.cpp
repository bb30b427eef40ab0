#include <bit>

#include <autodiff/elementwise/apply.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>

namespace eingrad {

namespace {

/// gradient = cotangent · ∂y/∂(operand k), in one loop; the two may be one.
template <std::size_t N>
void multiply_by_partial(const Elementwise& rule, Node& y, std::size_t k, Node& cotangent, Node& gradient) {
  Inputs<N> inputs;
  const std::span<const Slot> slots = y.operands();
  bool flat = true;
  for (std::size_t i = 0; i < N; ++i) {
    if (y.is_number(i)) {
      inputs.set(i, slots[i]);
    } else {
      inputs.set(i, *slots[i].node);
      flat = flat && (inputs.repeats[i] || slots[i].node->shape == y.shape);
    }
  }
  inputs.repeats[N] = cotangent.data == cotangent.one;
  if (replay::listener != nullptr) {
    auto call = std::make_unique<ElementwiseComputation>(rule.kernel, k, N, gradient, cotangent, y, flat);
    set_operands(*call, inputs);
    for (std::size_t i = 0; i <= N; ++i) {
      if ((rule.mentions.of[k] >> i & 1) == 0) call->leave_out(i);
    }
    return tell(rule.name, std::move(call));
  }
  const auto kernel = rule.kernel.backward[k][static_cast<std::size_t>(y.dtype)];
  const auto* values = static_cast<const std::byte*>(y.data);
  const auto* from = static_cast<const std::byte*>(cotangent.data);
  auto* to = static_cast<std::byte*>(gradient.data);
  if (is_one_call(y, flat, rule.kernel.worthwhile))
    return kernel(to, from, inputs.data, values, inputs.repeats, static_cast<std::size_t>(y.numel()));
  over_parts(y, y.dtype, inputs, flat, rule.kernel.worthwhile,
             [&](std::size_t position, const void* const* operands, const bool* repeats, std::size_t n) {
               const std::size_t offset = position * size_of(y.dtype);
               kernel(to + offset, repeats[N] ? from : from + offset, operands, values + offset, repeats, n);
             });
}

/// Makes of a cotangent of `y` what operand k gets, in the same memory where nobody else holds it.
template <std::size_t N>
void pull_back(const Elementwise& rule, Node& y, std::size_t k, Tensor& cotangent) {
  const bool one_for_all = stands_for_many(cotangent, y);
  if (rule.mentions.is_one[k]) {
    if (one_for_all && y.operands()[k].node->shape != y.shape) cotangent = repeated(cotangent, y);
    return;
  }
  Node& from = *cotangent.get();
  if (!one_for_all && from.is_unshared()) return multiply_by_partial<N>(rule, y, k, from, from);
  Tensor gradient(make_node_like(y, y.dtype, y.location()));
  multiply_by_partial<N>(rule, y, k, from, *gradient.get());
  cotangent = std::move(gradient);
}

template <std::size_t N>
void backward_on_numbers(const Elementwise& rule, Node& y, Tensor&& cotangent, Cotangents& operands) {
  unsigned takers = 0;  // bit k: operand k is given something
  for (std::size_t k = 0; k < N; ++k) {
    if (!rule.mentions.is_none[k] && operands.wants(k)) takers |= 1U << k;
  }
  for (; takers != 0; takers &= takers - 1) {
    const auto k = static_cast<std::size_t>(std::countr_zero(takers));
    const bool is_last = (takers & (takers - 1)) == 0;
    Tensor own = is_last ? Tensor(cotangent.take()) : cotangent;
    pull_back<N>(rule, y, k, own);
    operands.give(k, std::move(own));
  }
}

}  // namespace

[[gnu::hot]] void Elementwise::backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const {
  if (grad_enabled()) return backward_recorded(y, cotangent, operands);
  Node& node = *y.get();
  if (arity == 1) return backward_on_numbers<1>(*this, node, std::move(cotangent), operands);
  if (arity == 2) return backward_on_numbers<2>(*this, node, std::move(cotangent), operands);
  backward_on_numbers<3>(*this, node, std::move(cotangent), operands);
}

void Elementwise::backward_recorded(const Tensor& y, const Tensor& cotangent, Cotangents& operands) const {
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < arity; ++i) values.push_back(operand_of(y.node(), i));
  for (std::size_t k = 0; k < arity; ++k) {
    if (mentions.is_none[k] || !operands.wants(k)) continue;
    operands.give(k, mentions.is_one[k] ? Tensor(cotangent) : mul(cotangent, partial(k, values, y)));
  }
}

// ẏ = Σ_k ∂y/∂(operand k) · (operand k)˙
Tensor Elementwise::push_forward(const Tensor& y, std::span<const Tensor> tangents) const {
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < arity; ++i) values.push_back(operand_of(y.node(), i));
  Tensor sum;
  for (std::size_t k = 0; k < arity; ++k) {
    if (mentions.is_none[k] || !tangents[k].defined()) continue;
    const Tensor term = mentions.is_one[k] ? tangents[k] : mul(partial(k, values, y), tangents[k]);
    sum = sum.defined() ? add(sum, term) : term;
  }
  return sum;
}

}  // namespace eingrad

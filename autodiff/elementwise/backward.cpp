#include <autodiff/elementwise/apply.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>

namespace eingrad {

namespace {

/// gradient = cotangent · ∂y/∂(operand k), in one loop; the two may be one.
template <std::size_t N>
void fused_product(const Elementwise& rule, Node& y, Node& cotangent, std::size_t k, Node& gradient) {
  Inputs<N> inputs;
  const std::span<const Slot> slots = y.operands();
  bool flat = true;
  for (std::size_t i = 0; i < N; ++i) {
    if (y.is_number(i)) {
      inputs.number[i] = slots[i];
      inputs.set_number(i);
    } else {
      inputs.set(i, *slots[i].node);
      flat = flat && (inputs.repeats[i] || *inputs.shape[i] == y.shape);
    }
  }
  const auto kernel = rule.kernel.backward[k][static_cast<std::size_t>(y.dtype)];
  inputs.repeats[N] = cotangent.data == cotangent.one;
  if (replay::listener != nullptr) {
    auto call = std::make_unique<ElementwiseComputation>(rule.kernel, k, N, gradient, cotangent, y, flat);
    set_operands(*call, inputs);
    for (std::size_t i = 0; i <= N; ++i) {
      if ((rule.mentions.of[k] >> i & 1) == 0) call->leave_out(i);
    }
    return tell(rule.name, std::move(call));
  }
  const auto* values = static_cast<const std::byte*>(y.data);
  const auto* from = static_cast<const std::byte*>(cotangent.data);
  auto* to = static_cast<std::byte*>(gradient.data);
  over(y, y.dtype, inputs, flat, rule.kernel.worthwhile,
       [&](std::size_t position, const void* const* operands, const bool* repeats, std::size_t n) {
         const std::size_t offset = position * size_of(y.dtype);
         kernel(to + offset, repeats[N] ? from : from + offset, operands, values + offset, repeats, n);
       });
}

template <std::size_t N>
[[gnu::hot]] void backward_on_numbers(const Elementwise& rule, const Tensor& y, Tensor&& cotangent,
                                      Cotangents& operands) {
  Node& node = *y.get();
  const bool one_for_all = stands_for_many(cotangent, node);
  const auto takes = [&](std::size_t k) { return !rule.mentions.is_none[k] && operands.wants(k); };
  std::size_t last = N;
  while (last > 0 && !takes(last - 1)) --last;
  for (std::size_t k = 0; k < last; ++k) {
    if (k + 1 < last && !takes(k)) continue;
    Tensor gradient = k + 1 < last ? cotangent : std::move(cotangent);  // its memory is used again at the end
    if (rule.mentions.is_one[k]) {
      const bool was_broadcast = one_for_all && node.operands()[k].node->shape != node.shape;
      if (was_broadcast) gradient = repeated(gradient, node);
    } else {
      Node& from = *gradient.get();
      Tensor product;
      if (one_for_all || !from.is_unshared())
        product = Tensor(make_node(node.dtype, node.shape, node.location()));
      fused_product<N>(rule, node, from, k, product.defined() ? *product.get() : from);
      if (product.defined()) gradient = std::move(product);
    }
    operands.give(k, std::move(gradient));
  }
}

}  // namespace

[[gnu::hot]] void Elementwise::backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const {
  if (grad_enabled()) return backward_recorded(y, cotangent, operands);
  if (arity == 1) return backward_on_numbers<1>(*this, y, std::move(cotangent), operands);
  if (arity == 2) return backward_on_numbers<2>(*this, y, std::move(cotangent), operands);
  backward_on_numbers<3>(*this, y, std::move(cotangent), operands);
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

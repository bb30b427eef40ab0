#include <autodiff/backward.hpp>
#include <autodiff/forward.hpp>
#include <autodiff/fused.hpp>
#include <autodiff/grad_mode.hpp>

namespace eingrad {

[[gnu::hot]] void FusedRule::backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const {
  if (!grad_enabled()) return backward_by_hand(y, std::move(cotangent), operands);

  // Clones, so that an operand that depends on another one, or is the same tensor, counts as one of its own.
  std::vector<Tensor> values, wanted;
  for (std::size_t i = 0; i < y.node().operand_count; ++i) {
    values.push_back(operand_of(y.node(), i).clone());
    if (operands.wants(i)) wanted.push_back(values.back());
  }
  std::vector<Tensor> cotangents = grad(
      {composed(values)}, wanted, {.cotangents = {cotangent}, .create_graph = true, .allow_unused = true});
  for (std::size_t i = 0, next = 0; i < values.size(); ++i) {
    if (operands.wants(i)) operands.give(i, std::move(cotangents[next++]));
  }
}

Tensor FusedRule::push_forward(const Tensor& y, std::span<const Tensor> tangents) const {
  const enable_grad guard;
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < y.node().operand_count; ++i) {
    values.push_back(operand_of(y.node(), i).detach());
    if (is_floating(values.back().dtype())) values.back().requires_grad_();
  }
  return eingrad::push_forward(composed(values), values, {tangents.begin(), tangents.end()});
}

}  // namespace eingrad

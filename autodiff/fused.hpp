#pragma once
#include <autodiff/rule.hpp>

namespace eingrad {

/// A fused operation is a hand-derived gradient: where a composition of operations is too slow, it has a
/// forward and a backward written by hand. The composition stays beside it as its definition: when the
/// backward pass is recorded, the gradient is the composition's, and the tests compare the two.
struct FusedRule : Rule {
  using Rule::Rule;

  /// The same result as a composition of recorded operations.
  virtual Tensor composed(const std::vector<Tensor>& operands) const = 0;
  /// The hand-derived cotangents, on plain numbers.
  virtual void backward_by_hand(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const = 0;

  void backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const final;
  Tensor push_forward(const Tensor& y, std::span<const Tensor> tangents) const final;
  bool reads_operand(const Node&, std::size_t) const override { return true; }

 protected:
  ~FusedRule() = default;
};

}  // namespace eingrad

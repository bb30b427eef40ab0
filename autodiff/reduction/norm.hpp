#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// The p-norm (Σ |a|ᵖ)^(1/p) over the given axes, all if none are given. p may be ±∞ (the largest or smallest
/// |a|) or 0 (how many are not 0). Where the norm is 0 and has a kink its gradient is 0.
Tensor norm(const Operand& a, double p = 2, const Shape& axes = {}, bool keepdim = false);

}  // namespace eingrad

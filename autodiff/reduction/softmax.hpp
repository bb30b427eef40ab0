#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

// Each takes the largest element out before exp, so that nothing overflows.

/// ln Σ exp(a) over the given axes, all if none are given.
Tensor logsumexp(const Operand& a, const Shape& axes = {}, bool keepdim = false);
/// exp(a) / Σ exp(a) along an axis.
Tensor softmax(const Operand& a, std::int64_t axis);
/// ln softmax(a, axis) = a - ln Σ exp(a), exact also where softmax is tiny.
Tensor log_softmax(const Operand& a, std::int64_t axis);

}  // namespace eingrad

#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// The variance over the given axes, all if none are given: Σ (a - mean)² / (n - correction). A correction of
/// 1 makes it unbiased, 0 gives the mean square deviation. NaN if n <= correction. dtype_error unless
/// floating-point.
Tensor var(const Operand& a, const Shape& axes = {}, bool keepdim = false, double correction = 1);
/// Its square root.
Tensor std(const Operand& a, const Shape& axes = {}, bool keepdim = false, double correction = 1);

}  // namespace eingrad

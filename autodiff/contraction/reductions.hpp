#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// The sum over the given axes, all if none are given. keepdim leaves them with extent 1. Booleans are
/// counted. Rows of contiguous numbers are summed in cascade, as PyTorch does on the CPU.
Tensor sum(const Operand& a, const Shape& axes = {}, bool keepdim = false);
/// The sum over the given axes divided by the number of elements in it. dtype_error unless floating-point.
Tensor mean(const Operand& a, const Shape& axes = {}, bool keepdim = false);

}  // namespace eingrad

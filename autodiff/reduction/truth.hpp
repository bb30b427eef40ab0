#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

// Over the given axes, all if none are given; what is not 0 counts as true.

/// How many are true, int64.
Tensor count_nonzero(const Operand& a, const Shape& axes = {}, bool keepdim = false);
/// Whether one is true; false of no elements.
Tensor any(const Operand& a, const Shape& axes = {}, bool keepdim = false);
/// Whether all are true; true of no elements.
Tensor all(const Operand& a, const Shape& axes = {}, bool keepdim = false);

}  // namespace eingrad

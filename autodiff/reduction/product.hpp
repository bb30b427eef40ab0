#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// The product over the given axes, all if none are given; 1 of no elements. Its gradient is exact also where
/// elements are 0. Booleans are taken as int64.
Tensor prod(const Operand& a, const Shape& axes = {}, bool keepdim = false);

}  // namespace eingrad

#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// Elements start, start + step, … before stop of an axis. Bounds count from the back if negative and are
/// clipped, as in Python; step is 1 or more.
Tensor slice(const Operand& a, std::int64_t axis, std::int64_t start, std::int64_t stop,
             std::int64_t step = 1);
/// Element `index` of an axis, which is dropped. index_error if there is none.
Tensor select(const Operand& a, std::int64_t axis, std::int64_t index);
/// The elements of an axis that `indices` (int64, one axis) name, in that order. index_error if there is
/// none.
Tensor index_select(const Operand& a, std::int64_t axis, const Tensor& indices);

}  // namespace eingrad

#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// The same elements with two axes exchanged, or with the axes in the given order.
Tensor transpose(const Operand& a, std::int64_t axis0, std::int64_t axis1);
Tensor permute(const Operand& a, const Shape& axes);

/// `a` repeated along new axes in front and axes of extent 1 up to `shape`; -1 keeps an extent.
Tensor expand(const Operand& a, const Shape& shape);
/// What undoes a broadcast: the sum over the axes along which a tensor of `shape` was repeated to a's shape.
Tensor sum_to(const Tensor& a, const Shape& shape);

}  // namespace eingrad

#pragma once
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// The same elements with two axes exchanged, or with the axes in the given order.
Tensor transpose(const Operand& a, std::int64_t axis0, std::int64_t axis1);
Tensor permute(const Operand& a, const Shape& axes);

/// `a` repeated along new axes in front and axes of extent 1 up to `shape`; -1 keeps an extent.
Tensor expand(const Operand& a, const Shape& shape);
/// The sum over the axes along which a tensor of `shape` was repeated to a's shape.
Tensor sum_to(const Tensor& a, const Shape& shape, Location at = Location::current());
/// a = sum_to(a, shape), in a's own memory where it can be.
void undo_broadcast(Tensor& a, const Shape& shape);

/// For each axis of `a` whether a reduction over `axes`, or over all if there are none, takes it. index_error
/// if there is no such axis or it is named twice.
std::vector<bool> reduced_axes(const char* operation, const Tensor& a, const Shape& axes, Location at);
/// The same error, of an operation that is made of several.
inline void check_axes(const char* operation, const Tensor& a, const Shape& axes, Location at) {
  static_cast<void>(reduced_axes(operation, a, axes, at));
}
/// What is left of a shape: without the reduced axes, or with an extent of 1 there.
Shape reduced_shape(const Shape& shape, const std::vector<bool>& reduced, bool keepdim);

}  // namespace eingrad

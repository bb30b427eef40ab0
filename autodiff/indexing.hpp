#pragma once
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

// The indexing kind: every element of the result is one element of an operand. Results have memory of their
// own.

/// The same elements in row-major order with another shape; one extent may be -1. shape_error if the number
/// of elements differs.
Tensor reshape(const Operand& a, const Shape& shape);
/// Without the axes of extent 1: all of them, or those given.
Tensor squeeze(const Operand& a, const Shape& axes = {});
/// With a new axis of extent 1 before `axis`; -1 puts it last.
Tensor unsqueeze(const Operand& a, std::int64_t axis);

/// Elements start, start + step, … before stop of an axis. Bounds count from the back if negative and are
/// clipped, as in Python; step is 1 or more.
Tensor slice(const Operand& a, std::int64_t axis, std::int64_t start, std::int64_t stop,
             std::int64_t step = 1);
/// Element `index` of an axis, which is dropped. index_error if there is none.
Tensor select(const Operand& a, std::int64_t axis, std::int64_t index);
/// The elements of an axis that `indices` (int64, one axis) name, in that order. index_error if there is
/// none.
Tensor index_select(const Operand& a, std::int64_t axis, const Tensor& indices);

/// The tensors one after the other along an axis; the other extents are equal.
Tensor cat(const std::vector<Tensor>& tensors, std::int64_t axis = 0, Location at = Location::current());
/// The same under the name that NumPy and C++ readers know.
Tensor concat(const std::vector<Tensor>& tensors, std::int64_t axis = 0, Location at = Location::current());
/// Tensors of one shape along a new axis.
Tensor stack(const std::vector<Tensor>& tensors, std::int64_t axis = 0, Location at = Location::current());

}  // namespace eingrad

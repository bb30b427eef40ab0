#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

// Elements named by int64 indices. A negative one counts from the back; index_error if there is no such
// element.

/// y[i, j, …] = a[index[i, j, …], j, …] for axis 0, and likewise for others. The index has as many axes as
/// `a`, and on the others no larger extents.
Tensor gather(const Operand& a, std::int64_t axis, const Tensor& index);
/// `a` with source[i, j, …] added at [index[i, j, …], j, …] for axis 0, and likewise for others: what
/// gather's gradient does. Source and index have one shape.
Tensor scatter_add(const Operand& a, std::int64_t axis, const Tensor& index, const Operand& source);
/// The elements at these positions in row-major order, in the shape of the index.
Tensor take(const Operand& a, const Tensor& index);

/// 1 at each label and 0 at the other classes, int64, along a new last axis of `classes`; -1 stands for one
/// more than the largest label.
Tensor one_hot(const Tensor& labels, std::int64_t classes = -1, Location at = Location::current());

}  // namespace eingrad

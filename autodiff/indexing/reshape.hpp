#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// The same elements in row-major order with another shape; one extent may be -1. shape_error if the number
/// of elements differs.
Tensor reshape(const Operand& a, const Shape& shape);
/// Without the axes of extent 1: all of them, or those given.
Tensor squeeze(const Operand& a, const Shape& axes = {});
/// With a new axis of extent 1 before `axis`; -1 puts it last.
Tensor unsqueeze(const Operand& a, std::int64_t axis);

/// Axes first to last made one.
Tensor flatten(const Operand& a, std::int64_t first = 0, std::int64_t last = -1);

}  // namespace eingrad

#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// The largest or smallest element over the given axes, all if none are given. A NaN wins. Elements that
/// share the first place share the gradient evenly. value_error if there is no element to choose from.
Tensor amax(const Operand& a, const Shape& axes = {}, bool keepdim = false);
Tensor amin(const Operand& a, const Shape& axes = {}, bool keepdim = false);

/// Extremes along one axis, and where they stand on it.
struct Extremes {
  Tensor values;
  Tensor indices;  ///< int64
};

/// The largest or smallest element along an axis and its index: the first one, which gets all of the
/// gradient.
Extremes max(const Operand& a, std::int64_t axis, bool keepdim = false);
Extremes min(const Operand& a, std::int64_t axis, bool keepdim = false);
/// The largest or smallest of all elements, as amax and amin.
Tensor max(const Operand& a);
Tensor min(const Operand& a);
/// The index of the first of the largest or smallest elements, int64: along an axis, or among all elements in
/// row-major order.
Tensor argmax(const Operand& a, std::int64_t axis, bool keepdim = false);
Tensor argmin(const Operand& a, std::int64_t axis, bool keepdim = false);
Tensor argmax(const Operand& a);
Tensor argmin(const Operand& a);

}  // namespace eingrad

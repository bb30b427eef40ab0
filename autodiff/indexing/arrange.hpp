#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// The elements in reverse order along the given axes.
Tensor flip(const Operand& a, const Shape& axes);
/// The elements moved along an axis by `shift` places, those at the end coming in at the front; of all
/// elements in row-major order if no axis is given.
Tensor roll(const Operand& a, std::int64_t shift);
Tensor roll(const Operand& a, std::int64_t shift, std::int64_t axis);
/// The whole tensor repeated along each axis as often as `times` says, which may name further axes in front.
/// tile() takes missing ones as 1.
Tensor repeat(const Operand& a, const Shape& times);
Tensor tile(const Operand& a, const Shape& times);

}  // namespace eingrad

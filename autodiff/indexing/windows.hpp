#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// `a` with `value` around it: two numbers for each axis, before and after, the last axis first, as
/// torch.nn.functional.pad. {1, 2} pads the last axis with 1 element in front and 2 behind.
Tensor pad(const Operand& a, const Shape& padding, double value = 0);

/// What a kernel sees as it moves over the last axes: for a of shape (…, h, w) and a size {kh, kw} a tensor
/// of shape (…, oh, ow, kh, kw), whose element […, i, j, p, q] is a[…, i·stride + p·dilation, j·stride +
/// q·dilation]. All three have a number for each of these axes. shape_error where the kernel does not fit.
Tensor windows(const Operand& a, const Shape& size, const Shape& stride, const Shape& dilation);

/// The windows of `size` elements along one axis, one every `step`, as a new last axis.
Tensor unfold(const Operand& a, std::int64_t axis, std::int64_t size, std::int64_t step);

}  // namespace eingrad

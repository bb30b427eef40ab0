#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad::einstein {

/// The derivative of every element of y by every element of one of its operands, by the rule of the operation
/// that made it and nothing else: (numel y, numel x). Where x is several operands, by all of them.
Tensor jacobian_of(const Tensor& y, const Tensor& x);

}  // namespace eingrad::einstein

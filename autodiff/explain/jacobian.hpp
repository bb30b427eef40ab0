#pragma once
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad::einstein {

/// The derivative of every element of y by every element of a tensor x, by the rule of the operation that
/// made y and nothing else: (numel y, numel x). The operands with these numbers are x, at least one of them.
Tensor jacobian_of(const Tensor& y, const std::vector<std::size_t>& operands);

}  // namespace eingrad::einstein

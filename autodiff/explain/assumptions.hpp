#pragma once
#include <optional>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad::einstein {

/// Whether what is assumed of a tensor with these axes is true of its values.
bool is_true(const Declarations::Assumed& assumed, const Tensor& values,
             const std::vector<std::string>& axes);

/// What the values of data show without being told: one-hot, or summing to 1, along the last axis.
std::optional<Declarations::Assumed> seen_in(const Tensor& values, const std::vector<std::string>& axes);

}  // namespace eingrad::einstein

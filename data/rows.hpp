#pragma once
#include <cstdint>
#include <span>

#include <autodiff/tensor.hpp>

namespace eingrad::data {

/// The number of rows, the extent of the first axis, of tensors that belong together row by row. shape_error,
/// in the name of `operation`, if there is none, if one has no axis, or if their numbers of rows differ.
std::int64_t common_rows(const char* operation, std::span<const Tensor> tensors, Location at);

}  // namespace eingrad::data

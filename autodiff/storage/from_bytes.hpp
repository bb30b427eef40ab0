#pragma once
#include <string_view>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// A tensor of elements as they stand in a file, of which there must be as many as the shape says. Any byte
/// but 0 is a true boolean: a bool that is neither 0 nor 1 would be undefined.
Tensor from_bytes(const Shape& shape, Dtype dtype, std::string_view elements, Location at = {});

}  // namespace eingrad

#pragma once
#include <string>
#include <string_view>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// One array as NumPy's numpy.save writes it: a header that says what there is, then the elements.
std::string to_npy(const Tensor& values);
/// value_error, beginning with `name`, for bytes that are no such array, or one of a type that no dtype here
/// has. Fortran's order and all three versions of the format can be read.
Tensor from_npy(std::string_view bytes, const std::string& name, Location at = {});

}  // namespace eingrad

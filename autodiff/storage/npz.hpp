#pragma once
#include <string>
#include <string_view>

#include <autodiff/storage/storage.hpp>

namespace eingrad {

/// NumPy's archive: a zip file with an array NAME.npy for each tensor, not compressed.
std::string to_npz(const StateDict& state);
/// value_error, beginning with `name`, for bytes that are no such file. Compressed archives, and arrays in
/// Fortran's order, can be read.
StateDict from_npz(std::string_view bytes, const std::string& name, Location at = {});

}  // namespace eingrad

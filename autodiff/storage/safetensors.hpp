#pragma once
#include <string>
#include <string_view>

#include <autodiff/storage/storage.hpp>

namespace eingrad {

/// The safetensors format: the length of a header as 8 bytes, a header in JSON with each tensor's dtype,
/// shape and place, and the elements one tensor after the other, little-endian.
std::string to_safetensors(const StateDict& state);
/// value_error, beginning with `name`, for bytes that are no such file.
StateDict from_safetensors(std::string_view bytes, const std::string& name, Location at = {});

}  // namespace eingrad

#pragma once
#include <string_view>

#include <tests/parity/torch_headers.hpp>

namespace eingrad::testing {

/// libtorch's function for an elementwise operation of the list. Where it has none the function returns an
/// undefined tensor.
const OnTorchTensors& elementwise_in_libtorch(std::string_view name);
/// Whether that function takes numbers for all but the first operand.
bool takes_numbers_in_libtorch(std::string_view name);

}  // namespace eingrad::testing

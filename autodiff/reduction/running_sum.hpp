#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// y_i = a_0 + a_1 + … + a_i along an axis. Booleans are counted.
Tensor cumsum(const Operand& a, std::int64_t axis);

}  // namespace eingrad

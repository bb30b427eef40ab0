#pragma once
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad::testing {

/// A function made of `length` operations that the seed chooses. All results are matrices of 2 by 3, so that
/// any operation fits any of them.
Tensor random_function(unsigned seed, int length, const std::vector<Tensor>& inputs);

}  // namespace eingrad::testing

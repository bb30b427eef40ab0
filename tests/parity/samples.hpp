#pragma once
// Inputs for both libraries.
#include <autodiff/create.hpp>
#include <autodiff/random/generator.hpp>

namespace eingrad::testing {

/// Numbers between low and high, other ones at each call, that require a gradient, unless they are not
/// floating-point.
inline Tensor random_input(const Shape& shape, double low = -2, double high = 2, Dtype dtype = float64) {
  static Generator generator(7);
  Tensor a = empty(shape, float64);
  for (double& x : a.mutable_span<double>()) x = low + (high - low) * generator.uniform<double>();
  a = a.to(dtype);
  return is_floating(dtype) ? a.requires_grad_() : a;
}

}  // namespace eingrad::testing

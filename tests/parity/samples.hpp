#pragma once
// Inputs for both libraries.
#include <string>

#include <autodiff/create.hpp>
#include <autodiff/random/generator.hpp>
#include <tests/parity/torch.hpp>

namespace eingrad::testing {

/// Each test case starts from the same seed, whichever ran before it. Catch2 is asked for the case's name, so
/// that none has to say that it begins.
inline Generator& sample_generator() {
  static Generator generator;
  static std::string test_case;
  if (const auto now = Catch::getResultCapture().getCurrentTestName(); now != test_case) {
    test_case = now;
    generator.manual_seed(7);
  }
  return generator;
}

/// Numbers between low and high, other ones at each call, that require a gradient, unless they are not
/// floating-point.
inline Tensor random_input(const Shape& shape, double low = -2, double high = 2, Dtype dtype = float64) {
  Generator& generator = sample_generator();
  Tensor a = empty(shape, float64);
  for (double& x : a.mutable_span<double>()) x = low + (high - low) * generator.uniform<double>();
  a = a.to(dtype);
  return is_floating(dtype) ? a.requires_grad_() : a;
}

}  // namespace eingrad::testing

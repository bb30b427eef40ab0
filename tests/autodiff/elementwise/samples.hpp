#pragma once
// Sample values for the elementwise operations, from their own definitions.
#include <cmath>
#include <random>
#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>

namespace eingrad::testing {

/// Numbers from the interval that operand k is tested on, at least 0.1 away from the operation's kinks. The
/// condition of where does not hold for about half of them.
inline std::vector<double> samples(const ElementwiseFacts& operation, std::size_t k, std::size_t count) {
  std::mt19937_64 random(k + 1);
  const auto [low, high] = operation.domain[k];
  std::uniform_real_distribution<double> draw(low, high);
  std::vector<double> numbers;
  while (numbers.size() < count) {
    const double number = draw(random);
    bool at_kink = false;
    for (const double kink : operation.kinks) at_kink = at_kink || std::abs(number - kink) < 0.1;
    const bool fails = operation.name == "where" && k == 0 && number < 0;
    if (!at_kink) numbers.push_back(fails ? 0 : number);
  }
  return numbers;
}

/// The same as a tensor for operand k.
inline Tensor sample(const ElementwiseFacts& operation, std::size_t k, const Shape& shape,
                     Dtype dtype = float64) {
  Tensor a = empty(shape, float64);
  const auto numbers = samples(operation, k, static_cast<std::size_t>(a.numel()));
  std::ranges::copy(numbers, a.mutable_span<double>().begin());
  return a.to(dtype);
}

}  // namespace eingrad::testing

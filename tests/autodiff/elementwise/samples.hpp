#pragma once
// Sample values for the elementwise operations, from their own definitions, and their derivatives there.
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <autodiff/backward.hpp>
#include <autodiff/check/differences.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>

#include <fmt/format.h>

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

/// Where an operation's derivatives differ most from differences, and what both are; empty if they agree.
inline std::string wrong_derivative(const ElementwiseFacts& operation) {
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < operation.domain.size(); ++k)
    operands.push_back(sample(operation, k, {50}).requires_grad_());
  const std::vector<Tensor> ones_out{ones(operands[0].shape(), float64)};
  Differences differences([&](const auto& x) { return std::vector{operation.call(x)}; }, operands);
  differences.set_cotangents(ones_out);
  const std::vector<Tensor> derivatives =
      grad(sum(operation.call(operands)), operands, {.allow_unused = true});
  double most = 1e-5;
  std::string worst;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    if (!derivatives[k].defined()) continue;  // a condition's
    for (std::size_t i = 0; i < static_cast<std::size_t>(operands[k].numel()); ++i) {
      const double own = derivatives[k].span<double>()[i];
      const double right = differences.along(k, static_cast<std::int64_t>(i), 1e-6).central;
      if (std::abs(own - right) / (1 + std::abs(right)) <= most) continue;
      most = std::abs(own - right) / (1 + std::abs(right));
      worst = fmt::format("{}: the derivative by {} is {:.6g} as defined, and {:.6g} by differences, at",
                          operation.name, letter_of_operand(k), own, right);
      for (std::size_t j = 0; j < operands.size(); ++j)
        worst += fmt::format(" {} = {:.6g}", letter_of_operand(j), operands[j].span<double>()[i]);
    }
  }
  return worst;
}

}  // namespace eingrad::testing

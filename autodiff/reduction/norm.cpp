#include <cmath>

#include <autodiff/contraction/axes.hpp>
#include <autodiff/contraction/reductions.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/reduction/extremes.hpp>
#include <autodiff/reduction/norm.hpp>

namespace eingrad {

namespace {

/// aᵖ for a ≥ 0 with the derivative 0 at 0: there the power is taken of 1 instead.
Tensor power_off_zero(const Tensor& a, double p) {
  const Tensor zero = eq(a, 0);
  return where(zero, 0, pow(where(zero, 1, a), p));
}

}  // namespace

Tensor norm(const Operand& operand, double p, const Shape& axes, bool keepdim) {
  if (std::isnan(p)) {
    throw Report("norm", "p is no number", operand.at).hint("2, 1, ∞ …").as<value_error>();
  }
  const Tensor& a =
      is_floating(operand.tensor().dtype()) ? operand.tensor() : operand.tensor(default_dtype());
  check_axes("norm", a, axes, operand.at);
  const Operand x(a, operand.at.file, operand.at.line);
  if (p == 2) return power_off_zero(sum(square(x), axes, keepdim), 0.5);
  const Tensor size = abs(x);
  if (p == 1) return sum(size, axes, keepdim);
  if (std::isinf(p)) return p > 0 ? amax(size, axes, keepdim) : amin(size, axes, keepdim);
  if (p == 0) return sum(power_off_zero(size, 0), axes, keepdim);
  if (p < 0) return pow(sum(pow(size, p), axes, keepdim), 1 / p);
  return power_off_zero(sum(power_off_zero(size, p), axes, keepdim), 1 / p);
}

}  // namespace eingrad

#include <autodiff/contraction/axes.hpp>
#include <autodiff/contraction/reductions.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/reduction/extremes.hpp>
#include <autodiff/reduction/softmax.hpp>

namespace eingrad {

namespace {

/// The operand in a floating-point dtype.
const Tensor& floating(const Operand& a, const char* operation = __builtin_FUNCTION()) {
  return is_floating(a.tensor("the operand", operation).dtype()) ? a.tensor() : a.tensor(default_dtype());
}

/// The largest elements, a constant: what is taken out and put back has no part in the derivative.
Tensor largest(const Tensor& a, const Shape& axes) {
  if (a.numel() == 0) return sum(a.detach(), axes, true);
  return amax(a.detach(), axes, true);
}

}  // namespace

Tensor logsumexp(const Operand& operand, const Shape& axes, bool keepdim) {
  const Tensor& a = floating(operand);
  check_axes("logsumexp", a, axes, operand.at);
  Tensor shift = largest(a, axes);
  shift = where(isfinite(shift), shift, 0);  // ∞ - ∞ would be no number
  const Tensor y = log(sum(exp(sub(Operand(a, operand.at.file, operand.at.line), shift)), axes, keepdim));
  return y + (keepdim ? shift : sum(shift, axes));
}

Tensor softmax(const Operand& operand, std::int64_t axis) {
  const Tensor& a = floating(operand);
  check_axes("softmax", a, axis, operand.at);
  const Tensor e = exp(sub(Operand(a, operand.at.file, operand.at.line), largest(a, axis)));
  return e / sum(e, axis, true);
}

Tensor log_softmax(const Operand& operand, std::int64_t axis) {
  const Tensor& a = floating(operand);
  check_axes("log_softmax", a, axis, operand.at);
  const Tensor shifted = sub(Operand(a, operand.at.file, operand.at.line), largest(a, axis));
  return shifted - log(sum(exp(shifted), axis, true));
}

}  // namespace eingrad

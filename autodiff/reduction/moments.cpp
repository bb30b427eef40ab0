#include <algorithm>

#include <autodiff/contraction/axes.hpp>
#include <autodiff/contraction/reductions.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/reduction/moments.hpp>

namespace eingrad {

Tensor var(const Operand& operand, const Shape& axes, bool keepdim, double correction) {
  const Tensor& a = operand.tensor();
  check_axes("var", a, axes, operand.at);
  const Tensor center = mean(operand, axes, true);
  const Tensor squares = square(sub(operand, center));
  const double n = center.numel() == 0 ? 0 : static_cast<double>(a.numel() / center.numel());
  return sum(squares, axes, keepdim) / std::max(n - correction, 0.);
}

Tensor std(const Operand& a, const Shape& axes, bool keepdim, double correction) {
  return sqrt(var(a, axes, keepdim, correction));
}

}  // namespace eingrad

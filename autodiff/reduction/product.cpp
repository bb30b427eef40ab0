#include <autodiff/contraction/axes.hpp>
#include <autodiff/contraction/reductions.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/cat.hpp>
#include <autodiff/indexing/reshape.hpp>
#include <autodiff/indexing/slice.hpp>
#include <autodiff/reduction/product.hpp>
#include <autodiff/reduction/rows.hpp>

namespace eingrad {

// By halves: each step multiplies the first half of a row with the second. No division, so zeros need no
// care.
Tensor prod(const Operand& operand, const Shape& axes, bool keepdim) {
  const Tensor& a = operand.tensor(promote(operand.tensor().dtype(), int64));
  const std::vector<bool> reduced = reduced_axes("prod", a, axes, operand.at);
  const Shape shape = reduced_shape(a.shape(), reduced, keepdim);
  Tensor left = as_rows(a, reduced, operand.at);
  if (left.size(1) == 0) left = sum(left, 1, true) + 1;
  while (left.size(1) > 1) {
    const std::int64_t n = left.size(1), half = n / 2;
    const Tensor products = slice(left, 1, 0, half) * slice(left, 1, half, 2 * half);
    left = n % 2 == 0 ? products : cat({products, slice(left, 1, n - 1, n)}, 1);
  }
  return reshape(Operand(left, operand.at.file, operand.at.line), shape);
}

}  // namespace eingrad

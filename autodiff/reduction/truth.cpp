#include <autodiff/contraction/reductions.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/reduction/truth.hpp>

namespace eingrad {

Tensor count_nonzero(const Operand& a, const Shape& axes, bool keepdim) {
  return sum(ne(a, 0), axes, keepdim);
}
Tensor any(const Operand& a, const Shape& axes, bool keepdim) {
  return gt(count_nonzero(a, axes, keepdim), 0);
}
Tensor all(const Operand& a, const Shape& axes, bool keepdim) { return eq(sum(eq(a, 0), axes, keepdim), 0); }

}  // namespace eingrad

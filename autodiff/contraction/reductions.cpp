#include <autodiff/contraction/axes.hpp>
#include <autodiff/contraction/contract.hpp>
#include <autodiff/contraction/reductions.hpp>
#include <autodiff/elementwise/elementwise.hpp>

namespace eingrad {

namespace {

constexpr ContractionRule sum_rule("sum");

}  // namespace

Tensor sum(const Operand& operand, const Shape& axes, bool keepdim) {
  const Tensor& a = operand.tensor(promote(operand.tensor().dtype(), int64));
  const std::size_t rank = a.shape().size();
  const std::vector<bool> reduced = reduced_axes("sum", a, axes, operand.at);

  const std::string from = axis_letters(rank);
  std::string to;
  const Shape shape = reduced_shape(a.shape(), reduced, keepdim);
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (reduced[axis] && !keepdim) continue;
    // An axis that stays with extent 1 has a letter that the operand lacks.
    to += reduced[axis] ? static_cast<char>('A' + rank + axis) : from[axis];
  }
  return contract(sum_rule, a, from, to, shape, operand.at);
}

Tensor mean(const Operand& operand, const Shape& axes, bool keepdim) {
  const Tensor& a = operand.tensor();
  if (!is_floating(a.dtype())) {
    throw Report("mean", "the mean of integers is not an integer", operand.at)
        .operand("A", a)
        .hint("a.to(float64) first")
        .as<dtype_error>();
  }
  const std::vector<bool> reduced = reduced_axes("mean", a, axes, operand.at);
  std::int64_t count = 1;
  for (std::size_t axis = 0; axis < reduced.size(); ++axis) count *= reduced[axis] ? a.shape()[axis] : 1;
  return div(Operand(sum(operand, axes, keepdim), operand.at.file, operand.at.line),
             static_cast<double>(count));
}

}  // namespace eingrad

#include <autodiff/contraction/contract.hpp>
#include <autodiff/contraction/reductions.hpp>
#include <autodiff/elementwise/elementwise.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr ContractionRule sum_rule("sum");

/// A mark for each axis: '-' if it is summed over, else '+'.
std::string reduction(const char* operation, const Tensor& a, const Shape& axes, Location at) {
  const std::size_t rank = a.shape().size();
  std::string marks(rank, axes.empty() ? '-' : '+');
  for (std::int64_t axis : axes) {
    char& mark = marks[normalize_axis(axis, rank, operation, at)];
    if (mark == '-') {
      throw Report(operation, fmt::format("axis {} is named twice", axis), at)
          .operand("A", a)
          .as<index_error>();
    }
    mark = '-';
  }
  return marks;
}

}  // namespace

Tensor sum(const Operand& operand, const Shape& axes, bool keepdim) {
  const Tensor& a = operand.tensor(promote(operand.tensor().dtype(), int64));
  const std::size_t rank = a.shape().size();
  const std::string reduced = reduction("sum", a, axes, operand.at);

  const std::string from = axis_letters(rank);
  std::string to;
  Shape shape = Shape::filled(keepdim ? rank : static_cast<std::size_t>(std::ranges::count(reduced, '+')));
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const bool kept = reduced[axis] == '+';
    if (!kept && !keepdim) continue;
    // An axis that stays with extent 1 has a letter that the operand lacks.
    to += kept ? from[axis] : static_cast<char>('A' + rank + axis);
    shape[to.size() - 1] = kept ? a.shape()[axis] : 1;
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
  const std::string reduced = reduction("mean", a, axes, operand.at);
  std::int64_t count = 1;
  for (std::size_t axis = 0; axis < reduced.size(); ++axis)
    count *= reduced[axis] == '-' ? a.shape()[axis] : 1;
  return div(Operand(sum(operand, axes, keepdim), operand.at.file, operand.at.line),
             static_cast<double>(count));
}

}  // namespace eingrad

#include <algorithm>

#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/selection.hpp>
#include <autodiff/indexing/windows.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr SelectionRule pad_rule("pad"), windows_rule("windows"), unfold_rule("unfold");

/// How many windows that span `span` elements fit on an axis, one every `step`.
std::int64_t window_count(const char* operation, const Tensor& a, std::size_t axis, std::int64_t size,
                          std::int64_t step, std::int64_t dilation, Location at) {
  const std::int64_t span = dilation * (size - 1) + 1, extent = a.shape()[axis];
  if (size >= 1 && step >= 1 && dilation >= 1 && span <= extent) return (extent - span) / step + 1;
  throw Report(operation,
               fmt::format("windows of {} elements, {} apart, do not fit on axis {}, one every {}", size,
                           dilation, axis, step),
               at)
      .operand("A", a)
      .hint("a smaller kernel, or pad() first; all numbers are 1 or more")
      .as<shape_error>();
}

}  // namespace

Tensor pad(const Operand& operand, const Shape& padding, double value) {
  const Tensor& a = operand.tensor();
  const std::size_t rank = a.shape().size(), padded = padding.size() / 2;
  const bool negative = std::ranges::any_of(padding, [](std::int64_t n) { return n < 0; });
  if (padding.size() % 2 != 0 || padded > rank || negative) {
    throw Report("pad", fmt::format("{} are not two numbers for each axis", to_string(padding)), operand.at)
        .operand("A", a)
        .hint("before and after the last axis, then the one in front of it …; 0 or more")
        .as<shape_error>();
  }
  Shape shape = a.shape();
  for (std::size_t k = 0; k < padded; ++k) shape[rank - 1 - k] += padding[2 * k] + padding[2 * k + 1];
  IndexMap map;  // of a window in the result to `a`
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::size_t k = rank - 1 - axis;
    if (k < padded) map.from += padding[2 * k] * numel_behind(shape, axis);
    map.loops.add(a.shape()[axis], {numel_behind(a.shape(), axis), numel_behind(shape, axis)});
  }
  const auto window = std::make_shared<const IndexMap>(std::move(map));
  const Tensor around_zero = spread(pad_rule, a, window, shape, operand.at);
  if (value == 0) return around_zero;
  const Tensor inside = spread(pad_rule, ones(a.shape(), boolean), window, shape, operand.at);
  return where(inside, around_zero, full({}, value, a.dtype()));
}

Tensor windows(const Operand& operand, const Shape& size, const Shape& stride, const Shape& dilation) {
  const Tensor& a = operand.tensor();
  const std::size_t rank = a.shape().size(), count = size.size();
  if (count > rank || stride.size() != count || dilation.size() != count) {
    throw Report("windows",
                 fmt::format("size {}, stride {} and dilation {} do not name the same axes", to_string(size),
                             to_string(stride), to_string(dilation)),
                 operand.at)
        .operand("A", a)
        .hint("one number each for each of the last axes")
        .as<shape_error>();
  }
  const std::size_t first = rank - count;
  Shape shape = Shape::filled(rank + count);
  std::copy_n(a.shape().begin(), first, shape.begin());
  for (std::size_t k = 0; k < count; ++k) {
    shape[first + k] = window_count("windows", a, first + k, size[k], stride[k], dilation[k], operand.at);
    shape[rank + k] = size[k];
  }
  IndexMap map;
  map.overlaps = true;
  std::int64_t outer = 1;
  for (std::size_t axis = 0; axis < first; ++axis) outer *= a.shape()[axis];
  if (count > 0 && first > 0)
    map.loops.add(outer, {numel_behind(shape, first - 1), numel_behind(a.shape(), first - 1)});
  for (std::size_t k = 0; k < count; ++k)
    map.loops.add(shape[first + k],
                  {numel_behind(shape, first + k), stride[k] * numel_behind(a.shape(), first + k)});
  for (std::size_t k = 0; k < count; ++k)
    map.loops.add(size[k], {numel_behind(shape, rank + k), dilation[k] * numel_behind(a.shape(), first + k)});
  if (count == 0) map.loops.add(a.numel(), {1, 1});
  return select(windows_rule, a, std::move(map), shape, operand.at);
}

Tensor unfold(const Operand& operand, std::int64_t axis, std::int64_t size, std::int64_t step) {
  const Tensor& a = operand.tensor();
  const std::size_t i = normalize_axis(axis, a.shape().size(), "unfold", operand.at, &a);
  std::vector<std::int64_t> shape(a.shape().begin(), a.shape().end());
  shape[i] = window_count("unfold", a, i, size, step, 1, operand.at);
  shape.push_back(size);
  const Shape result = shape;
  const std::int64_t outer = numel_before(a.shape(), i), inner = numel_behind(a.shape(), i);
  IndexMap map;
  map.overlaps = true;
  map.loops.add(outer, {shape[i] * inner * size, a.shape()[i] * inner});
  map.loops.add(shape[i], {inner * size, step * inner});
  map.loops.add(inner, {size, 1});
  map.loops.add(size, {1, inner});
  return select(unfold_rule, a, std::move(map), result, operand.at);
}

}  // namespace eingrad

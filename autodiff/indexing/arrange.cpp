#include <autodiff/indexing/arrange.hpp>
#include <autodiff/indexing/cat.hpp>
#include <autodiff/indexing/reshape.hpp>
#include <autodiff/indexing/selection.hpp>
#include <autodiff/indexing/slice.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr SelectionRule flip_rule("flip"), repeat_rule("repeat");

}  // namespace

Tensor flip(const Operand& operand, const Shape& axes) {
  const Tensor& a = operand.tensor();
  std::vector<bool> flipped(a.shape().size(), false);
  for (const std::int64_t axis : axes)
    flipped[normalize_axis(axis, flipped.size(), "flip", operand.at, &a)] = true;
  IndexMap map;
  for (std::size_t axis = 0; axis < flipped.size(); ++axis) {
    const std::int64_t extent = a.shape()[axis], stride = numel_behind(a.shape(), axis);
    map.loops.add(extent, {stride, flipped[axis] ? -stride : stride});
    if (flipped[axis]) map.from += (extent - 1) * stride;
  }
  return select(flip_rule, a, std::move(map), a.shape(), operand.at);
}

Tensor roll(const Operand& operand, std::int64_t shift, std::int64_t axis) {
  const Tensor& a = operand.tensor();
  const std::int64_t extent = a.shape()[normalize_axis(axis, a.shape().size(), "roll", operand.at, &a)];
  if (extent == 0) return a.clone(operand.at);
  const std::int64_t from_end = ((shift % extent) + extent) % extent;
  const Tensor back = slice(operand, axis, extent - from_end, extent);
  const Tensor front = slice(operand, axis, 0, extent - from_end);
  return cat({back, front}, axis, operand.at);
}

Tensor roll(const Operand& operand, std::int64_t shift) {
  const Tensor& a = operand.tensor();
  const Tensor rolled = roll(Operand(flatten(operand), operand.at.file, operand.at.line), shift, 0);
  return reshape(Operand(rolled, operand.at.file, operand.at.line), a.shape());
}

Tensor repeat(const Operand& operand, const Shape& times) {
  const Tensor& a = operand.tensor();
  const std::size_t rank = times.size();
  const bool negative = std::ranges::any_of(times, [](std::int64_t n) { return n < 0; });
  if (rank < a.shape().size() || negative) {
    throw Report("repeat", fmt::format("{} does not say how often to repeat each axis", to_string(times)),
                 operand.at)
        .operand("A", a)
        .hint("a number for each axis, 0 or more; tile() fills up with 1")
        .as<shape_error>();
  }
  const std::size_t added = rank - a.shape().size();
  Shape shape = times;
  for (std::size_t axis = added; axis < rank; ++axis) shape[axis] *= a.shape()[axis - added];
  IndexMap map;
  map.overlaps = true;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::int64_t extent = axis < added ? 1 : a.shape()[axis - added];
    const std::int64_t from = axis < added ? 0 : numel_behind(a.shape(), axis - added);
    const std::int64_t to = numel_behind(shape, axis);
    map.loops.add(times[axis], {extent * to, 0});
    map.loops.add(extent, {to, from});
  }
  return select(repeat_rule, a, std::move(map), shape, operand.at);
}

Tensor tile(const Operand& operand, const Shape& times) {
  const std::size_t rank = operand.tensor().shape().size();
  if (times.size() >= rank) return repeat(operand, times);
  Shape all = Shape::filled(rank, 1);
  std::ranges::copy(times, all.end() - times.size());
  return repeat(operand, all);
}

}  // namespace eingrad

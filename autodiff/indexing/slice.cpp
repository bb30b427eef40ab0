#include <algorithm>

#include <autodiff/indexing/selection.hpp>
#include <autodiff/indexing/slice.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr SelectionRule slice_rule("slice"), select_rule("select"), index_select_rule("index_select");

Shape without(const Shape& shape, std::size_t axis) {
  Shape rest = Shape::filled(shape.size() - 1);
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = shape[i < axis ? i : i + 1];
  return rest;
}

}  // namespace

std::string detail::places(std::int64_t extent) {
  return extent == 0 ? "an axis with elements" : fmt::format("{} to {}", -extent, extent - 1);
}

Tensor slice(const Operand& operand, std::int64_t axis, std::int64_t start, std::int64_t stop,
             std::int64_t step) {
  const Tensor& a = operand.tensor();
  const std::size_t i = normalize_axis(axis, a.shape().size(), "slice", operand.at, &a);
  if (step < 1) {
    throw Report("slice", fmt::format("the step {} is not 1 or more", step), operand.at)
        .operand("A", a)
        .hint("flip for the other direction")
        .as<index_error>();
  }
  const std::int64_t extent = a.shape()[i];
  const auto bound = [&](std::int64_t b) {
    return std::clamp<std::int64_t>(b < 0 ? b + extent : b, 0, extent);
  };
  step = std::min(step, std::max<std::int64_t>(extent, 1));  // further than the end is not needed
  const std::int64_t first = bound(start), count = (std::max(first, bound(stop)) - first + step - 1) / step;
  const std::int64_t outer = numel_before(a.shape(), i), inner = numel_behind(a.shape(), i);

  Shape shape = a.shape();
  shape[i] = count;
  IndexMap map;
  map.from = first * inner;
  map.loops.add(outer, {count * inner, extent * inner});
  map.loops.add(count, {inner, step * inner});
  map.loops.add(inner, {1, 1});
  return select(slice_rule, a, std::move(map), shape, operand.at);
}

Tensor detail::select(const char* operation, const Operand& operand, std::int64_t axis, std::int64_t index) {
  const Tensor& a = operand.tensor("the operand", operation);
  const std::size_t i = normalize_axis(axis, a.shape().size(), operation, operand.at, &a);
  const std::int64_t extent = a.shape()[i];
  if (index < -extent || index >= extent) {
    throw Report(operation, fmt::format("there is no index {} on an axis of {}", index, extent), operand.at)
        .operand("A", a)
        .hint(detail::places(extent))
        .as<index_error>();
  }
  const std::int64_t outer = numel_before(a.shape(), i), inner = numel_behind(a.shape(), i);
  IndexMap map;
  map.from = (index < 0 ? index + extent : index) * inner;
  map.loops.add(outer, {inner, extent * inner});
  map.loops.add(inner, {1, 1});
  return eingrad::select(select_rule, a, std::move(map), without(a.shape(), i), operand.at);
}

Tensor select(const Operand& a, std::int64_t axis, std::int64_t index) {
  return detail::select("select", a, axis, index);
}

Tensor index_select(const Operand& operand, std::int64_t axis, const Tensor& indices) {
  const Tensor& a = operand.tensor();
  const std::size_t i = normalize_axis(axis, a.shape().size(), "index_select", operand.at, &a);
  if (indices.node(operand.at, "the tensor of indices").dtype != int64 || indices.dim() != 1) {
    throw Report("index_select", "the indices are not an int64 tensor of one axis", operand.at)
        .operand("i", indices)
        .hint("tensor({0, 2}), or flatten(indices.to(int64))")
        .as<dtype_error>();
  }
  const std::int64_t extent = a.shape()[i], inner = numel_behind(a.shape(), i);
  Shape shape = a.shape();
  shape[i] = indices.numel();
  IndexMap map;
  map.run = inner;
  map.picks.reserve(static_cast<std::size_t>(shape.numel() / std::max<std::int64_t>(inner, 1)));
  const auto rows = [=, source = a.get(), at = operand.at](auto elements, auto& picks) {
    for (std::int64_t outer = 0; outer < numel_before(source->shape, i); ++outer) {
      for (const std::int64_t index : elements) {
        if (index < -extent || index >= extent) {
          throw Report("index_select", fmt::format("there is no index {} on an axis of {}", index, extent),
                       at)
              .operand("A", Tensor(retain(source)))
              .hint(detail::places(extent))
              .as<index_error>();
        }
        picks.push_back((outer * extent + (index < 0 ? index + extent : index)) * inner);
      }
    }
  };
  const auto map_of_rows = picked("index_select", indices, std::move(map), rows);
  return select(index_select_rule, a, map_of_rows, shape, operand.at);
}

}  // namespace eingrad

#include <algorithm>

#include <autodiff/indexing.hpp>
#include <autodiff/selection.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr SelectionRule reshape_rule("reshape"), slice_rule("slice"), select_rule("select"),
    index_select_rule("index_select"), cat_rule("cat");

/// The product of the extents before, or behind, an axis.
std::int64_t numel_before(const Shape& shape, std::size_t axis) {
  std::int64_t n = 1;
  for (std::size_t i = 0; i < axis; ++i) n *= shape[i];
  return n;
}
std::int64_t numel_behind(const Shape& shape, std::size_t axis) {
  std::int64_t n = 1;
  for (std::size_t i = axis + 1; i < shape.size(); ++i) n *= shape[i];
  return n;
}

Tensor reshaped(const Tensor& a, const Shape& shape, Location at) {
  return select(reshape_rule, a, IndexMap::identity(a.numel()), shape, at);
}

Shape without(const Shape& shape, std::size_t axis) {
  Shape rest = Shape::filled(shape.size() - 1);
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = shape[i < axis ? i : i + 1];
  return rest;
}

}  // namespace

Tensor reshape(const Operand& operand, const Shape& wanted) {
  const Tensor& a = operand.tensor();
  Shape shape = wanted;
  const auto unknown = std::ranges::find(shape, -1);
  if (unknown != shape.end()) {
    *unknown = 1;
    const std::int64_t rest = shape.numel();
    *unknown = rest > 0 ? a.numel() / rest : 0;
  }
  if (std::ranges::any_of(shape, [](std::int64_t extent) { return extent < 0; }) ||
      shape.numel() != a.numel()) {
    throw Report("reshape", fmt::format("{} elements do not fill the shape {}", a.numel(), to_string(wanted)),
                 operand.at)
        .operand("A", a)
        .hint("a shape of as many elements; one extent may be -1")
        .as<shape_error>();
  }
  return reshaped(a, shape, operand.at);
}

Tensor squeeze(const Operand& operand, const Shape& axes) {
  const Tensor& a = operand.tensor();
  const Shape& shape = a.shape();
  std::vector<bool> dropped(shape.size(), false);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) dropped[axis] = axes.empty() && shape[axis] == 1;
  for (std::int64_t axis : axes) {
    const std::size_t i = normalize_axis(axis, shape.size(), "squeeze", operand.at);
    dropped[i] = shape[i] == 1;
  }
  std::vector<std::int64_t> kept;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (!dropped[axis]) kept.push_back(shape[axis]);
  }
  return reshaped(a, kept, operand.at);
}

Tensor unsqueeze(const Operand& operand, std::int64_t axis) {
  const Tensor& a = operand.tensor();
  const std::size_t rank = a.shape().size() + 1, before = normalize_axis(axis, rank, "unsqueeze", operand.at);
  Shape shape = Shape::filled(rank, 1);
  for (std::size_t i = 0; i + 1 < rank; ++i) shape[i < before ? i : i + 1] = a.shape()[i];
  return reshaped(a, shape, operand.at);
}

Tensor slice(const Operand& operand, std::int64_t axis, std::int64_t start, std::int64_t stop,
             std::int64_t step) {
  const Tensor& a = operand.tensor();
  const std::size_t i = normalize_axis(axis, a.shape().size(), "slice", operand.at);
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

Tensor select(const Operand& operand, std::int64_t axis, std::int64_t index) {
  const Tensor& a = operand.tensor();
  const std::size_t i = normalize_axis(axis, a.shape().size(), "select", operand.at);
  const std::int64_t extent = a.shape()[i];
  if (index < -extent || index >= extent) {
    throw Report("select", fmt::format("there is no index {} on an axis of {}", index, extent), operand.at)
        .operand("A", a)
        .as<index_error>();
  }
  const std::int64_t outer = numel_before(a.shape(), i), inner = numel_behind(a.shape(), i);
  IndexMap map;
  map.from = (index < 0 ? index + extent : index) * inner;
  map.loops.add(outer, {inner, extent * inner});
  map.loops.add(inner, {1, 1});
  return select(select_rule, a, std::move(map), without(a.shape(), i), operand.at);
}

Tensor index_select(const Operand& operand, std::int64_t axis, const Tensor& indices) {
  const Tensor& a = operand.tensor();
  const std::size_t i = normalize_axis(axis, a.shape().size(), "index_select", operand.at);
  if (indices.dtype() != int64 || indices.dim() != 1) {
    throw Report("index_select", "the indices are not an int64 tensor of one axis", operand.at)
        .operand("i", indices)
        .as<dtype_error>();
  }
  const std::int64_t extent = a.shape()[i], inner = numel_behind(a.shape(), i);
  Shape shape = a.shape();
  shape[i] = indices.numel();
  IndexMap map;
  map.run = inner;
  map.picks.reserve(static_cast<std::size_t>(shape.numel() / std::max<std::int64_t>(inner, 1)));
  for (std::int64_t outer = 0; outer < numel_before(a.shape(), i); ++outer) {
    for (const std::int64_t index : indices.span<std::int64_t>()) {
      if (index < -extent || index >= extent) {
        throw Report("index_select", fmt::format("there is no index {} on an axis of {}", index, extent),
                     operand.at)
            .operand("A", a)
            .as<index_error>();
      }
      map.picks.push_back((outer * extent + (index < 0 ? index + extent : index)) * inner);
    }
  }
  return select(index_select_rule, a, std::move(map), shape, operand.at);
}

Tensor cat(const std::vector<Tensor>& tensors, std::int64_t axis, Location at) {
  if (tensors.empty()) {
    throw Report("cat", "there is no tensor", at).hint("one tensor or more").as<value_error>();
  }
  Dtype dtype = boolean;
  for (const Tensor& tensor : tensors) dtype = promote(dtype, tensor.dtype());
  const std::size_t i = normalize_axis(axis, tensors[0].shape().size(), "cat", at);
  Shape shape = tensors[0].shape();
  shape[i] = 0;
  std::vector<Tensor> parts;
  for (const Tensor& tensor : tensors) {
    Shape rest = tensor.shape();
    if (rest.size() == shape.size()) rest[i] = shape[i];
    if (rest != shape) {
      throw Report("cat", fmt::format("extents differ on another axis than {}", i), at)
          .operand("A", tensors[0])
          .operand("B", tensor)
          .hint("reshape one of them, or stack for a new axis")
          .as<shape_error>();
    }
    shape[i] += tensor.shape()[i];
    parts.push_back(tensor.to(dtype, at));
  }
  const std::int64_t outer = numel_before(shape, i), inner = numel_behind(shape, i);
  std::vector<IndexMap> maps;
  std::int64_t done = 0;
  for (const Tensor& part : parts) {
    const std::int64_t run = part.shape()[i] * inner;
    IndexMap map;
    map.to = done;
    map.loops.add(outer, {shape[i] * inner, run});
    map.loops.add(run, {1, 1});
    maps.push_back(std::move(map));
    done += run;
  }
  return select(cat_rule, parts, std::move(maps), shape, at);
}

Tensor concat(const std::vector<Tensor>& tensors, std::int64_t axis, Location at) {
  return cat(tensors, axis, at);
}

Tensor stack(const std::vector<Tensor>& tensors, std::int64_t axis, Location at) {
  if (tensors.empty()) {
    throw Report("stack", "there is no tensor", at).hint("one tensor or more").as<value_error>();
  }
  static_cast<void>(normalize_axis(axis, tensors[0].shape().size() + 1, "stack", at));
  std::vector<Tensor> rows;
  for (const Tensor& tensor : tensors) {
    if (tensor.shape() != tensors[0].shape()) {
      throw Report("stack", "the shapes differ", at)
          .operand("A", tensors[0])
          .operand("B", tensor)
          .hint("cat along an axis that is there")
          .as<shape_error>();
    }
    rows.push_back(unsqueeze(Operand(tensor, at.file, at.line), axis));
  }
  return cat(rows, axis, at);
}

}  // namespace eingrad

#include <algorithm>

#include <autodiff/indexing/reshape.hpp>
#include <autodiff/indexing/selection.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr SelectionRule reshape_rule("reshape");

Tensor reshaped(const Tensor& a, const Shape& shape, Location at) {
  return select(reshape_rule, a, IndexMap::identity(a.numel()), shape, at);
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
    const std::size_t i = normalize_axis(axis, shape.size(), "squeeze", operand.at, &a);
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

Tensor flatten(const Operand& operand, std::int64_t first, std::int64_t last) {
  const Tensor& a = operand.tensor();
  if (a.dim() == 0) return reshaped(a, {1}, operand.at);
  const Shape& shape = a.shape();
  const std::size_t begin = normalize_axis(first, shape.size(), "flatten", operand.at, &a);
  const std::size_t end = normalize_axis(last, shape.size(), "flatten", operand.at, &a);
  if (end < begin) {
    throw Report("flatten", fmt::format("axis {} comes after axis {}", first, last), operand.at)
        .operand("A", a)
        .hint("flatten(first, last), the earlier axis first")
        .as<index_error>();
  }
  std::vector<std::int64_t> flat(shape.begin(), shape.begin() + begin);
  flat.push_back(1);
  for (std::size_t axis = begin; axis <= end; ++axis) flat.back() *= shape[axis];
  flat.insert(flat.end(), shape.begin() + end + 1, shape.end());
  return reshaped(a, flat, operand.at);
}

}  // namespace eingrad

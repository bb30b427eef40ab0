#include <algorithm>
#include <numeric>

#include <autodiff/indexing/slice.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad {

Tensor narrow(const Operand& operand, std::int64_t axis, std::int64_t start, std::int64_t length) {
  const Tensor& a = operand.tensor();
  const std::int64_t extent = a.shape()[normalize_axis(axis, a.shape().size(), "narrow", operand.at, &a)];
  const std::int64_t first = start < 0 ? start + extent : start;
  if (first < 0 || length < 0 || length > extent - first) {
    throw Report("narrow", fmt::format("an axis of {} has no {} elements from {} on", extent, length, start),
                 operand.at)
        .operand("A", a)
        .hint("a start and a length that lie on the axis")
        .as<index_error>();
  }
  return slice(operand, axis, first, first + length);
}

std::vector<Tensor> split(const Operand& operand, const std::vector<std::int64_t>& sizes, std::int64_t axis) {
  const Tensor& a = operand.tensor();
  const std::int64_t extent = a.shape()[normalize_axis(axis, a.shape().size(), "split", operand.at, &a)];
  const bool negative = std::ranges::any_of(sizes, [](std::int64_t size) { return size < 0; });
  if (negative || std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}) != extent) {
    throw Report("split", fmt::format("pieces of {} do not make up an axis of {}", sizes, extent), operand.at)
        .operand("A", a)
        .hint("sizes whose sum is the extent of the axis, or one size for all")
        .as<shape_error>();
  }
  std::vector<Tensor> pieces;
  std::int64_t start = 0;
  for (const std::int64_t size : sizes) {
    pieces.push_back(slice(operand, axis, start, start + size));
    start += size;
  }
  return pieces;
}

std::vector<Tensor> split(const Operand& operand, std::int64_t size, std::int64_t axis) {
  const Tensor& a = operand.tensor();
  const std::int64_t extent = a.shape()[normalize_axis(axis, a.shape().size(), "split", operand.at, &a)];
  if (size < 1) {
    throw Report("split", fmt::format("pieces of {} elements", size), operand.at)
        .operand("A", a)
        .hint("1 or more")
        .as<value_error>();
  }
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(extent / size), size);
  if (extent % size != 0 || extent == 0) sizes.push_back(extent % size);
  return split(operand, sizes, axis);
}

std::vector<Tensor> chunk(const Operand& operand, std::int64_t count, std::int64_t axis) {
  const Tensor& a = operand.tensor();
  const std::int64_t extent = a.shape()[normalize_axis(axis, a.shape().size(), "chunk", operand.at, &a)];
  if (count < 1) {
    throw Report("chunk", fmt::format("{} pieces", count), operand.at)
        .operand("A", a)
        .hint("1 or more")
        .as<value_error>();
  }
  return split(operand, std::max<std::int64_t>((extent + count - 1) / count, 1), axis);
}

}  // namespace eingrad

#include <autodiff/error.hpp>
#include <autodiff/shape.hpp>

#include <fmt/format.h>

namespace eingrad {

std::int64_t Shape::numel_beyond() const noexcept {
  return std::ranges::find(*this, 0) == end() ? std::numeric_limits<std::int64_t>::max() : 0;
}

void Shape::copy_heap(const Shape& other) {
  words_[0] = reinterpret_cast<std::intptr_t>(new std::int64_t[size_]);
  std::ranges::copy(other, begin());
}

std::int64_t numel_before(const Shape& shape, std::size_t axis) noexcept {
  std::int64_t n = 1;
  for (std::size_t i = 0; i < axis; ++i) n *= shape[i];
  return n;
}

std::int64_t numel_behind(const Shape& shape, std::size_t axis) noexcept {
  std::int64_t n = 1;
  for (std::size_t i = axis + 1; i < shape.size(); ++i) n *= shape[i];
  return n;
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    text += std::to_string(shape[axis]);
    if (axis + 1 < shape.size()) text += ", ";
  }
  return text + (shape.size() == 1 ? ",)" : ")");
}

std::size_t normalize_axis(std::int64_t axis, std::size_t rank, const char* operation, Location at,
                           const Tensor* operand) {
  const auto axes = static_cast<std::int64_t>(rank);
  if (axis < -axes || axis >= axes) {
    Report report(operation, fmt::format("there is no axis {} among {} axes", axis, rank), at);
    if (operand != nullptr) report.operand("A", *operand);
    throw report
        .hint(rank == 0 ? "a tensor of one axis or more"
                        : fmt::format("{} to {}, or {} to -1 counted from the back", 0, axes - 1, -axes))
        .as<index_error>();
  }
  return static_cast<std::size_t>(axis < 0 ? axis + axes : axis);
}

}  // namespace eingrad

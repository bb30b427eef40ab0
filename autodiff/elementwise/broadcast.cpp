#include <autodiff/elementwise/broadcast.hpp>

namespace eingrad {

bool broadcast_to(Shape& a, const Shape& b) {
  if (a == b) return true;
  const Shape& longer = a.size() < b.size() ? b : a;
  const Shape& shorter = a.size() < b.size() ? a : b;
  Shape result = longer;
  for (std::size_t i = 1; i <= shorter.size(); ++i) {
    std::int64_t& extent = result[result.size() - i];
    const std::int64_t other = shorter[shorter.size() - i];
    if (extent == 1) {
      extent = other;
    } else if (other != 1 && other != extent) {
      return false;
    }
  }
  a = std::move(result);
  return true;
}

BroadcastWalk::BroadcastWalk(const Shape& shape, std::span<const Shape* const> operands)
    : count_(operands.size()) {
  const std::size_t rank = shape.size();
  std::array<Shape, max_operands> strides;
  for (std::size_t k = 0; k < count_; ++k) {
    strides[k] = Shape::filled(rank);
    const Shape& operand = *operands[k];
    std::int64_t stride = 1;
    for (std::size_t i = 1; i <= operand.size(); ++i) {
      const std::int64_t extent = operand[operand.size() - i];
      strides[k][rank - i] = extent == 1 ? 0 : stride;
      stride *= extent;
    }
  }
  // From the last axis to the first: merge an axis into the one behind it where every operand steps alike.
  std::size_t kept = 0;
  Shape extents = Shape::filled(rank);
  std::array<Shape, max_operands> merged = strides;
  for (std::size_t axis = rank; axis-- > 0;) {
    if (shape[axis] == 1) continue;
    bool alike = kept > 0;
    for (std::size_t k = 0; alike && k < count_; ++k) {
      alike = strides[k][axis] == merged[k][kept - 1] * extents[kept - 1];
    }
    if (alike) {
      extents[kept - 1] *= shape[axis];
      continue;
    }
    extents[kept] = shape[axis];
    for (std::size_t k = 0; k < count_; ++k) merged[k][kept] = strides[k][axis];
    ++kept;
  }
  const std::size_t axes = std::max<std::size_t>(kept, 1);  // a single element is a run of one
  extents_ = Shape::filled(axes, 1);
  for (std::size_t k = 0; k < count_; ++k) strides_[k] = Shape::filled(axes);
  for (std::size_t i = 0; i < kept; ++i) {
    extents_[i] = extents[kept - 1 - i];
    for (std::size_t k = 0; k < count_; ++k) strides_[k][i] = merged[k][kept - 1 - i];
  }
}

}  // namespace eingrad

#pragma once
#include <array>
#include <span>

#include <autodiff/shape.hpp>

namespace eingrad {

/// The shape to which a and b broadcast (aligned at the last axis, 1 stretches), or false if they do not.
bool broadcast_to(Shape& a, const Shape& b);

/// The walk over operands that are broadcast to one shape: outer axes one by one, the last one whole. Axes
/// that all operands walk alike are merged, so that the inner run is as long as it can be.
class BroadcastWalk {
 public:
  BroadcastWalk(const Shape& shape, std::span<const Shape* const> operands);

  std::size_t inner() const { return static_cast<std::size_t>(extents_.back()); }
  /// Whether operand k stands still along the inner run.
  bool repeats(std::size_t k) const { return strides_[k].back() == 0; }

  /// Calls run(position of the result, positions of the operands), in elements, for each inner run.
  template <class Run>
  void each(Run run) const {
    std::array<std::int64_t, max_operands> at{};
    Shape counter = Shape::filled(extents_.size());
    for (std::int64_t position = 0;; position += extents_.back()) {
      run(position, at);
      std::size_t axis = extents_.size() - 1;
      do {
        if (axis-- == 0) return;
        const bool wraps = ++counter[axis] == extents_[axis];
        for (std::size_t k = 0; k < count_; ++k) {
          at[k] += strides_[k][axis] * (wraps ? 1 - extents_[axis] : 1);
        }
        if (!wraps) break;
        counter[axis] = 0;
      } while (true);
    }
  }

  static constexpr std::size_t max_operands = 3;

 private:
  std::size_t count_;
  Shape extents_;
  std::array<Shape, max_operands> strides_;
};

}  // namespace eingrad

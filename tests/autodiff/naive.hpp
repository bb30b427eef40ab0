#pragma once
// Tensors written out element by element, to compare the library's with.
#include <cmath>
#include <cstdint>
#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/shape.hpp>

namespace eingrad::testing {

using Place = std::vector<std::int64_t>;

/// Calls visit(index) for every element of a tensor of this shape, in row-major order.
template <class Visit>
void each_index(const Shape& shape, Visit visit) {
  for (std::int64_t position = 0; position < shape.numel(); ++position) {
    Place index(shape.size());
    std::int64_t rest = position;
    for (std::size_t axis = shape.size(); axis-- > 0; rest /= shape[axis]) index[axis] = rest % shape[axis];
    visit(index);
  }
}

inline double at(const Tensor& a, const Place& index) {
  std::int64_t position = 0;
  for (std::size_t axis = 0; axis < index.size(); ++axis) position = position * a.shape()[axis] + index[axis];
  return a.span<double>()[static_cast<std::size_t>(position)];
}

/// A float64 tensor whose elements are value(index).
template <class Value>
Tensor build(const Shape& shape, Value value) {
  Tensor a = empty(shape, float64);
  auto* to = a.mutable_span<double>().data();
  each_index(shape, [&](const Place& index) { *to++ = value(index); });
  return a;
}

/// Irregular numbers around 0 that differ from seed to seed.
inline Tensor numbers(const Shape& shape, int seed = 0) {
  double position = 10 * seed;
  return build(shape, [&](const Place&) {
    ++position;
    return 2 * std::sin(position * position + seed);
  });
}

}  // namespace eingrad::testing

#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include <autodiff/shape.hpp>

namespace eingrad::kernels {

/// Nested loops, outermost first, that move through N arrays, each with a stride of its own, in elements.
/// Loops of one step are left out, and neighbours that all arrays walk as one are merged.
template <std::size_t N>
class Loops {
 public:
  using Offsets = std::array<std::int64_t, N>;

  void add(std::int64_t extent, const Offsets& strides) {
    if (extent == 1) return;
    bool merges = count() > 0;
    for (std::size_t k = 0; merges && k < N; ++k) merges = strides_[k].back() == strides[k] * extent;
    if (merges) {
      extents_[count() - 1] *= extent;
    } else {
      extents_ = appended(extents_, extent);
    }
    for (std::size_t k = 0; k < N; ++k) {
      if (merges) {
        strides_[k][count() - 1] = strides[k];
      } else {
        strides_[k] = appended(strides_[k], strides[k]);
      }
    }
  }

  std::size_t count() const { return extents_.size(); }
  std::int64_t extent(std::size_t loop) const { return extents_[loop]; }
  std::int64_t stride(std::size_t loop, std::size_t array) const { return strides_[array][loop]; }
  std::int64_t numel() const { return extents_.numel(); }

  Loops without_last() const {
    Loops outer;
    for (std::size_t loop = 0; loop + 1 < count(); ++loop) {
      Offsets strides;
      for (std::size_t k = 0; k < N; ++k) strides[k] = stride(loop, k);
      outer.add(extent(loop), strides);
    }
    return outer;
  }

  /// Calls visit(offsets in the arrays) for every step, the last loop running fastest.
  template <class Visit>
  void each(Visit visit) const {
    if (numel() == 0) return;
    Offsets at{};
    Shape counter = Shape::filled(count());
    while (true) {
      visit(at);
      std::size_t loop = count();
      while (true) {
        if (loop-- == 0) return;
        const bool wraps = ++counter[loop] == extent(loop);
        for (std::size_t k = 0; k < N; ++k) at[k] += strides_[k][loop] * (wraps ? 1 - extent(loop) : 1);
        if (!wraps) break;
        counter[loop] = 0;
      }
    }
  }

 private:
  static Shape appended(const Shape& shape, std::int64_t value) {
    Shape longer = Shape::filled(shape.size() + 1, value);
    std::ranges::copy(shape, longer.begin());
    return longer;
  }

  Shape extents_;
  std::array<Shape, N> strides_;
};

/// y[at[0]] = x[at[1]] for every step of the loops.
template <class T>
void strided_copy(T* y, const T* x, const Loops<2>& loops) {
  if (loops.count() == 0) {
    *y = *x;
    return;
  }
  const std::size_t last = loops.count() - 1;
  const std::int64_t n = loops.extent(last), to = loops.stride(last, 0), from = loops.stride(last, 1);
  loops.without_last().each([&](const auto& at) {
    T* target = y + at[0];
    const T* source = x + at[1];
    if (to == 1 && from == 1) {
      for (std::int64_t i = 0; i < n; ++i) target[i] = source[i];
    } else {
      for (std::int64_t i = 0; i < n; ++i) target[i * to] = source[i * from];
    }
  });
}

/// y[at[0]] = a[at[1]] * b[at[2]] for every step of the loops.
template <class T>
void strided_product(T* y, const T* a, const T* b, const Loops<3>& loops) {
  if (loops.count() == 0) {
    *y = static_cast<T>(*a * *b);
    return;
  }
  const std::size_t last = loops.count() - 1;
  const std::int64_t n = loops.extent(last);
  const std::int64_t to = loops.stride(last, 0), from_a = loops.stride(last, 1),
                     from_b = loops.stride(last, 2);
  loops.without_last().each([&](const auto& at) {
    for (std::int64_t i = 0; i < n; ++i) {
      y[at[0] + i * to] = static_cast<T>(a[at[1] + i * from_a] * b[at[2] + i * from_b]);
    }
  });
}

}  // namespace eingrad::kernels

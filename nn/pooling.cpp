#include <algorithm>
#include <limits>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/reduction/extremes.hpp>
#include <nn/pooling.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

namespace {

/// The windows over the last `axes` axes, of which each is the last axis of the result.
Tensor pooled_windows(const char* operation, std::size_t axes, const Operand& x, const Shape& size,
                      const PoolOptions& options, double around) {
  const auto for_each_axis = [&](const Shape& given) {
    if (given.size() == axes) return given;
    if (given.size() == 1) return Shape::filled(axes, given[0]);
    throw Report(operation, fmt::format("{} is not a number for each axis", to_string(given)), x.at)
        .hint(fmt::format("one number, or {}", axes))
        .as<value_error>();
  };
  const Tensor& a = x.tensor("the input", operation);
  if (a.shape().size() < axes + 1 || a.shape().size() > axes + 2) {
    throw Report(operation, "the input has not the axes of a batch, of channels and of space", x.at)
        .operand("x", a)
        .rule(axes == 1 ? "x (n, channels, length)" : "x (n, channels, height, width)")
        .hint(a.shape().size() <= axes
                  ? "unsqueeze(0) for the axis of channels; that of a batch may be left out"
                  : "flatten(x, 0, …) of the axes in front of the channels")
        .as<shape_error>();
  }
  const Shape window = for_each_axis(size), padding = for_each_axis(options.padding);
  const Shape stride = options.stride.empty() ? window : for_each_axis(options.stride);
  Shape both = Shape::filled(2 * axes);
  for (std::size_t k = 0; k < axes; ++k) {
    if (2 * padding[k] > window[k]) {
      throw Report(operation,
                   fmt::format("a padding of {} is more than half a window of {}", padding[k], window[k]),
                   x.at)
          .operand("x", a)
          .hint("a larger window, or a smaller padding")
          .as<value_error>();
    }
    both[2 * (axes - 1 - k)] = both[2 * (axes - 1 - k) + 1] = padding[k];
  }
  const bool none = std::ranges::all_of(padding, [](std::int64_t n) { return n == 0; });
  const Tensor wide = none ? a : pad(x, both, around);
  const Tensor seen =
      windows(Operand(wide, x.at.file, x.at.line), window, stride, for_each_axis(options.dilation));
  return axes == 1 ? seen : flatten(seen, -2, -1);
}

Tensor largest(const char* operation, std::size_t axes, const Operand& x, const Shape& size,
               const PoolOptions& options) {
  constexpr double lowest = -std::numeric_limits<double>::infinity();
  return max(pooled_windows(operation, axes, x, size, options, lowest), -1).values;
}

Tensor average(const char* operation, std::size_t axes, const Operand& x, const Shape& size,
               const PoolOptions& options) {
  return mean(pooled_windows(operation, axes, x, size, options, 0), -1);
}

}  // namespace

Tensor max_pool1d(const Operand& x, const Shape& size, const PoolOptions& options) {
  return largest("max_pool1d", 1, x, size, options);
}
Tensor max_pool2d(const Operand& x, const Shape& size, const PoolOptions& options) {
  return largest("max_pool2d", 2, x, size, options);
}
Tensor avg_pool1d(const Operand& x, const Shape& size, const PoolOptions& options) {
  return average("avg_pool1d", 1, x, size, options);
}
Tensor avg_pool2d(const Operand& x, const Shape& size, const PoolOptions& options) {
  return average("avg_pool2d", 2, x, size, options);
}

}  // namespace eingrad::nn

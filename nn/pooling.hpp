#pragma once
#include <nn/module.hpp>

namespace eingrad::nn {

/// How a window moves: one number for all axes, or one for each.
struct PoolOptions {
  Shape stride{};  ///< by itself the window's size
  Shape padding =
      0;  ///< on both sides of each axis, at most half a window; what is added never is the largest
  Shape dilation = 1;  ///< of max pooling only
};

// Over the last one or two axes of (n, channels, …). shape_error where the window does not fit.

/// The largest element in each window.
Tensor max_pool1d(const Operand& x, const Shape& size, const PoolOptions& options = {});
Tensor max_pool2d(const Operand& x, const Shape& size, const PoolOptions& options = {});
/// The mean of each window, zeros of the padding included.
Tensor avg_pool1d(const Operand& x, const Shape& size, const PoolOptions& options = {});
Tensor avg_pool2d(const Operand& x, const Shape& size, const PoolOptions& options = {});

/// Pooling as a module.
template <Tensor (*function)(const Operand&, const Shape&, const PoolOptions&)>
class Pool : public Module {
 public:
  explicit Pool(const Shape& size, PoolOptions options = {}) : size_(size), options_(std::move(options)) {}
  Tensor forward(const Operand& x) const { return function(x, size_, options_); }
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }
  std::string extra_text() const override { return "kernel_size=" + to_string(size_); }

 private:
  Shape size_;
  PoolOptions options_;
};

struct MaxPool1d : Pool<max_pool1d> {
  using Pool::Pool;
};
struct MaxPool2d : Pool<max_pool2d> {
  using Pool::Pool;
};
struct AvgPool1d : Pool<avg_pool1d> {
  using Pool::Pool;
};
struct AvgPool2d : Pool<avg_pool2d> {
  using Pool::Pool;
};

}  // namespace eingrad::nn

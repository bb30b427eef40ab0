#pragma once
#include <nn/module.hpp>

namespace eingrad::nn {

/// How a kernel moves: one number for all axes, or one for each.
struct ConvOptions {
  Shape stride = 1;
  Shape padding = 0;  ///< zeros on both sides of each axis
  Shape dilation = 1;
  std::int64_t groups = 1;  ///< inputs and outputs fall in so many groups that do not see each other
};

/// y_noi = Σ_ck x_nc(i s + k d - p) W_ock + b_o: x (n, in, length), W (out, in / groups, kernel), b (out,),
/// undefined if there is none. shape_error if they do not fit.
Tensor conv1d(const Operand& x, const Tensor& weight, const Tensor& bias = {},
              const ConvOptions& options = {});
/// The same over two axes: x (n, in, height, width), W (out, in / groups, kernel height, kernel width).
Tensor conv2d(const Operand& x, const Tensor& weight, const Tensor& bias = {},
              const ConvOptions& options = {});

/// What both layers share: weight, then bias, start uniform on ±1/√(in / groups · kernel), as PyTorch draws
/// them.
class Conv : public Module {
 public:
  std::string extra_text() const override;

  Parameter weight, bias;  ///< the bias is undefined in a layer without one

  EINGRAD_MEMBERS(weight, bias)

 protected:
  Conv(const char* name, std::int64_t in, std::int64_t out, Shape kernel, ConvOptions options, bool with_bias,
       Location at);

  ConvOptions options_;
};

class Conv1d : public Conv {
 public:
  Conv1d(std::int64_t in, std::int64_t out, std::int64_t kernel, ConvOptions options = {},
         bool with_bias = true, Location at = Location::current())
      : Conv("Conv1d", in, out, {kernel}, std::move(options), with_bias, at) {}
  Tensor forward(const Operand& x) const { return conv1d(x, weight, bias, options_); }
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }
};

/// The kernel is square if it is given by one number.
class Conv2d : public Conv {
 public:
  Conv2d(std::int64_t in, std::int64_t out, const Shape& kernel, ConvOptions options = {},
         bool with_bias = true, Location at = Location::current())
      : Conv("Conv2d", in, out, kernel.size() == 1 ? Shape{kernel[0], kernel[0]} : kernel, std::move(options),
             with_bias, at) {}
  Tensor forward(const Operand& x) const { return conv2d(x, weight, bias, options_); }
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }
};

}  // namespace eingrad::nn

#pragma once
#include <nn/module.hpp>

namespace eingrad::nn {

struct BatchNormOptions {
  double eps = 1e-5;      ///< added to the variance
  double momentum = 0.1;  ///< of the running mean and variance: how much of a batch's enters
  bool affine = true;     ///< whether it has a weight and a bias
  bool track_running_stats =
      true;  ///< whether evaluation takes the running mean and variance, not the batch's
};

/// Each feature, along axis 1, with mean 0 and variance 1 over the batch and all further axes, then times a
/// weight plus a bias (Ioffe & Szegedy 2015). The variance is the biased one; the running one is unbiased.
class BatchNorm : public Module {
 public:
  Tensor forward(const Operand& x) const;
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }
  std::string extra_text() const override;

  Parameter weight, bias;            ///< (features,), undefined unless affine
  Buffer running_mean, running_var;  ///< (features,), undefined unless tracked
  Buffer num_batches_tracked;        ///< int64

  EINGRAD_MEMBERS(weight, bias, running_mean, running_var, num_batches_tracked)

 protected:
  /// The ranks that an input may have.
  BatchNorm(const char* name, std::int64_t features, BatchNormOptions options, Shape ranks, Location at);

 private:
  const char* name_;
  std::int64_t features_;
  BatchNormOptions options_;
  Shape ranks_;
};

/// BatchNorm of (n, features) or (n, features, length).
struct BatchNorm1d : BatchNorm {
  explicit BatchNorm1d(std::int64_t features, BatchNormOptions options = {},
                       Location at = Location::current())
      : BatchNorm("BatchNorm1d", features, options, {2, 3}, at) {}
};
/// BatchNorm of (n, features, height, width).
struct BatchNorm2d : BatchNorm {
  explicit BatchNorm2d(std::int64_t features, BatchNormOptions options = {},
                       Location at = Location::current())
      : BatchNorm("BatchNorm2d", features, options, {4}, at) {}
};

/// The last axes, of the given shape, with mean 0 and (biased) variance 1, then times a weight plus a bias
/// where they are defined (Ba et al. 2016).
Tensor layer_norm(const Operand& x, const Shape& shape, const Tensor& weight = {}, const Tensor& bias = {},
                  double eps = 1e-5);

struct LayerNormOptions {
  double eps = 1e-5;               ///< added to the variance
  bool elementwise_affine = true;  ///< whether it has a weight and a bias
};

class LayerNorm : public Module {
 public:
  explicit LayerNorm(const Shape& shape, LayerNormOptions options = {}, Location at = Location::current());
  /// LayerNorm({3}); without it, that could be a copy of a LayerNorm as well.
  explicit LayerNorm(std::initializer_list<std::int64_t> shape, LayerNormOptions options = {},
                     Location at = Location::current())
      : LayerNorm(Shape(shape), options, at) {}
  Tensor forward(const Operand& x) const { return layer_norm(x, shape_, weight, bias, options_.eps); }
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }
  std::string extra_text() const override;

  Parameter weight, bias;  ///< of that shape, undefined unless affine

  EINGRAD_MEMBERS(weight, bias)

 private:
  Shape shape_;
  LayerNormOptions options_;
};

}  // namespace eingrad::nn

#pragma once
#include <nn/module.hpp>

namespace eingrad::nn {

/// y_no = x_ni W_oi + b_o: x (…, in), W (out, in), b (out,), y (…, out). An undefined bias is left out.
/// shape_error if x has not `in` features.
Tensor linear(const Operand& x, const Tensor& weight, const Tensor& bias = {});

/// A layer of perceptrons. Weight, then bias, start uniform on ±1/√in, the numbers that PyTorch draws after
/// the same manual_seed, in the default dtype.
class Linear : public Module {
 public:
  Linear(std::int64_t in_features, std::int64_t out_features, bool bias = true,
         Location at = Location::current());

  Tensor forward(const Operand& x) const { return linear(x, weight, bias); }
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }
  /// Draws the initial values anew from the thread's generator.
  void reset_parameters(Location at = Location::current());

  std::string extra_text() const override;

  Parameter weight;  ///< (out_features, in_features)
  Parameter bias;    ///< (out_features,), undefined in a layer without bias

  EINGRAD_MEMBERS(weight, bias)
};

}  // namespace eingrad::nn

#pragma once
#include <nn/module.hpp>

namespace eingrad::nn {

/// Each element is 0 with probability p, and else divided by 1 - p, so that the mean stays (Srivastava et al.
/// 2014). The draws are PyTorch's after the same manual_seed. value_error unless 0 <= p <= 1.
Tensor dropout(const Operand& x, double p = 0.5, bool training = true);

/// Dropout in training, nothing in evaluation.
class Dropout : public Module {
 public:
  explicit Dropout(double p = 0.5, Location at = Location::current());
  Tensor forward(const Operand& x) const { return dropout(x, p_, is_training()); }
  Tensor operator()(const Operand& x) const { return hooked(x, forward(x)); }
  std::string extra_text() const override;

 private:
  double p_;
};

}  // namespace eingrad::nn

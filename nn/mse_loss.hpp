#pragma once
#include <nn/module.hpp>

namespace eingrad::nn {

/// The mean squared error, L = 1/|n| Σ_n (y_n - t_n)² over all elements. shape_error if the shapes differ: a
/// broadcast between (n, 1) and (n,) would silently compare every prediction with every target.
Tensor mse_loss(const Operand& prediction, const Operand& target);

class MSELoss : public Module {
 public:
  Tensor forward(const Operand& prediction, const Operand& target) const {
    return mse_loss(prediction, target);
  }
  Tensor operator()(const Operand& prediction, const Operand& target) const {
    return forward(prediction, target);
  }
};

}  // namespace eingrad::nn

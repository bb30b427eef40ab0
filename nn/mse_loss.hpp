#pragma once
#include <nn/loss.hpp>

namespace eingrad::nn {

/// The squared error, L = (y - t)², by itself its mean over all elements: L = 1/|n| Σ_n (y_n - t_n)².
/// shape_error if the shapes differ.
Tensor mse_loss(const Operand& prediction, const Operand& target,
                const Reduction& reduction = Reduction::mean);

struct MSELoss : Loss<Reduction, mse_loss> {
  explicit MSELoss(Reduction reduction = Reduction::mean) : Loss(reduction) {}
};

}  // namespace eingrad::nn

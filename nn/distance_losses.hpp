#pragma once
#include <nn/loss.hpp>

namespace eingrad::nn {

// Losses of the distance d = |y - t| between prediction and target, which have one shape.

/// L = d
Tensor l1_loss(const Operand& prediction, const Operand& target,
               const Reduction& reduction = Reduction::mean);

struct SmoothL1Options {
  Reduction reduction = Reduction::mean;
  double beta = 1;  ///< where the parabola becomes a line, 0 or more
};
/// L = d² / 2β below β, else d - β/2 (Girshick 2015).
Tensor smooth_l1_loss(const Operand& prediction, const Operand& target, const SmoothL1Options& options = {});

struct HuberOptions {
  Reduction reduction = Reduction::mean;
  double delta = 1;  ///< where the parabola becomes a line, more than 0
};
/// L = d² / 2 below δ, else δ (d - δ/2) (Huber 1964).
Tensor huber_loss(const Operand& prediction, const Operand& target, const HuberOptions& options = {});

struct L1Loss : Loss<Reduction, l1_loss> {
  explicit L1Loss(Reduction reduction = Reduction::mean) : Loss(reduction) {}
};
struct SmoothL1Loss : Loss<SmoothL1Options, smooth_l1_loss> {
  using Loss::Loss;
};
struct HuberLoss : Loss<HuberOptions, huber_loss> {
  using Loss::Loss;
};

}  // namespace eingrad::nn

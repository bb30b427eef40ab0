#pragma once
#include <nn/loss.hpp>

namespace eingrad::nn {

struct KLDivOptions {
  Reduction reduction = Reduction::mean;  ///< batchmean is the divergence of a batch of distributions
  bool log_target = false;                ///< whether the target, too, is given by its logarithm
};
/// The Kullback-Leibler divergence of the target p from the prediction, which is given by its logarithm x:
/// L = p (log p - x), 0 where p is 0 (Kullback & Leibler 1951).
Tensor kl_div(const Operand& log_prediction, const Operand& target, const KLDivOptions& options = {});

struct KLDivLoss : Loss<KLDivOptions, kl_div> {
  using Loss::Loss;
};

}  // namespace eingrad::nn

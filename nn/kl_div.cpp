#include <autodiff/contraction/contraction.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <nn/kl_div.hpp>

namespace eingrad::nn {

namespace {

/// p log p with 0 log 0 = 0.
Tensor p_log_p(const Tensor& p) {
  const Tensor positive = p > 0;
  return where(positive, p * log(where(positive, p, 1)), 0);
}

}  // namespace

Tensor kl_div(const Operand& log_prediction, const Operand& target, const KLDivOptions& options) {
  const Tensor &x = log_prediction.tensor("the prediction"), &t = target.tensor("the target");
  check_pair("kl_div", x, t, log_prediction.at);
  const Tensor losses = options.log_target ? exp(t) * (t - x) : p_log_p(t) - t * x;
  if (options.reduction == Reduction::batchmean)
    return sum(losses) / static_cast<double>(losses.dim() == 0 ? 1 : losses.size(0));
  return reduced("kl_div", losses, options.reduction, log_prediction.at);
}

}  // namespace eingrad::nn

#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/number_text.hpp>
#include <nn/distance_losses.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

namespace {

Tensor distance(const char* operation, const Operand& prediction, const Operand& target) {
  check_pair(operation, prediction.tensor("the prediction", operation),
             target.tensor("the target", operation), prediction.at);
  return abs(sub(prediction, target));
}

void check_width(const char* operation, const char* name, double width, bool fits, Location at) {
  if (fits) return;
  throw Report(operation, fmt::format("{} = {}", name, without_nan_sign(width)), at)
      .hint("a positive number")
      .as<value_error>();
}

}  // namespace

Tensor l1_loss(const Operand& prediction, const Operand& target, const Reduction& reduction) {
  return reduced("l1_loss", distance("l1_loss", prediction, target), reduction, prediction.at);
}

Tensor smooth_l1_loss(const Operand& prediction, const Operand& target, const SmoothL1Options& options) {
  const double beta = options.beta;
  check_width("smooth_l1_loss", "beta", beta, beta >= 0, prediction.at);
  if (beta == 0) return l1_loss(prediction, target, options.reduction);
  const Tensor d = distance("smooth_l1_loss", prediction, target);
  const Tensor loss = where(d < beta, square(d) * (0.5 / beta), d - 0.5 * beta);
  return reduced("smooth_l1_loss", loss, options.reduction, prediction.at);
}

Tensor huber_loss(const Operand& prediction, const Operand& target, const HuberOptions& options) {
  const double delta = options.delta;
  check_width("huber_loss", "delta", delta, delta > 0, prediction.at);
  const Tensor d = distance("huber_loss", prediction, target);
  const Tensor loss = where(d < delta, 0.5 * square(d), delta * (d - 0.5 * delta));
  return reduced("huber_loss", loss, options.reduction, prediction.at);
}

}  // namespace eingrad::nn

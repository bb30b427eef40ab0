#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/function.hpp>
#include <autodiff/reduction/truth.hpp>
#include <autodiff/replay/perform.hpp>
#include <nn/binary_cross_entropy.hpp>

namespace eingrad::nn {

namespace {

Tensor weighted(const Tensor& losses, const Tensor& weight) {
  return weight.defined() ? losses * weight : losses;
}

// Where a logarithm has ended the derivative is still that of the loss without an end, though finite, so that
// a wrong prediction of exactly 0 or 1 can be learned from. The bound is PyTorch's, a float.
constexpr double least_slope = 1e-12F;

const Function& losses_of_probabilities() {
  static const Function function(
      "binary_cross_entropy",
      [](const Tensors& x) {
        const Tensor &y = x[0], &t = x[1];
        return (t - 1) * clamp_min(log1p(-y), -100) - t * clamp_min(log(y), -100);
      },
      [](const Tensor& ybar, const Tensors& x, const Tensor&) -> Tensors {
        const Tensor &y = x[0], &t = x[1];
        const Tensor of_target = clamp_min(log1p(-y), -100) - clamp_min(log(y), -100);
        return {ybar * (y - t) / clamp_min((1 - y) * y, least_slope), ybar * of_target};
      });
  return function;
}

}  // namespace

Tensor binary_cross_entropy(const Operand& prediction, const Operand& target, const BCEOptions& options) {
  const Tensor& y = prediction.tensor("the prediction");
  check_pair("binary_cross_entropy", y, target.tensor("the target"), prediction.at);
  replay::require("binary_cross_entropy", {y.get()}, [of = y.get(), at = prediction.at] {
    const Borrowed borrowed(of);
    const Tensor& p = borrowed;
    if (!any(logical_or(p<0, p> 1)).item<bool>()) return;
    throw Report("binary_cross_entropy", "a prediction is no probability", at)
        .operand("prediction", p)
        .rule("0 <= prediction <= 1")
        .hint("sigmoid() on the model's output, or binary_cross_entropy_with_logits")
        .as<value_error>();
  });
  const Tensor losses = losses_of_probabilities()({y, target.tensor(y.dtype())}, prediction.at);
  return reduced("binary_cross_entropy", weighted(losses, options.weight), options.reduction, prediction.at);
}

Tensor binary_cross_entropy_with_logits(const Operand& logits, const Operand& target,
                                        const BCEWithLogitsOptions& options) {
  const Tensor &x = logits.tensor("the logits"), &t = target.tensor("the target");
  check_pair("binary_cross_entropy_with_logits", x, t, logits.at);
  const Tensor log_sigma = logsigmoid(logits);
  const Tensor of_positive =
      options.pos_weight.defined() ? log_sigma * ((options.pos_weight - 1) * t + 1) : log_sigma;
  const Tensor losses = (1 - t) * x - of_positive;
  return reduced("binary_cross_entropy_with_logits", weighted(losses, options.weight), options.reduction,
                 logits.at);
}

}  // namespace eingrad::nn

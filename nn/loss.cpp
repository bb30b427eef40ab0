#include <autodiff/contraction/contraction.hpp>
#include <nn/loss.hpp>

namespace eingrad::nn {

Tensor reduced(const char* operation, const Tensor& losses, Reduction reduction, Location at) {
  const Operand each(losses, at.file, at.line);
  switch (reduction) {
    case Reduction::none:
      return losses;
    case Reduction::mean:
      return mean(each);
    case Reduction::sum:
      return sum(each);
    default:
      throw Report(operation, "batchmean is a reduction of kl_div", at)
          .hint("Reduction::mean, sum or none")
          .as<value_error>();
  }
}

void check_pair(const char* operation, const Tensor& y, const Tensor& t, Location at) {
  if (y.shape() != t.shape()) {
    Report report(operation, "prediction and target differ in shape", at);
    report.operand("prediction", y).operand("target", t);
    const bool is_transposed =
        y.dim() == 2 && t.dim() == 2 && y.size(0) == t.size(1) && y.size(1) == t.size(0);
    if (is_transposed && y.size(0) > 1 && y.size(1) > 1) {
      report.hint("t() on one of them");
    } else if (y.numel() == t.numel()) {
      report.hint("unsqueeze(-1) or squeeze(-1) on one of them");
    } else {
      report.hint("a target for each prediction; expand() repeats one");
    }
    throw report.as<shape_error>();
  }
  if (is_floating(promote(y.dtype(), t.dtype()))) return;
  throw Report(operation, "neither prediction nor target is floating-point", at)
      .operand("prediction", y)
      .operand("target", t)
      .hint("to(float64) on the prediction")
      .as<dtype_error>();
}

}  // namespace eingrad::nn

#include <autodiff/einsum.hpp>
#include <autodiff/elementwise.hpp>
#include <nn/mse_loss.hpp>

namespace eingrad::nn {

Tensor mse_loss(const Operand& prediction, const Operand& target) {
  const Tensor y = prediction.tensor(), t = target.tensor();
  if (y.shape() != t.shape()) {
    Report report("mse_loss", "prediction and target differ in shape", prediction.at);
    report.operand("y", y).operand("t", t).rule("L = 1/|n| sum_n (y_n - t_n)^2");
    if (y.numel() == t.numel()) report.hint("unsqueeze(-1) or squeeze(-1) on one of them");
    throw report.as<shape_error>();
  }
  const char* file = prediction.at.file;
  const std::uint32_t line = prediction.at.line;
  return mean(Operand(square(Operand(sub(prediction, target), file, line)), file, line));
}

}  // namespace eingrad::nn

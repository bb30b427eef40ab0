#pragma once
#include <nn/loss.hpp>

namespace eingrad::nn {

struct BCEOptions {
  Tensor weight{};  ///< how much each element counts, broadcast; equally if undefined
  Reduction reduction = Reduction::mean;
};
/// L = -w (t log y + (1 - t) log(1 - y)) of probabilities y. Logarithms end at -100, so that a loss stays
/// finite. value_error unless 0 <= y <= 1.
Tensor binary_cross_entropy(const Operand& probabilities, const Operand& target,
                            const BCEOptions& options = {});

struct BCEWithLogitsOptions {
  Tensor weight{};      ///< how much each element counts, broadcast; equally if undefined
  Tensor pos_weight{};  ///< how much a positive target counts, broadcast over the classes; 1 if undefined
  Reduction reduction = Reduction::mean;
};
/// The same of y = σ(x), exact for large |x|: L = w ((1 - t) x + (1 + (v - 1) t) log(1 + e⁻ˣ)), v being
/// pos_weight.
Tensor binary_cross_entropy_with_logits(const Operand& logits, const Operand& target,
                                        const BCEWithLogitsOptions& options = {});

struct BCELoss : Loss<BCEOptions, binary_cross_entropy> {
  using Loss::Loss;
};
struct BCEWithLogitsLoss : Loss<BCEWithLogitsOptions, binary_cross_entropy_with_logits> {
  using Loss::Loss;
};

}  // namespace eingrad::nn

#pragma once
#include <nn/loss.hpp>

namespace eingrad::nn {

// Losses of a classification. Scores are (n, C), (C,) for one sample, or (n, C, …) with further axes of which
// each element is classified. Labels are int64 class indices from 0 to C - 1, of the scores' shape without
// the axis of classes. index_error if a label is out of range, dtype_error if labels are not int64. The
// backward of cross_entropy reads labels and logits again, and refuses what was overwritten since.

struct NLLOptions {
  Tensor weight{};                   ///< (C,), how much each class counts; equally if undefined
  std::int64_t ignore_index = -100;  ///< samples with this label do not count
  Reduction reduction = Reduction::mean;
};
/// The negative log likelihood of the labels, L_n = -w_t log p_nt with t = t_n, of logarithms of
/// probabilities. The mean is weighted: Σ L_n / Σ w_t.
Tensor nll_loss(const Operand& log_probabilities, const Operand& labels, const NLLOptions& options = {});

struct CrossEntropyOptions {
  Tensor weight{};                   ///< (C,), how much each class counts; equally if undefined
  std::int64_t ignore_index = -100;  ///< samples with this label do not count
  Reduction reduction = Reduction::mean;
  double label_smoothing = 0;  ///< ε of the probability that goes to all classes evenly (Szegedy et al. 2016)
};
/// nll_loss of log_softmax(logits), or, if the target is floating-point and has the logits' shape, the cross
/// entropy with these probabilities, L_n = -Σ_c w_c t_nc log p_nc.
///
/// It takes logits, not probabilities. Those of a softmax are scores, too, so they are not refused, but the
/// softmax is applied twice then: with C classes a sample's loss is never below log(1 + (C - 1) / e).
Tensor cross_entropy(const Operand& logits, const Operand& target, const CrossEntropyOptions& options = {});

struct NLLLoss : Loss<NLLOptions, nll_loss> {
  using Loss::Loss;
};
struct CrossEntropyLoss : Loss<CrossEntropyOptions, cross_entropy> {
  using Loss::Loss;
};

}  // namespace eingrad::nn

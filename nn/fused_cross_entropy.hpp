#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad::nn {

/// nll_loss(log_softmax(logits, 1), labels) in one operation: the commonest loss of a classification. Logits
/// (n, C) of a floating-point dtype, labels (n,) that were checked.
Tensor fused_cross_entropy(const Tensor& logits, const Tensor& labels, Location at);

}  // namespace eingrad::nn

#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// The matrix product, as torch.matmul: vectors gain an axis that is dropped again, further axes in front are
/// batches and broadcast.
Tensor matmul(const Operand& a, const Operand& b);
/// Σ_i a_i b_i of two vectors.
Tensor dot(const Operand& a, const Operand& b);
/// a_i b_j of two vectors.
Tensor outer(const Operand& a, const Operand& b);

}  // namespace eingrad

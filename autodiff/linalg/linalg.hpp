#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

// Of square matrices in the last two axes; axes in front are batches. shape_error unless they are square,
// dtype_error unless floating-point. The gradients hold for second derivatives too (Giles 2008).

/// A⁻¹. value_error if a matrix is singular.
Tensor inverse(const Operand& a);
/// The X with A X = B; B is a matrix of as many rows, or a vector. value_error if a matrix is singular.
Tensor solve(const Operand& a, const Operand& b);
/// The lower triangular L with L Lᵀ = A, of which only the lower half is read. value_error unless A is
/// positive definite.
Tensor cholesky(const Operand& a);

/// |A|. Its gradient needs the inverse, so that of a singular matrix is refused.
Tensor det(const Operand& a);
/// The sign of |A|, which has no gradient, and ln ||A||, which is -∞ for a singular matrix.
struct SignAndLogDet {
  Tensor sign, logabsdet;
};
SignAndLogDet slogdet(const Operand& a);
/// ln |A|; NaN where that is negative.
Tensor logdet(const Operand& a);

}  // namespace eingrad

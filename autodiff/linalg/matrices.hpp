#pragma once
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// The diagonal of the matrices in two axes, as a new last axis; `offset` 1 is the one above the main one.
/// index_error if the axes are one.
Tensor diagonal(const Operand& a, std::int64_t offset = 0, std::int64_t axis0 = 0, std::int64_t axis1 = 1);
/// Matrices with the last axis on their diagonal, and 0 elsewhere.
Tensor diag_embed(const Operand& a, std::int64_t offset = 0);
/// The diagonal of a matrix, or a matrix with a vector on its diagonal. shape_error for other ranks.
Tensor diag(const Operand& a, std::int64_t offset = 0);
/// Σ_i a_ii of a matrix.
Tensor trace(const Operand& a);

/// The Kronecker product: each element of `a` times all of `b`.
Tensor kron(const Operand& a, const Operand& b);
/// The sum of products over pairs of axes: of the last `count` of `a` and the first of `b`, or of the axes
/// that are named. shape_error if the extents of a pair differ.
Tensor tensordot(const Operand& a, const Operand& b, std::int64_t count = 2);
Tensor tensordot(const Operand& a, const Operand& b, const Shape& axes_a, const Shape& axes_b);
/// y_no = x_ni W_oij z_nj + b_o; an undefined bias is left out.
Tensor bilinear(const Operand& x, const Tensor& z, const Tensor& weight, const Tensor& bias = {});

}  // namespace eingrad

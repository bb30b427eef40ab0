#pragma once
#include <string_view>
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// The sum of products that the subscripts say, in Einstein's convention: letters missing on the right are
/// summed. einsum("ij,jk->ik", a, b) is a matrix product, einsum("ij->ji", a) a transpose, einsum("ii", a) a
/// trace. An ellipsis stands for axes without a letter, which broadcast; without "->" the result has the
/// letters that occur once, in alphabetical order. value_error on malformed subscripts, shape_error where
/// extents of a letter differ.
///
/// Contractions of up to 32,768 multiplications add each element in one chain of fused multiply-adds, the
/// same on every processor; above that the order is OpenBLAS'.
Tensor einsum(std::string_view subscripts, const Operand& a);
Tensor einsum(std::string_view subscripts, const Operand& a, const Operand& b);
Tensor einsum(std::string_view subscripts, const Operand& a, const Operand& b, const Operand& c);
Tensor einsum(std::string_view subscripts, const std::vector<Tensor>& operands,
              Location at = Location::current());

/// The matrix product, as torch.matmul: vectors gain an axis that is dropped again, further axes in front are
/// batches and broadcast.
Tensor matmul(const Operand& a, const Operand& b);
/// Σ_i a_i b_i of two vectors.
Tensor dot(const Operand& a, const Operand& b);
/// a_i b_j of two vectors.
Tensor outer(const Operand& a, const Operand& b);

/// The sum over the given axes, all if none are given. keepdim leaves them with extent 1. Booleans are
/// counted. Rows of contiguous numbers are summed in cascade, as PyTorch does on the CPU.
Tensor sum(const Operand& a, const Shape& axes = {}, bool keepdim = false);
/// The sum over the given axes divided by the number of elements in it. dtype_error unless floating-point.
Tensor mean(const Operand& a, const Shape& axes = {}, bool keepdim = false);

/// The same elements with two axes exchanged, or with the axes in the given order.
Tensor transpose(const Operand& a, std::int64_t axis0, std::int64_t axis1);
Tensor permute(const Operand& a, const Shape& axes);

/// `a` repeated along new axes in front and axes of extent 1 up to `shape`; -1 keeps an extent.
Tensor expand(const Operand& a, const Shape& shape);
/// What undoes a broadcast: the sum over the axes along which a tensor of `shape` was repeated to a's shape.
Tensor sum_to(const Tensor& a, const Shape& shape);

}  // namespace eingrad

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
/// More than two operands are multiplied two at a time, the cheapest pair first.
///
/// Contractions of up to 32,768 multiplications add each element in one chain of fused multiply-adds, the
/// same on every processor; above that the order is OpenBLAS'.
Tensor einsum(std::string_view subscripts, const Operand& a);
Tensor einsum(std::string_view subscripts, const Operand& a, const Operand& b);
Tensor einsum(std::string_view subscripts, const Operand& a, const Operand& b, const Operand& c);
Tensor einsum(std::string_view subscripts, const std::vector<Tensor>& operands,
              Location at = Location::current());

}  // namespace eingrad

#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// `a` with `value` where the mask holds; the mask is boolean and broadcasts.
Tensor masked_fill(const Operand& a, const Tensor& mask, const Operand& value);
/// The elements where the mask holds, in row-major order; the two broadcast.
Tensor masked_select(const Operand& a, const Tensor& mask);
/// The places of what is not 0, int64: a row of indices for each.
Tensor nonzero(const Tensor& a, Location at = Location::current());
/// The last two axes with 0 above the given diagonal, or below it; 0 is the main one, 1 the one above that.
Tensor tril(const Operand& a, std::int64_t diagonal = 0);
Tensor triu(const Operand& a, std::int64_t diagonal = 0);

}  // namespace eingrad

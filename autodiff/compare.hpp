#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

// Comparisons of whole tensors. dtype_error if the dtypes differ: one of them wants to().

/// Whether |a - b| <= atol + rtol |b| for all elements, as torch.allclose: the shapes broadcast, equal
/// infinities are close, and NaN only where both are and equal_nan is set. shape_error if the shapes do not
/// broadcast.
bool allclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8,
              bool equal_nan = false, Location at = Location::current());

/// Whether shapes and all elements are equal, as torch.equal; a NaN equals nothing.
bool equal(const Tensor& a, const Tensor& b, Location at = Location::current());

/// The largest |a - b|: NaN if there is one, 0 without elements. Shapes as in allclose.
double max_abs_difference(const Tensor& a, const Tensor& b, Location at = Location::current());

}  // namespace eingrad

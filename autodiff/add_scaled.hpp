#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// y += scale · x in place, each element one fused multiply-add: what optimizers do. Not recorded.
/// shape_error and dtype_error unless y and x are floating-point tensors of one shape and dtype.
void add_scaled_(Tensor& y, double scale, const Tensor& x, Location at = Location::current());

}  // namespace eingrad

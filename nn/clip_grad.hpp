#pragma once
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad::nn {

/// Scales the gradients of the parameters, taken as one vector, so that their p-norm is at most max_norm.
/// Returns the norm that they had.
double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double p = 2,
                       Location at = Location::current());
/// Cuts each number of the gradients to between -limit and limit.
void clip_grad_value_(const std::vector<Tensor>& parameters, double limit, Location at = Location::current());

}  // namespace eingrad::nn

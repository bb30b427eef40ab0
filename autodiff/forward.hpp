#pragma once
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// Forward mode over a graph that was recorded: the tangent of `output`, ẏ = Σ_i ∂y/∂x_i ẋ_i, from the
/// tangents of inputs. A tangent has its input's shape; an undefined one is 0. The graph stays as it is.
/// Zeros if the output does not depend on any of them; shape_error if a tangent has another shape than its
/// input.
Tensor push_forward(const Tensor& output, const std::vector<Tensor>& inputs,
                    const std::vector<Tensor>& tangents);

}  // namespace eingrad

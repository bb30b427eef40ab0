#pragma once
#include <functional>
#include <vector>

#include <autodiff/function.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad {

// Functions of tensors, differentiated as a whole. f is called once, with copies of the inputs that require a
// gradient if they are floating-point. What is returned has no history.

/// f(x), and the cotangents x̄_i = (∂f/∂x_i)ᵀ ȳ of the inputs.
struct Vjp {
  Tensor value;
  std::vector<Tensor> cotangents;
};
Vjp vjp(const TensorFunction& f, const std::vector<Tensor>& inputs, const Tensor& cotangent);

/// f(x), and its tangent ẏ = Σ_i ∂f/∂x_i ẋ_i, in forward mode.
struct Jvp {
  Tensor value, tangent;
};
Jvp jvp(const TensorFunction& f, const std::vector<Tensor>& inputs, const std::vector<Tensor>& tangents);
Jvp jvp(const UnaryFunction& f, const Tensor& input, const Tensor& tangent);

/// The derivative of every element of f(x) by every element of x, in mixed layout: its shape is f(x)'s shape,
/// then x's. One for each input.
std::vector<Tensor> jacobian(const TensorFunction& f, const std::vector<Tensor>& inputs);
Tensor jacobian(const UnaryFunction& f, const Tensor& input);

/// The second derivatives of a function whose result has one element: of x's shape twice. graph_error if the
/// result has more.
Tensor hessian(const UnaryFunction& f, const Tensor& input);
/// f(x), and the Hessian times v, without the Hessian.
struct Hvp {
  Tensor value, product;
};
Hvp hvp(const UnaryFunction& f, const Tensor& input, const Tensor& v);

}  // namespace eingrad

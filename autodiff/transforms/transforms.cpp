#include <autodiff/backward.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/forward.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/transforms/transforms.hpp>

namespace eingrad {

namespace {

using Tensors = std::vector<Tensor>;

/// Copies to be differentiated by.
Tensors variables(const Tensors& inputs) {
  Tensors copies;
  for (const Tensor& input : inputs) {
    copies.push_back(input.detach());
    if (is_floating(input.dtype())) copies.back().requires_grad_();
  }
  return copies;
}

Tensors floating(const Tensors& inputs) {
  Tensors chosen;
  std::ranges::copy_if(inputs, std::back_inserter(chosen), &Tensor::requires_grad);
  return chosen;
}

/// The cotangents of all inputs; zeros where the output does not depend on one.
Tensors pulled_back(const Tensor& y, const Tensors& x, const Tensor& cotangent, bool create_graph = false) {
  Tensors found(x.size());
  if (y.requires_grad()) {
    const GradOptions options{
        .cotangents = {cotangent}, .retain_graph = true, .create_graph = create_graph, .allow_unused = true};
    const Tensors gradients = grad(y, floating(x), options);
    auto next = gradients.begin();
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (x[i].requires_grad()) found[i] = *next++;
    }
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!found[i].defined()) found[i] = zeros_like(x[i]);
  }
  return found;
}

/// The gradient of a function of one input, which can be differentiated in turn.
Tensor gradient(const Tensor& y, const Tensor& x) {
  if (y.numel() != 1) {
    throw Report("hessian", "the function's result has not one element", y.node().location())
        .operand("y", y)
        .hint("sum() or mean() it")
        .as<graph_error>();
  }
  return pulled_back(y, {x}, ones_like(y), true)[0];
}

Shape joined(const Shape& a, const Shape& b) {
  std::vector<std::int64_t> both(a.begin(), a.end());
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

/// The derivatives of each element of y by x, a row each.
std::vector<Tensors> rows_of(const Tensor& y, const Tensors& x) {
  std::vector<Tensors> rows;
  for (std::int64_t i = 0; i < y.numel(); ++i) {
    const Tensor unit = eq(arange(y.numel()), i).to(y.dtype()).reshape(y.shape());
    rows.push_back(pulled_back(y, x, unit));
  }
  return rows;
}

Tensors jacobians(const Tensor& y, const Tensors& x) {
  const std::vector<Tensors> rows = rows_of(y, x);
  Tensors found;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Shape shape = joined(y.shape(), x[i].shape());
    Tensors of_input;
    for (const Tensors& row : rows) of_input.push_back(row[i]);
    found.push_back(of_input.empty() ? zeros(shape, y.dtype()) : stack(of_input).reshape(shape).detach());
  }
  return found;
}

}  // namespace

Vjp vjp(const TensorFunction& f, const Tensors& inputs, const Tensor& cotangent) {
  const enable_grad guard;
  const Tensors x = variables(inputs);
  const Tensor y = f(x);
  return {y.detach(), pulled_back(y, x, cotangent)};
}

Jvp jvp(const TensorFunction& f, const Tensors& inputs, const Tensors& tangents) {
  const enable_grad guard;
  const Tensors x = variables(inputs);
  const Tensor y = f(x);
  const no_grad plain;
  return {y.detach(), push_forward(y, x, tangents).detach()};
}

Jvp jvp(const UnaryFunction& f, const Tensor& input, const Tensor& tangent) {
  return jvp([&](const Tensors& x) { return f(x[0]); }, {input}, {tangent});
}

std::vector<Tensor> jacobian(const TensorFunction& f, const Tensors& inputs) {
  const enable_grad guard;
  const Tensors x = variables(inputs);
  return jacobians(f(x), x);
}

Tensor jacobian(const UnaryFunction& f, const Tensor& input) {
  return jacobian([&](const Tensors& x) { return f(x[0]); }, Tensors{input})[0];
}

Tensor hessian(const UnaryFunction& f, const Tensor& input) {
  const enable_grad guard;
  const Tensors x = variables({input});
  return jacobians(gradient(f(x[0]), x[0]), x)[0];
}

Hvp hvp(const UnaryFunction& f, const Tensor& input, const Tensor& v) {
  const enable_grad guard;
  const Tensors x = variables({input});
  const Tensor y = f(x[0]);
  return {y.detach(), pulled_back(gradient(y, x[0]), x, v)[0].detach()};
}

}  // namespace eingrad

#pragma once
#include <span>
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

struct GradOptions {
  std::vector<Tensor> cotangents{};  ///< one for each output; an output of one element needs none
  bool retain_graph = false;         ///< keep the graph for a further pass
  bool create_graph = false;         ///< record the pass, so that the gradients can be differentiated
  bool allow_unused = false;         ///< an undefined gradient where an output does not depend on an input
};

/// The derivatives of `output` (of the sum of `outputs`) with respect to each of `inputs`, which may be
/// leaves or results of operations. No tensor's grad() changes. graph_error as Tensor::backward, and where an
/// output does not depend on an input.
std::vector<Tensor> grad(const Tensor& output, const std::vector<Tensor>& inputs, GradOptions options = {},
                         Location at = Location::current());
std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         GradOptions options = {}, Location at = Location::current());

/// Adds the derivatives of the sum of `outputs` to grad() of the leaves they were computed from, in one pass.
/// `cotangents` as in GradOptions.
void backward(const std::vector<Tensor>& outputs, const std::vector<Tensor>& cotangents = {},
              BackwardOptions options = {}, Location at = Location::current());

}  // namespace eingrad

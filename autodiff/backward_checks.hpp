#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

// What can be wrong with a backward pass, of whatever kind, before anything flows.

[[noreturn]] void throw_unfit(const Tensor& output, const Tensor& cotangent, Location at);

/// graph_error if the output requires no gradient, belongs to another thread, or has not one element and is
/// given no cotangent; shape_error if the cotangent has another shape or dtype.
inline void check_output(const Tensor& output, const Tensor& cotangent, Location at) {
  const Node& y = output.node(at, "the output", "backward");
  const bool fits = cotangent.defined()
                        ? cotangent.node().shape == y.shape && cotangent.node().dtype == y.dtype
                        : y.numel() == 1;
  if (!y.requires_grad || !y.is_of_this_thread() || !fits) throw_unfit(output, cotangent, at);
}

/// graph_error if a backward pass has let go of the operands of the result `y`, or a value that its rule
/// reads was overwritten since. `at` is the line of the backward pass.
void check_saved(const Node& y, Location at);

}  // namespace eingrad

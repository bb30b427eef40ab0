#pragma once
#include <functional>

#include <autodiff/check/differences.hpp>
#include <autodiff/check/gradcheck.hpp>

namespace eingrad {

// What gradcheck and gradgradcheck share.

Tensors that_require_grad(const Tensors& tensors);

/// The gradients of Σ cotangent · output; undefined where no output depends on the input.
Tensors gradients(const Tensors& outputs, const Tensors& cotangents, const Tensors& inputs,
                  bool create_graph);

/// Compares the gradients of f with differences. `name` is the check's, `outputs` what messages call what f
/// returns.
GradcheckResult compare_gradients(const char* name, const char* outputs, const Differences::Function& f,
                                  const Tensors& inputs, const GradcheckOptions& options);

/// The result of `check`, or what it throws as the message. value_error if it cannot even begin.
GradcheckResult guarded(const char* name, const Tensors& inputs, const GradcheckOptions& options, Location at,
                        const std::function<GradcheckResult()>& check);

}  // namespace eingrad

#pragma once
#include <autodiff/einstein/special_cases.hpp>

namespace eingrad::einstein {

// Claims that are right if the chain rule took other paths.

/// Whether it is the derivative with some of the defined tensors held constant.
Found find_cut_path(const Expr& claim, const Expr& target, const Comparison& comparison,
                    const Problem& problem);
/// Whether it is the total derivative, where ∂ is the direct one.
Found find_total_derivative(const Expr& claim, const Expr& target, const Comparison& comparison,
                            const Problem& problem);
/// Whether each element is differentiated by the one in its own place alone, as if a softmax had no others.
Found find_diagonal_path(const Expr& claim, const Expr& target, const Comparison& comparison,
                         const Problem& problem);
/// Whether it is the derivative by another tensor of the same axes, as that by P where Z should be, or of
/// another one; but for a constant factor.
Found find_other_derivative(const Expr& claim, const Expr& target, const Comparison& comparison,
                            const Problem& problem, const Teller& tell);

}  // namespace eingrad::einstein

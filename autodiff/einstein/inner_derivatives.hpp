#pragma once
#include <vector>

#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// What the chain rule multiplies by: the derivatives, by this tensor, of what functions and powers in the
/// definitions are of, if that is more than a name: 2 u of exp(u^2). Each with letters of its own.
std::vector<Expr> inner_derivatives(const Problem& problem, const Symbol& by);

}  // namespace eingrad::einstein

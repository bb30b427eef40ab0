#pragma once
#include <vector>

#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// What the chain rule multiplies a derivative's factors by: the derivatives of what functions and powers on
/// the way are of, 2 u of exp(u^2) by u. Each with letters of its own; none that is very long.
std::vector<Expr> inner_derivatives(const Problem& problem, const Derivative& target);

}  // namespace eingrad::einstein

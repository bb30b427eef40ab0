#pragma once
#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

/// With the factors that all terms of a sum have in front of a bracket, (σ_ij - y_ij)/m for σ_ij/m - y_ij/m:
/// for a result, since the rules multiply out again where that helps them.
Expr factored(const Expr& e);

}  // namespace eingrad::einstein

#pragma once
#include <vector>

#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

/// The terms of an expression whose brackets are multiplied out.
std::vector<Expr> expanded_terms(const Expr& e);

}  // namespace eingrad::einstein

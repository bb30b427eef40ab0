#pragma once
#include <string>
#include <vector>

#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

// Factors that a term may lack, with letters out of those that stand for something there, its scope.

std::vector<std::string> axes_of(const Indices& letters);
/// tanh(a_n), where the definitions have a tanh of an a.
std::vector<Expr> functions_of(const Symbol& symbol, const Definitions& definitions);
/// All choices of letters for these axes; none if there are very many.
std::vector<Indices> choices(const std::vector<std::string>& axes, const Indices& scope);

/// The tensors, with all letters that are there.
std::vector<Expr> tensors_with(const Indices& scope, const Declarations& declarations);
/// Sums of tensors along an axis that no letter there runs over: b for b x_n, where n is summed.
std::vector<Expr> sums_beside(const Expr& e, const Indices& scope, const Declarations& declarations);
/// The derivatives of the functions in the definitions, and δ's.
std::vector<Expr> derivatives_with(const Indices& scope, const Definitions& definitions);
/// Inner derivatives, beside a term.
std::vector<Expr> inner_with(const Indices& scope, const Expr& e, const std::vector<Expr>& inner);

}  // namespace eingrad::einstein

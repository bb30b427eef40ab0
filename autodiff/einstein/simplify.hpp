#pragma once
#include <optional>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/differentiate.hpp>
#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

/// Rewrites one place of an expression by one rule, innermost first; nothing if no rule applies. The value
/// stays the same wherever the expression has one, and what is assumed of the tensors in it is true.
///
/// It ends: a rule either takes away a δ, a Σ, a term, a factor or a minus sign, or moves a factor out of a
/// Σ, or multiplies out a bracket with a δ in it, of which there are fewer each time.
std::optional<Step> simplification_step(const Expr& e, const Declarations* assumed = nullptr);

/// All rules until none applies.
Expr simplified(Expr e, const Declarations* assumed = nullptr);

}  // namespace eingrad::einstein

#pragma once
#include <optional>

#include <autodiff/einstein/differentiate.hpp>
#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

/// Rewrites one place of an expression by one rule, innermost first; nothing if no rule applies. The value
/// stays the same wherever the expression has one.
///
/// It ends: a rule either takes away a δ, a Σ, a term or a factor, or moves a factor out of a Σ, or
/// multiplies out a bracket with a δ in it, of which there are fewer each time.
std::optional<Step> simplification_step(const Expr& e);

/// All rules until none applies.
Expr simplified(Expr e);

}  // namespace eingrad::einstein

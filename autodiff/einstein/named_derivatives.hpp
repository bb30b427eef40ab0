#pragma once
#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// A claim whose derivatives of a loss, dL/dv_i, are tensors with these names, and the problem that defines
/// them: so that what the claim is told speaks of dL/dv_i, as it does, and not of what that is.
struct NamedDerivatives {
  Problem problem;
  Expr claim;
};
/// value_error if a derivative is too long.
NamedDerivatives with_named_derivatives(const Expr& claim, const Problem& problem);

}  // namespace eingrad::einstein

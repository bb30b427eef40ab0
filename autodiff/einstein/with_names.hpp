#pragma once
#include <autodiff/einstein/differentiate.hpp>

namespace eingrad::einstein {

/// With the names of what is defined, P_nk for softmax_k(Z_nk), wherever its whole value stands.
Expr with_names(const Expr& e, const Definitions& definitions);

}  // namespace eingrad::einstein

#pragma once
#include <vector>

#include <autodiff/einstein/edits.hpp>

namespace eingrad::einstein {

/// x² for 2x, 2x³ for 3x², and a square or a root too many or too few: of this expression, which is no base
/// of a power, and not of its parts.
std::vector<Edit> other_exponents(const Expr& e);

}  // namespace eingrad::einstein

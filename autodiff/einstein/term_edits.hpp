#pragma once
#include <vector>

#include <autodiff/einstein/edits.hpp>

namespace eingrad::einstein {

/// A sum with one of its terms of the other sign, or off by a constant factor.
std::vector<Edit> flipped_signs(const Expr& e);
/// [z > 0] for [z < 0].
std::vector<Edit> flipped_comparison(const Expr& e);
/// sigmoid(-z) for sigmoid(z).
std::vector<Edit> flipped_arguments(const Expr& e);
std::vector<Edit> scaled_terms(const Expr& e, const Declarations& declarations);

}  // namespace eingrad::einstein

#pragma once
#include <vector>

#include <autodiff/einstein/edits.hpp>

namespace eingrad::einstein {

/// A_ij B_ij for the matrix product A_ip B_pj; a sum along one axis for one of all elements. `scope` are the
/// letters that stand for something where the sum stands.
std::vector<Edit> other_sums(const Expr& e, const Indices& scope);

}  // namespace eingrad::einstein

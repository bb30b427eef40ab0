#pragma once
#include <optional>

#include <autodiff/einstein/check.hpp>
#include <autodiff/einstein/comparison.hpp>
#include <autodiff/einstein/phrase.hpp>

namespace eingrad::einstein {

/// What a search for one kind of mistake found.
using Found = std::optional<Verdict>;

// Claims that are right of some numbers, tensors or elements only.

Found find_missing_branch(const Expr& claim, const Comparison& comparison);
/// Whether something is right of targets that sum to 1, as those of a cross-entropy do.
Found find_missing_assumption(const Expr& claim, const Comparison& comparison, const Problem& problem);
/// The mistake that is left if an input sums to 1 along an axis, as the targets of a cross-entropy do.
Found find_mistake_beside_assumption(const Expr& claim, const Expr& target, const Comparison& comparison,
                                     const Problem& problem, const Teller& tell);
/// Whether it is right for symmetric matrices, on a diagonal, or for an axis of one element.
Found find_special_case(const Expr& claim, const Comparison& comparison);
/// A term that is the same for all values of a letter which the others have, as if λ ||w|| stood for λ w_i.
Found find_term_without_letter(const Expr& claim, const Comparison& comparison,
                               const Declarations& declarations);

}  // namespace eingrad::einstein

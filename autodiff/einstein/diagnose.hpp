#pragma once
#include <optional>

#include <autodiff/einstein/check.hpp>
#include <autodiff/einstein/comparison.hpp>
#include <autodiff/einstein/phrase.hpp>

namespace eingrad::einstein {

/// The tensor that a left side is a derivative of, or that it is.
const Symbol& differentiated(const Expr& target);

/// All derivatives in an expression worked out through these definitions, and simplified.
Expr worked_out(Expr e, const Definitions& definitions);
/// The derivatives worked out, the rest as it was written.
Expr without_derivatives(const Expr& e, const Definitions& definitions);

/// The one mistake that explains why a claim is not what it is compared with, which should be `target`.
Verdict diagnose(const Expr& claim, const Expr& target, const Comparison& comparison, const Problem& problem,
                 const Teller& tell);

/// The one factor, or letter of a factor, that a claim in index form has too many, too few or wrong, where
/// its letters do not fit together; nothing if there is none that would make it right. `claim` has no sums
/// but those that were written.
std::optional<Verdict> diagnose_letters(const Expr& claim, const Expr& target, const Comparison& comparison,
                                        const Problem& problem);

}  // namespace eingrad::einstein

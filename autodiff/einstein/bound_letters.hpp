#pragma once
#include <autodiff/einstein/indices.hpp>

namespace eingrad::einstein {

/// The same reduction over letters that none of `taken` is.
Reduction with_other_letters(const Reduction& r, const Indices& taken);

/// The same with other letters for those of `taken` that a reduction is over, so that no letter is free in
/// one place and summed in another.
Expr without_letters(const Expr& e, const Indices& taken);

}  // namespace eingrad::einstein

#pragma once
#include <autodiff/einstein/derivation.hpp>

namespace eingrad::einstein {

/// Goes on with a product one of whose brackets has the other factors as denominators:
/// (a/b - c/d) b d = a d - c b. Whether there was one.
bool cancel_fractions(Derivation& derivation, const Declarations& declarations);

}  // namespace eingrad::einstein

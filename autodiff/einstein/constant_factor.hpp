#pragma once
#include <optional>

#include <autodiff/einstein/comparison.hpp>

namespace eingrad::einstein {

/// By what a claim is too large, if that is a number other than 1 with small numerator and denominator, times
/// sizes of axes and their roots.
std::optional<Expr> constant_factor(const Expr& claim, const Comparison& comparison);

}  // namespace eingrad::einstein

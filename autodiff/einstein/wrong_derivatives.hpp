#pragma once
#include <autodiff/einstein/special_cases.hpp>

namespace eingrad::einstein {

/// Whether it is right but for one function in a definition, in the place of whose derivative stands what is
/// often taken for it: h, 1 - h or tanh's 1 - h² where h (1 - h) should, of h = sigmoid(z).
Found find_wrong_derivative(const Expr& claim, const Expr& target, const Comparison& comparison,
                            const Problem& problem, const Teller& tell);
/// The same of a softmax, whose derivative p_k (δ_kj - p_j) is taken as if it were of each element alone, and
/// of a power; of what is not explained by one factor.
Found find_wrong_rule(const Expr& claim, const Expr& target, const Comparison& comparison,
                      const Problem& problem, const Teller& tell);

}  // namespace eingrad::einstein

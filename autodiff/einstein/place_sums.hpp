#pragma once
#include <string_view>

#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

/// Puts the sums in that the notation leaves out: a letter that is neither free nor under a Σ already is
/// summed at the smallest product, within each term, that holds all of the term's uses of it. So the sum over
/// n in (y_n - t_n)^2 stands outside of the square, the one over i in (X_ni w_i - t_n)^2 inside, and terms
/// share no sum. value_error for a letter that is used once: that is a mistake, not a sum.
Expr place_sums(const Expr& e, const Indices& free);

/// The letters that a sum(…), mean(…) or norm(…) is over, without letters of its own: those that are not
/// free, nor summed within the argument, as i in (X_ni w_i - y_n)^2 is; all that are not free, if every
/// letter is summed within, as in mean(x_n y_n).
Indices letters_of_whole(const Expr& argument, const Indices& free);

/// Whether all uses of a letter are in products inside of the expression, so that sums over it are taken
/// there.
bool is_contracted_inside(const Index& index, const Expr& e);

}  // namespace eingrad::einstein

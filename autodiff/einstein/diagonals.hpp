#pragma once
#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// The letters that a tensor shares with what it is differentiated by, and beside whose diagonal the
/// derivative has elements, too: k of dP_nk/dZ_nk, where P_nk = softmax_k(Z_nk). None where that would take
/// too long.
Indices letters_off_diagonal(const Derivative& d, const Problem& problem);

/// The same tensor with another letter in the place of one.
Symbol with_letter(Symbol tensor, const Index& letter, const Index& other);

}  // namespace eingrad::einstein

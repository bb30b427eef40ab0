#pragma once
#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// The letters that a tensor shares with what it is differentiated by, and beside whose diagonal the
/// derivative has elements, too: k of dP_nk/dZ_nk, where P_nk = softmax_k(Z_nk).
Indices letters_off_diagonal(const Symbol& of, const Symbol& by, const Problem& problem);

/// The same tensor with another letter in the place of one, which is none of those in use.
Symbol with_fresh_letter(const Symbol& tensor, const Index& letter, const Indices& in_use);

}  // namespace eingrad::einstein

#include <algorithm>

#include <autodiff/einstein/comparison.hpp>
#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/diagonals.hpp>
#include <autodiff/einstein/indices.hpp>

namespace eingrad::einstein {

Symbol with_fresh_letter(const Symbol& tensor, const Index& letter, const Indices& in_use) {
  Symbol other = tensor;
  std::ranges::replace(other.indices, letter, fresh_index(letter.axis, in_use));
  return other;
}

Indices letters_off_diagonal(const Symbol& of, const Symbol& by, const Problem& problem) {
  Indices all;
  for (const Index& letter : by.indices) {
    if (!contains(of.indices, letter)) continue;
    const Expr whole = derivative(of, by);
    const Symbol other = with_fresh_letter(by, letter, all_indices(whole));
    const Index fresh =
        other.indices[static_cast<std::size_t>(std::ranges::find(by.indices, letter) - by.indices.begin())];
    const Expr value = worked_out(derivative(of, other), problem.definitions);
    Indices letters = free_indices(whole);
    letters.push_back(fresh);
    const Expr beside = value * (Expr(1) - Expr(Delta{letter, fresh}));
    try {
      if (!Comparison(problem, letters, beside).is_right(0)) all.push_back(letter);
    } catch (const value_error&) {  // it is finite nowhere
    }
  }
  return all;
}

}  // namespace eingrad::einstein

#include <algorithm>

#include <autodiff/einstein/comparison.hpp>
#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/diagonals.hpp>
#include <autodiff/einstein/indices.hpp>

namespace eingrad::einstein {

namespace {

bool has_elements_beside(const Index& letter, const Derivative& d, const Problem& problem) {
  const Expr whole = derivative(d.of, d.by, d.through);
  const Index other = fresh_index(letter.axis, all_indices(whole));
  const Expr value =
      worked_out(derivative(d.of, with_letter(d.by, letter, other), d.through), problem.definitions);
  Indices letters = free_indices(whole);
  letters.push_back(other);
  return !Comparison(problem, letters, value * (Expr(1) - Expr(Delta{letter, other}))).is_right(0);
}

}  // namespace

Symbol with_letter(Symbol tensor, const Index& letter, const Index& other) {
  std::ranges::replace(tensor.indices, letter, other);
  return tensor;
}

Indices letters_off_diagonal(const Derivative& d, const Problem& problem) {
  Indices all;
  const Indices of = free_indices(d.of);
  for (const Index& letter : d.by.indices) {
    try {
      if (contains(of, letter) && has_elements_beside(letter, d, problem)) all.push_back(letter);
    } catch (const value_error&) {  // it is too long, or finite nowhere
    }
  }
  return all;
}

}  // namespace eingrad::einstein

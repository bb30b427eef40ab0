#pragma once
#include <algorithm>

#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

inline bool contains(const Indices& list, const Index& index) {
  return std::ranges::find(list, index) != list.end();
}
/// Whether one of them is called so, whatever its axis.
inline bool contains_letter(const Indices& list, const Index& index) {
  return std::ranges::find(list, index.letter, &Index::letter) != list.end();
}
/// Whether one of them runs over this axis.
inline bool has_axis(const Indices& list, const std::string& axis) {
  return std::ranges::find(list, axis, &Index::axis) != list.end();
}
/// The letters that stand in the expression itself, not in its parts.
Indices own_indices(const Expr& e);

/// The letters that the expression does not take a reduction over, sorted.
Indices free_indices(const Expr& e);
/// Whether the letter is one of them.
inline bool is_free_in(const Index& index, const Expr& e) { return contains(free_indices(e), index); }
/// All letters in it.
Indices all_indices(const Expr& e);

/// How many nodes an expression has, each as often as it stands there.
std::size_t node_count(const Expr& e);

/// The same expression with other letters where these are free. A letter under a reduction that would be
/// mistaken for a new one is renamed first.
Expr renamed(const Expr& e, const Indices& from, const Indices& to);
/// A letter for this axis that is none of those in use, and none after which another axis there is called.
Index fresh_index(const std::string& axis, const Indices& in_use);

}  // namespace eingrad::einstein

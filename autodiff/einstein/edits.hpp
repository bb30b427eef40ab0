#pragma once
#include <optional>
#include <string>
#include <vector>

#include <autodiff/einstein/check.hpp>
#include <autodiff/einstein/expr.hpp>
#include <autodiff/einstein/phrase.hpp>

namespace eingrad::einstein {

/// A formula with one change, and a sentence that says which.
struct Edit {
  /// The innermost term of a sum that is changed.
  struct Term {
    Expr sum, before, after;
  };
  Expr result;
  Phrase message;
  std::optional<Term> term = {};
  std::optional<Expr> within = {};  ///< the innermost function or term of a sum that has the change inside
};

/// All ways to change the right side of a claim in one place, so as to mend one kind of mistake. `scope` are
/// the letters of the left side.
std::vector<Edit> edits(Mistake mistake, const Expr& e, const Expr& target, const Problem& problem,
                        const Indices& scope);

}  // namespace eingrad::einstein

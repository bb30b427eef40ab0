#pragma once
#include <utility>

#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/rule.hpp>

namespace eingrad {

/// sum = sum + term, in sum's own memory where nobody else looks at it.
inline void add_term(Tensor& sum, Tensor&& term) {
  if (sum.get()->is_unshared() && sum.is_leaf() && term.is_leaf()) {
    add_in_place(sum, term);
  } else {
    sum = add(sum, term);
  }
}

/// The same for a cotangent, which is undefined as long as nothing has arrived.
inline void accumulate(Tensor& sum, Tensor&& term) {
  if (sum.defined()) {
    if (stands_for_many(sum, *term.get())) std::swap(sum, term);
    return add_term(sum, std::move(term));
  }
  sum = std::move(term);
}

}  // namespace eingrad

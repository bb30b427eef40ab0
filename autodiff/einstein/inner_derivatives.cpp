#include <algorithm>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/inner_derivatives.hpp>
#include <autodiff/einstein/simplify.hpp>

namespace eingrad::einstein {

namespace {

void add_arguments(const Expr& e, std::vector<Expr>& all) {
  for (const Expr& part : parts(e)) {
    const bool is_argument = e.as<Function>() != nullptr || e.as<Power>() != nullptr;
    if (is_argument && part.as<Symbol>() == nullptr && part.as<Number>() == nullptr) all.push_back(part);
    add_arguments(part, all);
  }
}

/// With letters for those that are free, none of which is in use.
Expr with_own_letters(const Expr& e, Indices in_use) {
  const Indices free = free_indices(e), all = all_indices(e);
  in_use.insert(in_use.end(), all.begin(), all.end());
  Indices own;
  for (const Index& index : free) {
    own.push_back(fresh_index(index.axis, in_use));
    in_use.push_back(own.back());
  }
  return renamed(e, free, own);
}

}  // namespace

std::vector<Expr> inner_derivatives(const Problem& problem, const Symbol& by) {
  std::vector<Expr> arguments, all;
  for (const auto& [name, definition] : problem.definitions) add_arguments(definition.value, arguments);
  for (const Expr& argument : arguments) {
    const Expr inner = simplified(differentiate(with_own_letters(argument, by.indices), by));
    if (inner.as<Number>() == nullptr) all.push_back(inner);
  }
  return all;
}

}  // namespace eingrad::einstein

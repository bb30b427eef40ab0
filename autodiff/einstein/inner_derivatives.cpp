#include <algorithm>
#include <optional>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/inner_derivatives.hpp>
#include <autodiff/einstein/simplify.hpp>

namespace eingrad::einstein {

namespace {

/// Functions among factors, and what functions and powers are of, each once.
void add_arguments(const Expr& e, std::vector<Expr>& all) {
  const auto add = [&](const Expr& one) {
    if (std::ranges::none_of(all, [&](const Expr& each) { return same(each, one); })) all.push_back(one);
  };
  for (const Expr& part : parts(e)) {
    if (e.as<Product>() != nullptr && part.as<Function>() != nullptr) add(part);
    if (e.as<Function>() != nullptr || e.as<Power>() != nullptr) add(part);
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

/// Worked out and simplified, if no more than so many symbols are read on the way, which are counted down.
std::optional<Expr> worked_out_within(std::size_t& symbols, Expr e, const Definitions& definitions) {
  const auto go_to = [&](const Step& step) {
    e = step.result;
    const std::size_t read = node_count(e);
    symbols -= std::min(read, symbols);
    return symbols > 0;
  };
  while (const std::optional<Step> step = differentiation_step(e, definitions)) {
    if (!go_to(*step)) return {};
  }
  while (const std::optional<Step> step = simplification_step(e)) {
    if (!go_to(*step)) return {};
  }
  return e;
}

}  // namespace

std::vector<Expr> inner_derivatives(const Problem& problem, const Derivative& target) {
  std::vector<Expr> arguments, all;
  for (const auto& [name, definition] : problem.definitions) {
    if (depends_on(target.of, name, problem.definitions)) add_arguments(definition.value, arguments);
  }
  std::size_t symbols = 100'000;  // what is longer is no factor that somebody forgot
  for (const Expr& argument : arguments) {
    const Expr inner = derivative(with_own_letters(argument, target.by.indices), target.by);
    const std::optional<Expr> value = worked_out_within(symbols, inner, problem.definitions);
    if (value && value->as<Number>() == nullptr) all.push_back(*value);
  }
  return all;
}

}  // namespace eingrad::einstein

#include <algorithm>
#include <optional>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/missing_factors.hpp>
#include <autodiff/einstein/with_names.hpp>

namespace eingrad::einstein {

namespace {

std::optional<Expr> name_of_value(const Expr& e, const Definitions& definitions) {
  const Indices free = free_indices(e);
  for (const auto& [name, definition] : definitions) {
    const bool is_plain = parts(definition.value).empty();  // h = x says nothing of an x
    if (is_plain || node_count(definition.value) != node_count(e) || definition.indices.size() != free.size())
      continue;
    for (const Indices& letters : choices(axes_of(definition.indices), free)) {
      if (same(renamed(definition.value, definition.indices, letters), e)) return Symbol{name, letters};
    }
  }
  return {};
}

/// Factors that together are the value of a name, exp(z_k)/sum_j exp(z_j), as that name.
Expr with_names_of_factors(const Expr& e, const Definitions& definitions) {
  std::vector<Expr> left = factors_of(e);
  for (const auto& [name, definition] : definitions) {
    const std::vector<Expr> value = factors_of(definition.value);
    if (value.size() < 2) continue;
    for (const Indices& letters : choices(axes_of(definition.indices), free_indices(e))) {
      std::vector<Expr> rest = left;
      const Indices own = definition.indices;  // clang 14's lambdas capture no structured bindings
      const bool has_all = std::ranges::all_of(value, [&](const Expr& factor) {
        const Expr meant = renamed(factor, own, letters);
        const auto found = std::ranges::find_if(rest, [&](const Expr& each) { return same(each, meant); });
        if (found == rest.end()) return false;
        rest.erase(found);
        return true;
      });
      if (!has_all) continue;
      left = std::move(rest);
      left.push_back(Symbol{name, letters});
      break;
    }
  }
  return product(left);
}

}  // namespace

Expr with_names(const Expr& e, const Definitions& definitions) {
  if (const std::optional<Expr> name = name_of_value(e, definitions)) return *name;
  std::vector<Expr> inside = parts(e);
  if (inside.empty()) return e;
  for (Expr& part : inside) part = with_names(part, definitions);
  const Expr named = with_parts(e, inside);
  return named.as<Product>() != nullptr ? with_names_of_factors(named, definitions) : named;
}

}  // namespace eingrad::einstein

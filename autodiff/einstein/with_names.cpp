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

}  // namespace

Expr with_names(const Expr& e, const Definitions& definitions) {
  if (const std::optional<Expr> name = name_of_value(e, definitions)) return *name;
  std::vector<Expr> inside = parts(e);
  if (inside.empty()) return e;
  for (Expr& part : inside) part = with_names(part, definitions);
  return with_parts(e, inside);
}

}  // namespace eingrad::einstein

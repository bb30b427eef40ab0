#include <algorithm>

#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/missing_factors.hpp>
#include <autodiff/einstein/named_derivatives.hpp>

namespace eingrad::einstein {

namespace {

bool has_name(const Derivative& d) {
  const auto* of = d.of.as<Symbol>();
  const auto is_twice = [&](const Index& index) { return std::ranges::count(d.by.indices, index) > 1; };
  return of != nullptr && of->indices.empty() && d.through == Through::definitions &&
         std::ranges::none_of(d.by.indices, is_twice);
}

Expr named(const Expr& e, const Definitions& definitions, Problem& problem) {
  const auto* d = e.as<Derivative>();
  if (d != nullptr && has_name(*d)) {
    const Symbol symbol{"d" + d->of.as<Symbol>()->name + "/d" + d->by.name, d->by.indices};
    const auto [found, is_new] = problem.definitions.try_emplace(symbol.name, Definition{symbol.indices, e});
    if (is_new) {
      found->second.value = worked_out(e, definitions);
      problem.declarations.tensor(symbol.name, axes_of(symbol.indices));
    }
    return symbol;
  }
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = named(part, definitions, problem);
  return inside.empty() ? e : with_parts(e, inside);
}

}  // namespace

NamedDerivatives with_named_derivatives(const Expr& claim, const Problem& problem) {
  NamedDerivatives all{problem, 0};
  all.claim = without_derivatives(named(claim, problem.definitions, all.problem), problem.definitions);
  return all;
}

}  // namespace eingrad::einstein

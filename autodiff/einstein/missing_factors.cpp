#include <algorithm>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/missing_factors.hpp>

namespace eingrad::einstein {

namespace {

/// Without 1_n, which is what δ of equal letters is, where n is a letter of what it is multiplied by.
Expr without_ones(const Expr& e, const Indices& letters) {
  std::vector<Expr> factors = factors_of(e);
  std::erase_if(factors, [&](const Expr& factor) {
    const auto* d = factor.as<Delta>();
    return d != nullptr && d->a == d->b && contains(letters, d->a);
  });
  return product(factors);
}

void add_functions(const Expr& e, const Symbol& of, std::vector<Expr>& all) {
  const auto* f = e.as<Function>();
  const auto* argument = f != nullptr && f->arguments.size() == 1 ? f->arguments[0].as<Symbol>() : nullptr;
  if (argument != nullptr && argument->name == of.name)
    all.push_back(function(f->name, {Expr(of)}, f->prime));
  for (const Expr& part : parts(e)) add_functions(part, of, all);
}

/// tanh'(a), as it is mostly written; exp(a) and 1/a for exp'(a) and log'(a).
Expr derivative_of(const std::string& function_name, const Expr& argument) {
  if (function_name == "exp") return function(function_name, {argument}, false);
  if (function_name == "log") return raised(argument, -1);
  return function(function_name, {argument}, true);
}

void add_primes(const Expr& e, const Indices& scope, std::vector<Expr>& all) {
  const auto* f = e.as<Function>();
  if (f != nullptr && f->arguments.size() == 1) {
    const Indices free = free_indices(e);
    for (const Indices& letters : choices(axes_of(free), scope))
      all.push_back(derivative_of(f->name, renamed(f->arguments[0], free, letters)));
  }
  for (const Expr& part : parts(e)) add_primes(part, scope, all);
}

}  // namespace

std::vector<std::string> axes_of(const Indices& letters) {
  std::vector<std::string> axes;
  for (const Index& index : letters) axes.push_back(index.axis);
  return axes;
}

std::vector<Expr> functions_of(const Symbol& symbol, const Definitions& definitions) {
  std::vector<Expr> all;
  for (const auto& [name, definition] : definitions) add_functions(definition.value, symbol, all);
  return all;
}

std::vector<Indices> choices(const std::vector<std::string>& axes, const Indices& scope) {
  std::vector<Indices> all{{}};
  for (const std::string& axis : axes) {
    std::vector<Indices> longer;
    for (const Indices& chosen : all) {
      for (const Index& index : scope) {
        if (index.axis != axis) continue;
        longer.push_back(chosen);
        longer.back().push_back(index);
      }
    }
    all = std::move(longer);
    if (all.size() > 500) return {};
  }
  return all;
}

std::vector<Expr> tensors_with(const Indices& scope, const Declarations& declarations) {
  std::vector<Expr> all;
  for (const std::string& name : declarations.names()) {
    const auto* axes = declarations.axes_of(name);
    if (axes == nullptr) continue;
    for (const Indices& letters : choices(*axes, scope)) all.push_back(Symbol{name, letters});
  }
  return all;
}

std::vector<Expr> sums_beside(const Expr& e, const Indices& scope, const Declarations& declarations) {
  std::vector<Expr> all;
  Indices in_use = all_indices(e);
  in_use.insert(in_use.end(), scope.begin(), scope.end());
  for (const std::string& name : declarations.names()) {
    const auto* axes = declarations.axes_of(name);
    if (axes == nullptr || axes->size() != 1 || !choices(*axes, scope).empty()) continue;
    const Index over = fresh_index((*axes)[0], in_use);
    all.push_back(reduction(Over::sum, {over}, Symbol{name, {over}}));
  }
  return all;
}

std::vector<Expr> derivatives_with(const Indices& scope, const Definitions& definitions) {
  std::vector<Expr> all;
  for (const auto& [name, definition] : definitions) add_primes(definition.value, scope, all);
  for (std::size_t i = 0; i < scope.size(); ++i) {
    for (std::size_t k = i + 1; k < scope.size(); ++k) {
      if (scope[i].axis == scope[k].axis) all.push_back(Delta{scope[i], scope[k]});
    }
  }
  return all;
}

std::vector<Expr> inner_with(const Indices& scope, const Expr& e, const std::vector<Expr>& inner) {
  std::vector<Expr> all;
  for (const Expr& derivative : inner) {
    Indices own = free_indices(derivative);
    std::erase_if(own, [&](const Index& index) { return contains(scope, index); });
    for (const Indices& letters : choices(axes_of(own), scope))
      all.push_back(without_ones(renamed(derivative, own, letters), free_indices(e)));
  }
  return all;
}

}  // namespace eingrad::einstein

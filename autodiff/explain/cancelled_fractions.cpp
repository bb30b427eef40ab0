#include <algorithm>
#include <optional>

#include <autodiff/einstein/expanded_terms.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/explain/cancelled_fractions.hpp>

namespace eingrad::einstein {

namespace {

Expr with_other_sign(const Expr& e) {
  std::vector<Expr> terms = parts(e);
  for (Expr& term : terms) term = -term;
  return e.as<Sum>() != nullptr ? sum(terms) : -e;
}

/// A factor as what a term divides by, which may be it with the other sign: b - 1 as -(1 - b).
std::optional<Expr> as_denominator(const Expr& factor, const Expr& term) {
  for (const Expr& each : factors_of(term)) {
    const auto* power = each.as<Power>();
    if (power == nullptr || !(power->exponent < Number(0))) continue;
    if (same(power->base, factor)) return factor;
    if (same(power->base, with_other_sign(factor))) return -power->base;
  }
  return {};
}

// (a/b - c/d) b d e = (a b d/b - c b d/d) e
std::optional<Step> multiply_fractions(const Expr& e) {
  const std::vector<Expr> factors = factors_of(e);
  for (std::size_t k = 0; k < factors.size(); ++k) {
    const auto* bracket = factors[k].as<Sum>();
    if (bracket == nullptr) continue;
    std::vector<Expr> others, denominators, terms = bracket->terms;
    std::vector<bool> cancels(terms.size());
    for (const Expr& factor : without(factors, k)) {
      std::optional<Expr> denominator;
      for (std::size_t t = 0; t < terms.size(); ++t) {
        const std::optional<Expr> found = as_denominator(factor, terms[t]);
        if (found) denominator = found, cancels[t] = true;
      }
      (denominator ? denominators : others).push_back(denominator.value_or(factor));
    }
    if (std::ranges::find(cancels, false) != cancels.end()) continue;
    Expr all = product(denominators);
    if (factors_of(all)[0].is_number(-1)) others.insert(others.begin(), -1), all = -all;
    for (Expr& term : terms) term = term * all;
    others.push_back(sum(terms));
    return Step{"the fractions are multiplied out", product(others)};
  }
  return {};
}

// Brackets inside of one, where that leaves less of it: a (1 - b) - (1 - a) b = a - b
std::optional<Step> multiply_inner_brackets(const Expr& e) {
  std::vector<Expr> factors = factors_of(e);
  for (Expr& factor : factors) {
    if (factor.as<Sum>() == nullptr) continue;
    const Expr expanded = sum(expanded_terms(factor));
    if (node_count(expanded) >= node_count(factor)) continue;
    factor = expanded;
    return Step{"the brackets are multiplied out", product(factors)};
  }
  return {};
}

}  // namespace

bool cancel_fractions(Derivation& derivation, const Declarations& declarations) {
  auto step = multiply_fractions(derivation.result());
  if (!step) return false;
  derivation.steps.push_back(std::move(*step));
  simplify(derivation, declarations);
  if ((step = multiply_inner_brackets(derivation.result()))) {
    derivation.steps.push_back(std::move(*step));
    simplify(derivation, declarations);
  }
  return true;
}

}  // namespace eingrad::einstein

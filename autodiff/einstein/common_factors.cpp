#include <algorithm>

#include <autodiff/einstein/common_factors.hpp>

namespace eingrad::einstein {

namespace {

bool is_scale(const Expr& e) {
  const auto* power = e.as<Power>();
  return e.as<Number>() != nullptr || e.as<Size>() != nullptr ||
         (power != nullptr && power->base.as<Size>() != nullptr);
}

/// A term as a number and sizes, without a sign, times the rest.
struct Scaled {
  explicit Scaled(const Expr& term) {
    std::vector<Expr> scales;
    for (const Expr& factor : factors_of(term)) (is_scale(factor) ? scales : factors).push_back(factor);
    scale = product(scales);
    const auto* number = factors_of(scale)[0].as<Number>();
    if (number == nullptr || !(*number < Number(0))) return;
    scale = -scale;
    factors.insert(factors.begin(), -1);
  }

  Expr scale;
  std::vector<Expr> factors;
};

/// Takes the factors out of all terms that the first shares with every other one.
std::vector<Expr> take_common_factors(std::vector<Scaled>& terms) {
  std::vector<Expr> common;
  const std::vector<Expr> candidates = terms[0].factors;
  for (const Expr& candidate : candidates) {
    if (candidate.is_number(-1)) continue;
    const auto find_in = [&](Scaled& term) {
      return std::ranges::find_if(term.factors, [&](const Expr& factor) { return same(factor, candidate); });
    };
    if (std::ranges::any_of(terms, [&](Scaled& term) { return find_in(term) == term.factors.end(); }))
      continue;
    common.push_back(candidate);
    for (Scaled& term : terms) term.factors.erase(find_in(term));
  }
  return common;
}

}  // namespace

Expr factored(const Expr& e) {
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = factored(part);
  const Expr with_inside = inside.empty() ? e : with_parts(e, inside);
  const auto* s = with_inside.as<Sum>();
  if (s == nullptr) return with_inside;

  std::vector<Scaled> terms(s->terms.begin(), s->terms.end());
  std::vector<Expr> common = take_common_factors(terms);
  const Expr scale = terms[0].scale;
  const bool is_shared =
      std::ranges::all_of(terms, [&](const Scaled& term) { return same(term.scale, scale); });
  if (common.empty() && (!is_shared || scale.is_number(1))) return with_inside;
  std::vector<Expr> left;
  for (const Scaled& term : terms) {
    const Expr rest = product(term.factors);
    left.push_back(is_shared ? rest : term.scale * rest);
  }
  if (is_shared) common.insert(common.begin(), scale);
  common.push_back(sum(left));
  return product(common);
}

}  // namespace eingrad::einstein

#include <cmath>
#include <utility>

#include <autodiff/einstein/exponent_edits.hpp>
#include <autodiff/einstein/indices.hpp>

namespace eingrad::einstein {

namespace {

std::pair<Expr, Number> base_and_exponent(const Expr& e) {
  const auto* power = e.as<Power>();
  return power != nullptr ? std::pair(power->base, power->exponent) : std::pair(e, Number(1));
}

/// 2x³ is 3x² with its numbers exchanged.
std::vector<Expr> with_factor_and_exponent_exchanged(const Expr& e) {
  std::vector<Expr> all;
  const std::vector<Expr> factors = factors_of(e);
  const auto* number = factors[0].as<Number>();
  const double factor = number != nullptr ? std::abs(number->value()) : 1;
  for (std::size_t k = number != nullptr ? 1 : 0; k < factors.size(); ++k) {
    const auto [base, exponent] = base_and_exponent(factors[k]);
    if (!Number(factor).is_whole() || !exponent.is_whole() || exponent.value() < 1) continue;
    std::vector<Expr> changed = without(factors, k);  // with the number
    changed.insert(changed.end(), {raised(base, factor), Number(exponent.value(), factor)});
    all.push_back(product(changed));
  }
  return all;
}

/// 1 - h^2 for (1 - h)^2.
std::vector<Expr> with_each_term_raised(const Expr& e) {
  const auto* power = e.as<Power>();
  if (power == nullptr || power->base.as<Sum>() == nullptr) return {};
  std::vector<Expr> terms;
  for (const Expr& term : parts(power->base)) {
    const auto* number = factors_of(term)[0].as<Number>();
    const bool is_negative = number != nullptr && number->value() < 0;
    terms.push_back(is_negative ? -raised(-term, power->exponent) : raised(term, power->exponent));
  }
  return {sum(terms)};
}

}  // namespace

std::vector<Edit> other_exponents(const Expr& e) {
  std::vector<Edit> all;
  const auto add = [&](const Expr& other, const std::string& what) {
    all.push_back({other, phrase("{}: {} should be {}", what, Shown{e}, Shown{other}) /* √Σ is a norm */});
  };
  if (e.as<Number>() != nullptr || e.as<Size>() != nullptr) return all;
  for (const Expr& other : with_factor_and_exponent_exchanged(e))
    add(other, "the exponent and the factor are exchanged");
  for (const Expr& other : with_each_term_raised(e)) add(other, "the exponent belongs to the terms");
  if (e.as<Product>() != nullptr) return all;
  const auto [base, exponent] = base_and_exponent(e);
  add(raised(base, exponent * 2), "a square is missing");
  add(raised(base, exponent * Number(1, 2)), "a square is one too many");
  const double sign = exponent.value() < 0 ? -1 : 1;
  for (const Number size : {Number(1, 2), Number(1), Number(3, 2), Number(2), Number(3), Number(4)}) {
    if (size * sign != exponent) add(raised(base, size * sign), "the exponent is wrong");
  }
  return all;
}

}  // namespace eingrad::einstein

#include <algorithm>

#include <autodiff/einstein/expanded_terms.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/simplify.hpp>

namespace eingrad::einstein {

namespace {

double terms_when_multiplied_out(const Expr& e) {
  if (e.as<Sum>() == nullptr && e.as<Product>() == nullptr && e.as<Reduction>() == nullptr) return 1;
  double count = e.as<Sum>() != nullptr ? 0 : 1;
  for (const Expr& part : parts(e)) {
    const double inside = terms_when_multiplied_out(part);
    count = e.as<Sum>() != nullptr ? count + inside : count * inside;
  }
  return count;
}

// A product of sums as a sum of products, and a sum over + as sums.
Expr multiplied_out(const Expr& e) {
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = multiplied_out(part);
  const Expr whole = inside.empty() ? e : with_parts(e, inside);
  if (const auto* r = whole.as<Reduction>();
      r != nullptr && r->kind == Over::sum && r->body.as<Sum>() != nullptr) {
    std::vector<Expr> terms;
    for (const Expr& term : parts(r->body)) terms.push_back(reduction(Over::sum, r->over, term));
    return sum(terms);
  }
  const std::vector<Expr> factors = factors_of(whole);
  const auto bracket =
      std::ranges::find_if(factors, [](const Expr& factor) { return factor.as<Sum>() != nullptr; });
  if (bracket == factors.end() || whole.as<Product>() == nullptr) return whole;
  const auto k = static_cast<std::size_t>(bracket - factors.begin());
  std::vector<Expr> terms;
  for (const Expr& term : parts(*bracket)) {
    std::vector<Expr> one = factors;
    one[k] = term;
    terms.push_back(multiplied_out(product(one)));
  }
  return sum(terms);
}

}  // namespace

std::vector<Expr> expanded_terms(const Expr& e) {
  if (node_count(e) > 400 || terms_when_multiplied_out(e) > 200) return {e};
  const Expr whole = simplified(multiplied_out(simplified(e)));
  return whole.as<Sum>() != nullptr ? parts(whole) : std::vector{whole};
}

}  // namespace eingrad::einstein

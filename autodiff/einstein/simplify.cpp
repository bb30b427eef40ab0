#include <algorithm>
#include <iterator>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/simplify.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

using Rewritten = std::optional<Step>;

bool is_free_in_any(const Indices& indices, const Expr& e) {
  const Indices free = free_indices(e);
  return std::ranges::any_of(indices, [&](const Index& index) { return contains(free, index); });
}

Indices without(Indices list, const Index& index) {
  std::erase(list, index);
  return list;
}

// ---- Products ----

// δ_ii beside another factor with i: 1 there.
Rewritten drop_delta_of_one_letter(const Product& p) {
  for (std::size_t k = 0; k < p.factors.size(); ++k) {
    const auto* delta = p.factors[k].as<Delta>();
    if (delta == nullptr || !(delta->a == delta->b)) continue;
    const Expr rest = product(without(p.factors, k));
    if (is_free_in(delta->a, rest)) return Step{"a factor of ones changes nothing", rest};
  }
  return {};
}

// a^r a^s = a^(r + s)
Rewritten join_like_factors(const Product& p) {
  const auto base_of = [](const Expr& e) { return e.as<Power>() != nullptr ? e.as<Power>()->base : e; };
  const auto exponent_of = [](const Expr& e) {
    return e.as<Power>() != nullptr ? e.as<Power>()->exponent : Number(1);
  };
  for (std::size_t i = 0; i < p.factors.size(); ++i) {
    if (p.factors[i].as<Number>() != nullptr) continue;
    for (std::size_t k = i + 1; k < p.factors.size(); ++k) {
      const auto *a = p.factors[i].as<Delta>(), *b = p.factors[k].as<Delta>();
      if (!same(base_of(p.factors[i]), base_of(p.factors[k]))) {
        const bool mirrored = a != nullptr && b != nullptr && a->a == b->b && a->b == b->a;
        if (!mirrored) continue;
      }
      std::vector<Expr> factors = without(p.factors, k);
      if (a != nullptr) return Step{"δ δ is δ", product(factors)};
      factors[i] = raised(base_of(p.factors[i]), exponent_of(p.factors[i]) + exponent_of(p.factors[k]));
      return Step{"like factors", product(factors)};
    }
  }
  return {};
}

// (a b)^r = a^r b^r for a whole r
Rewritten spread_power(const Power& p) {
  const auto* inside = p.base.as<Product>();
  if (inside == nullptr || !p.exponent.is_whole()) return {};
  std::vector<Expr> factors;
  for (const Expr& factor : inside->factors) factors.push_back(raised(factor, p.exponent));
  return Step{"the power of a product", product(factors)};
}

// ---- Sums ----

// a t + b t = (a + b) t, t the same up to the names of summed letters
Rewritten join_like_terms(const Sum& s) {
  struct Term {
    Number count = 1;
    Expr rest;
  };
  const auto split = [](const Expr& e) {
    std::vector<Expr> factors = factors_of(e);
    const auto* number = factors[0].as<Number>();
    if (number == nullptr) return Term{1, e};
    const Number count = *number;
    return Term{count, product(without(factors, 0))};
  };
  for (std::size_t i = 0; i < s.terms.size(); ++i) {
    const Term a = split(s.terms[i]);
    for (std::size_t k = i + 1; k < s.terms.size(); ++k) {
      const Term b = split(s.terms[k]);
      if (!same(a.rest, b.rest)) continue;
      std::vector<Expr> terms = without(s.terms, k);
      terms[i] = product({a.count + b.count, a.rest});
      return Step{"like terms", sum(terms)};
    }
  }
  return {};
}

// ---- Reductions ----

// Σ_l δ_il f_l = f_i
Rewritten eliminate_delta(const Reduction& r) {
  const std::vector<Expr> factors = factors_of(r.body);
  for (std::size_t k = 0; k < factors.size(); ++k) {
    const auto* delta = factors[k].as<Delta>();
    if (delta == nullptr || delta->a == delta->b) continue;
    for (const auto& [gone, kept] : {std::pair{delta->b, delta->a}, std::pair{delta->a, delta->b}}) {
      if (!contains(r.over, gone)) continue;
      const Expr rest = renamed(product(without(factors, k)), {gone}, {kept});
      const std::string rule =
          fmt::format("Σ over {} with δ puts {} for {}", gone.letter, kept.letter, gone.letter);
      // Nothing else may have had the letter: then a 1 for each of its elements is left.
      const bool repeats = contains(r.over, kept) && !is_free_in(kept, rest);
      const Expr body = repeats ? rest * Delta{kept, kept} : rest;
      return Step{rule, reduction(r.kind, without(r.over, gone), body)};
    }
  }
  return {};
}

// Σ_i δ_ii = |i|, and Σ_i a = |i| a where a has no i
Rewritten count_elements(const Reduction& r) {
  const std::vector<Expr> factors = factors_of(r.body);
  for (const Index& index : r.over) {
    const auto is_unit = [&](const Expr& e) {
      const auto* delta = e.as<Delta>();
      return delta != nullptr && delta->a == index && delta->b == index;
    };
    std::vector<Expr> rest;
    std::ranges::remove_copy_if(factors, std::back_inserter(rest), is_unit);
    if (is_free_in(index, product(rest))) continue;
    return Step{fmt::format("Σ over {} of what does not depend on it", index.letter),
                Expr(Size{index.axis}) * reduction(r.kind, without(r.over, index), product(rest))};
  }
  return {};
}

// Σ (a + b) = Σ a + Σ b, where a term has a δ to be eliminated or does not have all the letters
Rewritten split_sum(const Reduction& r) {
  const auto* s = r.body.as<Sum>();
  if (s == nullptr) return {};
  const bool helps = std::ranges::any_of(s->terms, [&](const Expr& term) {
    const bool has_delta = std::ranges::any_of(factors_of(term), [&](const Expr& factor) {
      return factor.as<Delta>() != nullptr && is_free_in_any(r.over, factor);
    });
    return has_delta ||
           std::ranges::any_of(r.over, [&](const Index& index) { return !is_free_in(index, term); });
  });
  if (!helps) return {};
  std::vector<Expr> terms;
  for (const Expr& term : s->terms) terms.push_back(reduction(r.kind, r.over, term));
  return Step{"Σ over + is + over Σ", sum(terms)};
}

// A bracket with a δ over a summed letter is multiplied out.
Rewritten multiply_out(const Reduction& r) {
  const std::vector<Expr> factors = factors_of(r.body);
  for (std::size_t k = 0; k < factors.size(); ++k) {
    const auto* s = factors[k].as<Sum>();
    if (s == nullptr || factors.size() == 1) continue;
    const bool has_delta = std::ranges::any_of(s->terms, [&](const Expr& term) {
      return std::ranges::any_of(factors_of(term), [&](const Expr& factor) {
        return factor.as<Delta>() != nullptr && is_free_in_any(r.over, factor);
      });
    });
    if (!has_delta) continue;
    std::vector<Expr> terms;
    for (const Expr& term : s->terms) {
      std::vector<Expr> all = factors;
      all[k] = term;
      terms.push_back(product(all));
    }
    return Step{"the bracket with δ is multiplied out", reduction(r.kind, r.over, sum(terms))};
  }
  return {};
}

// Σ a b = a Σ b where a has none of the letters
Rewritten pull_out_constants(const Reduction& r) {
  std::vector<Expr> outside, inside;
  for (const Expr& factor : factors_of(r.body))
    (is_free_in_any(r.over, factor) ? inside : outside).push_back(factor);
  if (outside.empty() || inside.empty()) return {};
  outside.push_back(reduction(r.kind, r.over, product(inside)));
  return Step{"constants leave Σ", product(outside)};
}

// Σ_a x Σ_b y = Σ_ab x y
Rewritten merge_sums(const Reduction& r) {
  std::vector<Expr> factors = factors_of(r.body);
  for (std::size_t k = 0; k < factors.size(); ++k) {
    const auto* inner = factors[k].as<Reduction>();
    if (inner == nullptr || inner->kind != Over::sum) continue;
    Indices over = r.over, in_use = all_indices(r.body);
    in_use.insert(in_use.end(), over.begin(), over.end());
    Expr body = inner->body;
    for (const Index& index : inner->over) {
      const Expr others = product(without(factors, k));
      const bool clashes = contains_letter(over, index) || contains_letter(free_indices(others), index);
      const Index letter = clashes ? fresh_index(index.axis, in_use) : index;
      in_use.push_back(letter);
      if (clashes) body = renamed(body, {index}, {letter});
      over.push_back(letter);
    }
    factors[k] = body;
    return Step{"one Σ for both", reduction(r.kind, over, product(factors))};
  }
  return {};
}

Rewritten open_mean(const Reduction& r) {
  std::vector<Expr> factors;
  for (const Index& index : r.over) factors.push_back(raised(Size{index.axis}, -1));
  factors.push_back(reduction(Over::sum, r.over, r.body));
  return Step{"a mean is a sum over the number", product(factors)};
}

// Σ_k a_n y_nk = a_n for a y that is assumed to sum to 1 along k
Rewritten use_assumption(const Reduction& r, const Declarations& declarations) {
  const std::vector<Expr> factors = factors_of(r.body);
  for (std::size_t k = 0; k < factors.size(); ++k) {
    const auto* symbol = factors[k].as<Symbol>();
    if (symbol == nullptr) continue;
    const Expr others = product(without(factors, k));
    for (const Declarations::Assumed& assumed : declarations.assumptions_of(symbol->name)) {
      const auto is_along = [&](const Index& index) {
        return index.axis == assumed.axis && contains(r.over, index) && !is_free_in(index, others) &&
               std::ranges::count(symbol->indices, index) == 1;
      };
      const auto index = std::ranges::find_if(symbol->indices, is_along);
      if (index == symbol->indices.end()) continue;
      std::vector<Expr> rest{others};  // and ones, of the letters that it had beside this one
      for (const Index& other : symbol->indices) {
        if (!(other == *index)) rest.push_back(Delta{other, other});
      }
      const bool is_onehot = assumed.what == Declarations::Assumption::onehot;
      return Step{fmt::format("Σ over {} of `{}` is 1, for it {}", index->letter, symbol->name,
                              is_onehot ? "is one-hot" : "sums to 1"),
                  reduction(r.kind, without(r.over, *index), product(rest))};
    }
  }
  return {};
}

// -(a - b) = b - a
Rewritten turn_sign_inside(const Product& p) {
  const auto is_negative = [](const Expr& e) {
    const auto* number = factors_of(e)[0].as<Number>();
    return number != nullptr && *number < Number(0);
  };
  if (!is_negative(p.factors[0])) return {};
  for (std::size_t k = 1; k < p.factors.size(); ++k) {
    const auto* s = p.factors[k].as<Sum>();
    if (s == nullptr) continue;
    const auto negative = std::ranges::count_if(s->terms, is_negative);
    if (negative == 0 || 1 + negative <= std::ssize(s->terms) - negative) continue;
    std::vector<Expr> positive_terms, negative_terms;
    for (const Expr& term : s->terms) (is_negative(term) ? positive_terms : negative_terms).push_back(-term);
    positive_terms.insert(positive_terms.end(), negative_terms.begin(), negative_terms.end());
    std::vector<Expr> factors = p.factors;
    factors[k] = sum(positive_terms);
    factors[0] = -factors[0];
    return Step{"the sign goes into the bracket", product(factors)};
  }
  return {};
}

Rewritten rewritten(const Expr& e, const Declarations* assumed) {
  const auto first = [](const auto& node,
                        std::initializer_list<Rewritten (*)(const std::decay_t<decltype(node)>&)> rules) {
    for (const auto rule : rules) {
      if (Rewritten step = rule(node)) return step;
    }
    return Rewritten();
  };
  if (const auto* p = e.as<Product>())
    return first(*p, {drop_delta_of_one_letter, join_like_factors, turn_sign_inside});
  if (const auto* p = e.as<Power>()) return first(*p, {spread_power});
  if (const auto* s = e.as<Sum>()) return first(*s, {join_like_terms});
  const auto* r = e.as<Reduction>();
  if (r == nullptr) return {};
  if (r->kind == Over::mean) return open_mean(*r);
  if (r->kind != Over::sum) return {};
  if (r->body.is_number(0)) return Step{"Σ of 0", 0};
  if (assumed != nullptr) {
    if (Rewritten step = use_assumption(*r, *assumed)) return step;
  }
  return first(*r,
               {eliminate_delta, count_elements, multiply_out, split_sum, pull_out_constants, merge_sums});
}

}  // namespace

std::optional<Step> simplification_step(const Expr& e, const Declarations* assumed) {
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) {
    const std::optional<Step> step = simplification_step(part, assumed);
    if (!step) continue;
    part = step->result;
    return Step{step->rule, with_parts(e, inside)};
  }
  return rewritten(e, assumed);
}

Expr simplified(Expr e, const Declarations* assumed) {
  while (const std::optional<Step> step = simplification_step(e, assumed)) e = step->result;
  return e;
}

}  // namespace eingrad::einstein

#include <algorithm>

#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/mistake.hpp>
#include <autodiff/einstein/place_sums.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

/// Whether it is ∂/∂w of a formula, not of a name: then sums are taken within.
bool is_of_formula(const Expr& e) {
  const auto* d = e.as<Derivative>();
  return d != nullptr && d->of.as<Symbol>() == nullptr && d->of.as<Derivative>() == nullptr;
}

/// How often a letter stands in a term; a whole power counts its base as often as it says.
std::size_t uses(const Index& index, const Expr& e) {
  if (!is_free_in(index, e)) return 0;
  std::size_t own = 0;
  const auto count = [&](const Indices& indices) {
    own += static_cast<std::size_t>(std::ranges::count(indices, index));
  };
  if (const auto* s = e.as<Symbol>()) count(s->indices);
  if (const auto* d = e.as<Delta>()) count({d->a, d->b});
  if (const auto* d = e.as<Derivative>()) count(d->by.indices);
  if (const auto* s = e.as<Softmax>()) return uses(index, s->body);
  if (const auto* s = e.as<Sum>()) {  // terms share no sum
    for (const Expr& term : s->terms) own = std::max(own, uses(index, term));
    return own;
  }
  for (const Expr& part : parts(e)) own += uses(index, part);
  const auto* p = e.as<Power>();
  if (p != nullptr && p->exponent.is_whole() && p->exponent.value() >= 2) own *= 2;
  return own;
}

}  // namespace

bool is_contracted_inside(const Index& index, const Expr& e) {
  if (!is_free_in(index, e)) return true;
  if (e.as<Symbol>() != nullptr || e.as<Delta>() != nullptr ||
      (e.as<Derivative>() != nullptr && !is_of_formula(e)))
    return uses(index, e) >= 2;
  if (is_of_formula(e) && contains(e.as<Derivative>()->by.indices, index)) return false;
  if (const auto* s = e.as<Softmax>(); s != nullptr && s->along == index) return false;  // it stays free
  if (const auto* s = e.as<Sum>())
    return std::ranges::all_of(s->terms, [&](const Expr& term) { return is_contracted_inside(index, term); });
  if (const auto* p = e.as<Product>()) {
    const auto count =
        std::ranges::count_if(p->factors, [&](const Expr& factor) { return is_free_in(index, factor); });
    if (count >= 2) return true;
  }
  if (const auto* p = e.as<Power>(); p != nullptr && p->exponent.is_whole() && p->exponent.value() >= 2) {
    if (p->base.as<Symbol>() != nullptr) return true;
  }
  const std::vector<Expr> inside = parts(e);
  return std::ranges::all_of(inside, [&](const Expr& part) { return is_contracted_inside(index, part); });
}

namespace {

Expr with_sum(const Expr& e, const Index& index) { return reduction(Over::sum, {index}, e); }

/// Whether there is a sum or mean over this letter somewhere.
bool is_reduced_in(const Expr& e, const Index& index) {
  const auto* r = e.as<Reduction>();
  return (r != nullptr && contains(r->over, index)) ||
         std::ranges::any_of(parts(e), [&](const Expr& part) { return is_reduced_in(part, index); });
}

/// A letter that stands in no two factors, so that nothing says where its sum begins.
[[noreturn]] void refuse_used_once(const Index& index, const Expr& whole) {
  const std::string& letter = index.letter;
  Report report("einstein",
                fmt::format("the letter {} stands in one factor alone, and not on the left: no sum over it "
                            "is understood",
                            letter));
  report.hint(
      is_reduced_in(whole, index)
          ? fmt::format("brackets behind the sum or mean over {}, which goes to the end of its term", letter)
          : fmt::format("sum_{0} in front of the term, a second factor with {0}, or a letter that stands on "
                        "the left",
                        letter));
  refuse(report, Mistake::used_once);
}

/// Whether it is divided by the size of the letter's axis.
bool is_mean_of(const Index& index, const Product& p) {
  return std::ranges::any_of(p.factors, [&](const Expr& factor) {
    const auto* power = factor.as<Power>();
    const auto* size = power != nullptr ? power->base.as<Size>() : nullptr;
    return size != nullptr && size->axis == index.axis && power->exponent.value() < 0;
  });
}

/// 1/m log(1 + exp(-t_n z_n)): whose sum over n would stand inside of exp, and can hardly be meant to.
void refuse_sum_in_function(const Index& index, const std::vector<Expr>& factors) {
  for (const Expr& factor : factors) {
    const auto* f = factor.as<Function>();
    if (f == nullptr || !is_free_in(index, factor)) continue;
    Report report("einstein",
                  fmt::format("is the sum over {} meant around {}, or inside of it?", index.letter, f->name));
    report.hint(fmt::format("sum_{0} {1}(…), or {1}(… sum_{0} …)", index.letter, f->name));
    refuse(report, Mistake::used_once);
  }
}

/// Puts the sum over one letter into a term of a formula.
Expr placed(const Expr& e, const Index& index, const Expr& whole) {
  if (!is_free_in(index, e)) return e;
  if (const auto* s = e.as<Sum>()) {
    std::vector<Expr> terms;
    for (const Expr& term : s->terms) terms.push_back(placed(term, index, whole));
    return sum(terms);
  }
  if (const auto* p = e.as<Product>()) {
    const auto has_letter = [&](const Expr& factor) { return is_free_in(index, factor); };
    const auto sums_by_itself = [&](const Expr& factor) {
      return !is_free_in(index, factor) ||
             (factor.as<Symbol>() == nullptr && is_contracted_inside(index, factor));
    };
    const bool is_only = std::ranges::count_if(p->factors, has_letter) == 1;
    const auto first = std::ranges::find_if(p->factors, has_letter);
    // Of σ(x_i w_i) (1 - σ(x_i w_i)) each factor has a sum of its own.
    if (is_only ? is_contracted_inside(index, *first) : std::ranges::all_of(p->factors, sums_by_itself)) {
      if (is_mean_of(index, *p)) refuse_sum_in_function(index, p->factors);
      std::vector<Expr> factors = p->factors;
      for (Expr& factor : factors) factor = placed(factor, index, whole);
      return product(factors);
    }
  } else if (e.as<Reduction>() != nullptr ||
             (e.as<Softmax>() != nullptr && !(e.as<Softmax>()->along == index)) ||
             e.as<Function>() != nullptr || e.as<Power>() != nullptr ||
             (is_of_formula(e) && !contains(e.as<Derivative>()->by.indices, index))) {
    std::vector<Expr> inside = parts(e);
    const bool holds =
        std::ranges::all_of(inside, [&](const Expr& part) { return is_contracted_inside(index, part); });
    if (holds) {
      for (Expr& part : inside) part = placed(part, index, whole);
      return with_parts(e, inside);
    }
  }
  if (uses(index, e) >= 2) return with_sum(e, index);
  refuse_used_once(index, whole);
}

}  // namespace

Expr place_sums(const Expr& e, const Indices& free) {
  Expr result = e;
  for (const Index& index : free_indices(e)) {
    if (!contains(free, index)) result = placed(result, index, e);
  }
  return result;
}

Indices letters_of_whole(const Expr& argument, const Indices& free) {
  Indices all = free_indices(argument);
  std::erase_if(all, [&](const Index& index) { return contains_letter(free, index); });
  Indices over = all;
  std::erase_if(over, [&](const Index& index) { return is_contracted_inside(index, argument); });
  return over.empty() ? all : over;
}

}  // namespace eingrad::einstein

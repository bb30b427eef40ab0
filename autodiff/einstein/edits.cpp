#include <algorithm>
#include <functional>

#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/edits.hpp>
#include <autodiff/einstein/exponent_edits.hpp>
#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/inner_derivatives.hpp>
#include <autodiff/einstein/missing_factors.hpp>
#include <autodiff/einstein/place_sums.hpp>
#include <autodiff/einstein/sum_edits.hpp>
#include <autodiff/einstein/term_edits.hpp>
#include <autodiff/einstein/with_names.hpp>

namespace eingrad::einstein {

namespace {

class Editor {
 public:
  /// Where an expression stands.
  struct Place {
    Indices scope;           ///< the letters that stand for something there
    bool is_term = true;     ///< whether a factor may be added there
    bool is_factor = false;  ///< whether it is within one, as the terms of a bracket are
    bool in_sum = false;     ///< whether it is one of the terms of a sum
    bool is_base = false;    ///< whether it is the base of a power
  };

  Editor(Mistake mistake, const Expr& target, const Problem& problem, const Indices& letters)
      : mistake_(mistake), problem_(problem), target_(differentiated(target).name), letters_(letters) {
    const auto* d = target.as<Derivative>();
    if (mistake == Mistake::missing_factor && d != nullptr) inner_ = inner_derivatives(problem, *d);
  }

  /// The changes at this place and below it.
  std::vector<Edit> of(const Expr& e, const Place& place) const {
    std::vector<Edit> all = here(e, place);
    Place below = place;
    const auto* r = e.as<Reduction>();
    if (r != nullptr) below.scope.insert(below.scope.end(), r->over.begin(), r->over.end());
    const bool is_sum = e.as<Sum>() != nullptr;
    below.is_term = is_sum || r != nullptr;
    below.in_sum = is_sum;
    below.is_base = e.as<Power>() != nullptr;
    const bool is_named = place.in_sum || e.as<Function>() != nullptr;
    std::vector<Expr> inside = parts(e);
    for (std::size_t k = 0; k < inside.size(); ++k) {
      const Expr before = inside[k];
      below.is_factor = place.is_factor || (!below.is_term && before.as<Reduction>() == nullptr);
      for (Edit& edit : of(before, below)) {
        if (is_sum && !edit.term) edit.term = Edit::Term{e, before, edit.result};
        if (is_named && !edit.within) edit.within = e;
        inside[k] = edit.result;
        edit.result = with_parts(e, inside);
        all.push_back(std::move(edit));
      }
      inside[k] = before;
    }
    return all;
  }

 private:
  std::vector<Edit> here(const Expr& e, const Place& place) const {
    switch (mistake_) {
      case Mistake::sign:
        return e.as<Function>() != nullptr ? flipped_in_function(e) : flipped_signs(e);
      case Mistake::prime:
        return primes(e);
      case Mistake::extra_factor:
        return dropped_factors(e);
      case Mistake::missing_factor:
        return place.is_term ? added_factors(e, place) : std::vector<Edit>();
      case Mistake::tensor:
        return e.as<Function>() != nullptr ? other_arguments(e) : other_tensors(e);
      case Mistake::missing_term:
        return added_terms(e, place.scope);
      case Mistake::reused_letter:
        return summed_factors(e, place);
      case Mistake::letters:
        return e.as<Reduction>() != nullptr ? other_sums(e, place.scope) : other_letters(e, place.scope);
      case Mistake::term_factor:
        return scaled_terms(e, problem_.declarations);
      case Mistake::exponent:
        return place.is_base ? std::vector<Edit>() : other_exponents(e);
      default:
        return {};
    }
  }

  static std::vector<Edit> flipped_in_function(const Expr& e) {
    std::vector<Edit> all = flipped_comparison(e);
    std::ranges::move(flipped_arguments(e), std::back_inserter(all));
    return all;
  }

  std::vector<Edit> primes(const Expr& e) const {
    const auto* f = e.as<Function>();
    if (f == nullptr || f->arguments.size() != 1) return {};
    const Expr other = function(f->name, f->arguments, !f->prime);
    return {{other, phrase("{} stands where {} should", e, other)}};
  }

  std::vector<Edit> dropped_factors(const Expr& e) const {
    std::vector<Edit> all;
    const auto* p = e.as<Product>();
    for (std::size_t k = 0; p != nullptr && k < p->factors.size(); ++k) {
      if (p->factors[k].as<Number>() != nullptr) continue;
      const std::vector<Expr> rest = without(p->factors, k);
      all.push_back({product(rest), phrase("the factor {} is one too many", p->factors[k])});
      for (std::size_t i = k; i < rest.size() && rest.size() < 40; ++i) {  // pairs of more take long
        const Expr both = product({p->factors[k], rest[i]});
        all.push_back({product(without(rest, i)), phrase("the factors {} are too many", both)});
      }
    }
    const auto* power = e.as<Power>();
    if (power != nullptr && power->exponent.value() > 1)
      all.push_back(
          {raised(power->base, power->exponent + -1), phrase("the factor {} is one too many", power->base)});
    return all;
  }

  std::vector<Edit> added_factors(const Expr& e, const Place& place) const {
    std::vector<Edit> all;
    const auto add = [&](const Expr& factor) {
      all.push_back({e * factor, phrase("the factor {} is missing", factor)});
    };
    const auto is_below = [&](const Expr& tensor) {  // of 1/s^2 it is the exponent that is wrong
      return std::ranges::any_of(factors_of(e), [&](const Expr& factor) {
        const auto* power = factor.as<Power>();
        return power != nullptr && power->exponent.value() < 0 && same(power->base, tensor);
      });
    };
    for (const Expr& tensor : tensors_with(place.scope, problem_.declarations)) {
      if (!is_below(tensor)) add(tensor);
      // In a bracket it would undo a factor beside it.
      if (!place.is_factor) all.push_back({e / tensor, phrase("a division by {} is missing", tensor)});
    }
    for (const Expr& sum : sums_beside(e, place.scope, problem_.declarations)) add(sum);
    const auto is_delta_of_sum = [&](const Expr& factor) {  // then it is this sum's mistake
      const auto* d = factor.as<Delta>();
      return d != nullptr && !(contains(letters_, d->a) && contains(letters_, d->b));
    };
    for (const Expr& derivative : derivatives_with(place.scope, problem_.definitions)) {
      if (!is_delta_of_sum(derivative)) add(derivative);
    }
    for (const Expr& factor : inner_with(place.scope, e, inner_)) {
      if (is_delta_of_sum(factor)) continue;
      all.push_back({e * factor,
                     phrase("the inner derivative {} is missing", with_names(factor, problem_.definitions))});
    }
    return all;
  }

  /// b in X_ni w_i + b - y_n.
  std::vector<Edit> added_terms(const Expr& e, const Indices& scope) const {
    std::vector<Edit> all;
    if (e.as<Sum>() == nullptr) return all;
    const auto has = [&](const Expr& tensor) {  // then its factor is wrong
      return std::ranges::any_of(parts(e), [&](const Expr& term) {
        const std::vector<Expr> factors = factors_of(term);
        return std::ranges::any_of(factors, [&](const Expr& each) { return same(each, tensor); });
      });
    };
    for (const Expr& tensor : tensors_with(scope, problem_.declarations)) {
      if (has(tensor)) continue;
      for (const Expr& term : {tensor, -tensor})
        all.push_back({e + term, phrase("the term {} is missing in {}", term, e)});
    }
    return all;
  }

  std::vector<Edit> other_tensors(const Expr& e) const {
    std::vector<Edit> all;
    const auto* s = e.as<Symbol>();
    if (s == nullptr) return all;
    const auto& axes = *problem_.declarations.axes_of(s->name);
    for (const std::string& name : problem_.declarations.names()) {
      const auto* others = problem_.declarations.axes_of(name);
      // Of h = exp(g), f = h^2 the derivative of f has an h, but rather no f.
      if (name == s->name || name == target_ || others == nullptr || *others != axes) continue;
      const Expr other = Symbol{name, s->indices};
      all.push_back({other, phrase("{} stands where {} should", e, other)});
    }
    for (const Expr& other : functions_of(*s, problem_.definitions))
      all.push_back({other, phrase("{} stands where {} should", e, other)});
    return all;
  }

  /// exp(3 u) for exp(u), where the first is in a definition.
  std::vector<Edit> other_arguments(const Expr& e) const {
    std::vector<Edit> all;
    const std::function<void(const Expr&)> add = [&](const Expr& defined) {
      const auto *f = e.as<Function>(), *g = defined.as<Function>();
      const bool is_another = g != nullptr && g->name == f->name &&
                              free_indices(defined) == free_indices(e) && g->arguments.size() == 1 &&
                              !same(g->arguments[0], f->arguments[0]);
      if (is_another) {
        const Expr other = function(f->name, g->arguments, f->prime);
        all.push_back({other, phrase("{} stands where {} should", e, other)});
      }
      for (const Expr& part : parts(defined)) add(part);
    };
    for (const auto& [name, definition] : problem_.definitions) add(definition.value);
    return all;
  }

  /// A factor with a letter of the left side, or two, summed over it by themselves.
  std::vector<Edit> summed_factors(const Expr& e, const Place& place) const {
    std::vector<Edit> all;
    if (e.as<Product>() == nullptr && !place.is_term) return all;
    const std::vector<Expr> factors = factors_of(e);
    const auto add = [&](const Expr& summed, std::vector<Expr> rest, const Index& index) {
      Indices in_use = all_indices(e);
      in_use.insert(in_use.end(), place.scope.begin(), place.scope.end());
      const Index other = fresh_index(index.axis, problem_.declarations.with_names(in_use));
      const Expr total = reduction(Over::sum, {other}, renamed(summed, {index}, {other}));
      rest.push_back(total);
      all.push_back({product(rest), phrase(contains(letters_, index)
                                               ? "{} in {} is meant to be summed, but stands on the left: {}"
                                               : "{} in {} is meant to be summed by itself: {}",
                                           index.letter, summed, Shown{total})});
    };
    for (const Index& index : place.scope) {
      add_sums_of_their_own(e, factors, index, all);
      std::vector<std::size_t> with_letter;
      for (std::size_t k = 0; k < factors.size(); ++k) {
        if (contains(free_indices(factors[k]), index)) with_letter.push_back(k);
      }
      for (std::size_t i = 0; i < with_letter.size(); ++i) {
        const std::size_t first = with_letter[i];
        add(factors[first], without(factors, first), index);
        for (std::size_t k = i + 1; k < with_letter.size(); ++k) {
          const std::size_t second = with_letter[k];
          add(factors[first] * factors[second], without(without(factors, second), first), index);
        }
      }
    }
    return all;
  }

  /// σ(w_p X_np) (1 - σ(w_q X_nq)) X_nd for one letter d in all of them.
  void add_sums_of_their_own(const Expr& e, std::vector<Expr> factors, const Index& index,
                             std::vector<Edit>& all) const {
    Indices in_use = all_indices(e);
    std::size_t count = 0;
    for (Expr& factor : factors) {
      if (factor.as<Symbol>() != nullptr || !is_free_in(index, factor) ||
          !is_contracted_inside(index, factor))
        continue;
      const Index own = fresh_index(index.axis, problem_.declarations.with_names(in_use));
      in_use.push_back(own);
      Indices free = free_indices(factor);
      std::erase(free, index);
      factor = place_sums(renamed(factor, {index}, {own}), free);
      ++count;
    }
    if (count < 2) return;
    const Expr other = product(factors);
    all.push_back({other, phrase("{} in {} is meant to be summed, but stands on the left: {}", index.letter,
                                 e, Shown{other})});
  }

  std::vector<Edit> other_letters(const Expr& e, const Indices& scope) const {
    std::vector<Edit> all;
    const auto* s = e.as<Symbol>();
    if (s == nullptr || s->indices.empty()) return all;
    for (const Indices& letters : choices(axes_of(s->indices), scope)) {
      if (letters == s->indices) continue;
      const Expr other = Symbol{s->name, letters};
      all.push_back({other, phrase("{} stands where {} should", e, other)});
    }
    return all;
  }

  Mistake mistake_;
  const Problem& problem_;
  std::string target_;
  Indices letters_;          // of the left side
  std::vector<Expr> inner_;  // factors that the chain rule may have asked for
};

}  // namespace

std::vector<Edit> edits(Mistake mistake, const Expr& e, const Expr& target, const Problem& problem,
                        const Indices& scope) {
  return Editor(mistake, target, problem, scope).of(e, {scope});
}

}  // namespace eingrad::einstein

#include <algorithm>
#include <functional>
#include <optional>

#include <autodiff/einstein/bound_letters.hpp>
#include <autodiff/einstein/constant_factor.hpp>
#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/edits.hpp>
#include <autodiff/einstein/expanded_terms.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/missing_factors.hpp>
#include <autodiff/einstein/place_sums.hpp>
#include <autodiff/einstein/print.hpp>
#include <autodiff/einstein/simplify.hpp>
#include <autodiff/einstein/special_cases.hpp>
#include <autodiff/einstein/with_names.hpp>
#include <autodiff/einstein/wrong_derivatives.hpp>
#include <autodiff/einstein/wrong_paths.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

Found find_factor(const Expr& claim, const Comparison& comparison, const Declarations& declarations) {
  const std::optional<Expr> factor = constant_factor(claim, comparison);
  if (!factor) return {};
  if (factor->is_number(-1))
    return Verdict{Mistake::factor, "the sign is wrong: it is -1 times the right one"};
  return Verdict{Mistake::factor, fmt::format("it is {} times the right one", print(*factor, declarations))};
}

/// Which factor is too many, and in which term of a sum; or how the term should be in which one is missing.
/// An exponent is told with the function or the term that it is in.
std::string told(Mistake mistake, const Edit& edit, const Expr& claim, const Teller& tell) {
  if (mistake == Mistake::exponent && edit.within) {
    Phrase whole = edit.message;
    whole.text += edit.within->as<Function>() == nullptr ? " in the term {}" : " in {}";
    whole.quoted.emplace_back(Shown{*edit.within});
    return tell(whole);
  }
  const bool is_extra = mistake == Mistake::extra_factor, is_missing = mistake == Mistake::missing_factor;
  if (!edit.term || !(is_extra || is_missing)) return tell(edit.message);
  const auto& [sum, before, after] = *edit.term;
  if (is_extra) {
    Phrase whole = edit.message;
    whole.text += " in the term {}";
    whole.quoted.emplace_back(before);
    return tell(whole);
  }
  return same(sum, claim) ? tell(phrase("the term {} should be {}", before, after))
                          : tell(phrase("in {}, {} should be {}", sum, before, after));
}

/// How many changes of a claim are tried: one that is long is not one mistake away.
std::size_t most_edits(const Expr& claim) { return std::min<std::size_t>(3000, 100'000 / node_count(claim)); }

Found find_edit(Mistake mistake, const Expr& claim, const Expr& target, const Comparison& comparison,
                const Problem& problem, const Teller& tell) {
  const std::size_t most = most_edits(claim);
  std::size_t tried = 0;
  for (const Edit& edit : edits(mistake, claim, target, problem, comparison.letters())) {
    if (++tried > most) return {};
    if (comparison.is_right(edit.result)) return Verdict{mistake, told(mistake, edit, claim, tell)};
  }
  return {};
}

/// With sums and products for the names that are defined as such, X_ni w_i + b for yhat_n.
Expr written_out(const Expr& e, const Definitions& definitions) {
  if (const auto* s = e.as<Symbol>()) {
    const auto found = definitions.find(s->name);
    if (found == definitions.end()) return e;
    const Expr value = defined_as(found->second, *s);
    return value.as<Sum>() != nullptr ? without_letters(value, s->indices) : e;
  }
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = written_out(part, definitions);
  return inside.empty() ? e : with_parts(e, inside);
}

/// One of the terms of `whole`, which is the derivative.
Found find_missing_term(const Expr& claim, const Expr& whole, const Comparison& comparison,
                        const Problem& problem, const Teller& tell) {
  const std::vector<Expr> terms = expanded_terms(whole);
  if (terms.size() < 2) return {};
  for (const Expr& term : terms) {
    if (comparison.is_right(claim + term))
      return Verdict{Mistake::missing_term,
                     tell(phrase("the term {} is missing",
                                 Shown{worked_out(with_names(term, problem.definitions), {})}))};
  }
  return {};
}

Found find_extra_term(const Expr& claim, const Comparison& comparison, const Teller& tell) {
  for (const Expr& term : expanded_terms(claim)) {
    if (comparison.is_right(claim - term))
      return Verdict{Mistake::extra_term, tell(phrase("the term {} is one too many", Shown{term}))};
  }
  return {};
}

bool has_derivative(const Expr& e) {
  return e.as<Derivative>() != nullptr || std::ranges::any_of(parts(e), has_derivative);
}

}  // namespace

const Symbol& differentiated(const Expr& target) {
  const auto* d = target.as<Derivative>();
  return d != nullptr ? differentiated(d->of) : *target.as<Symbol>();
}

Expr worked_out(Expr e, const Definitions& definitions) {
  // Each step reads the whole expression. A derivative can be exponentially longer than its function, as of a
  // softmax of a softmax of …; it is given up after about a tenth of a second.
  constexpr std::size_t most_to_differentiate = 300'000, most_to_simplify = 40'000;
  std::size_t read = 0;
  while (const auto step = differentiation_step(e, definitions)) {
    e = step->result;
    read += node_count(e);
    if (read > most_to_differentiate)
      throw Report("check", fmt::format("the derivative is too long: {} symbols so far", node_count(e)))
          .hint("a name and a definition for each part, and the derivatives by these")
          .as<value_error>();
  }
  // What is too long to be simplified has the same value.
  read = 0;
  for (auto step = simplification_step(e); step && read < most_to_simplify; step = simplification_step(e)) {
    e = step->result;
    read += node_count(e);
  }
  return e;
}

Expr without_derivatives(const Expr& e, const Definitions& definitions) {
  if (!has_derivative(e)) return e;
  if (e.as<Derivative>() != nullptr) return worked_out(e, definitions);
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = without_derivatives(part, definitions);
  return with_parts(e, inside);
}

Verdict diagnose(const Expr& claim, const Expr& target, const Comparison& comparison, const Problem& problem,
                 const Teller& tell) {
  const Declarations& declarations = problem.declarations;
  const auto* d = target.as<Derivative>();
  if (d != nullptr && comparison.truth().is_number(0))
    return {Mistake::different, fmt::format("it is 0: by the definitions {} does not depend on {}",
                                            differentiated(target).name, d->by.name)};
  if (d != nullptr && d->by.indices.empty() && d->by.name == differentiated(target).name)
    return {
        Mistake::different,  // dL = 2 w dw
        fmt::format("it is 1: d{0} alone is d{0}/d{0}; of a differential, write the derivative, d{0}/dw = …",
                    d->by.name)};
  const auto edit = [&](Mistake mistake) {
    return [&, mistake] { return find_edit(mistake, claim, target, comparison, problem, tell); };
  };
  const std::function<Found()> searches[] = {
      [&] { return find_missing_branch(claim, comparison); },
      [&] { return find_factor(claim, comparison, declarations); },
      [&] { return find_cut_path(claim, target, comparison, problem); },
      [&] { return find_total_derivative(claim, target, comparison, problem); },
      [&] { return find_diagonal_path(claim, target, comparison, problem); },
      edit(Mistake::sign),
      edit(Mistake::prime),
      [&] { return find_wrong_derivative(claim, target, comparison, problem, tell); },
      edit(Mistake::tensor),
      edit(Mistake::extra_factor),
      edit(Mistake::reused_letter),
      edit(Mistake::missing_factor),
      edit(Mistake::letters),
      [&] { return find_missing_term(claim, comparison.truth(), comparison, problem, tell); },
      [&] { return find_extra_term(claim, comparison, tell); },
      edit(Mistake::missing_term),
      [&] {
        return find_missing_term(claim, written_out(comparison.truth(), problem.definitions), comparison,
                                 problem, tell);
      },
      edit(Mistake::term_factor),
      edit(Mistake::exponent),
      [&] { return find_other_derivative(claim, target, comparison, problem, tell); },
      [&] { return find_wrong_rule(claim, target, comparison, problem, tell); },
      [&] { return find_missing_assumption(claim, comparison, problem); },
      [&] { return find_mistake_beside_assumption(claim, target, comparison, problem, tell); },
      [&] { return find_special_case(claim, comparison); },
      [&] { return find_term_without_letter(claim, comparison, declarations); },
  };
  for (const auto& search : searches) {
    try {
      if (Found verdict = search()) return *verdict;
    } catch (const value_error&) {  // a derivative that it asks for is too long
    }
  }
  const auto [given, right] = comparison.counterexample(claim);
  return {Mistake::different, fmt::format("at a random point it is {:.4g} where the derivative is {:.4g}",
                                          given + 0., right + 0.)};
}

namespace {

bool are_sums_understood(const Expr& e, const Indices& letters) {
  try {
    static_cast<void>(place_sums(e, letters));
    return true;
  } catch (const value_error&) {
    return false;
  }
}

/// With a sum over the letters that are left in each term where none is understood.
Expr with_sums(const Expr& e, const Indices& letters) {
  if (const auto* s = e.as<Sum>()) {
    std::vector<Expr> terms = s->terms;
    for (Expr& term : terms) term = with_sums(term, letters);
    return sum(terms);
  }
  try {
    return place_sums(e, letters);
  } catch (const value_error&) {
    Indices over = free_indices(e);
    std::erase_if(over, [&](const Index& index) { return contains(letters, index); });
    return reduction(Over::sum, over, e);
  }
}

}  // namespace

std::optional<Verdict> diagnose_letters(const Expr& claim, const Expr& target, const Comparison& comparison,
                                        const Problem& problem) {
  const Teller tell(problem.declarations, comparison.letters(), Teller::Form::letters);
  Indices scope = comparison.letters();
  for (const Index& index : free_indices(claim)) {
    if (!contains(scope, index)) scope.push_back(index);
  }
  if (const Expr summed = with_sums(claim, comparison.letters()); comparison.is_right(summed))
    return Verdict{Mistake::used_once,
                   fmt::format("it is right as {}: no sum is understood over a letter that stands in "
                               "one factor alone",
                               print(summed, problem.declarations, {.sums = Sums::shown}))};
  for (const Index& left : comparison.letters()) {
    for (const Index& other : free_indices(claim)) {
      const bool may_be_meant = left.axis == other.axis && !is_free_in(left, claim);
      if (may_be_meant &&
          comparison.is_right(with_sums(renamed(claim, {other}, {left}), comparison.letters())))
        return Verdict{Mistake::letters,
                       fmt::format("the letter {} stands where {} should, which is on the left", other.letter,
                                   left.letter)};
    }
  }
  const std::size_t most = most_edits(claim);
  std::size_t tried = 0;
  for (const Mistake mistake : {Mistake::extra_factor, Mistake::letters, Mistake::missing_factor}) {
    for (const Edit& edit : edits(mistake, claim, target, problem, scope)) {
      if (++tried > most) return {};
      const Expr summed = with_sums(edit.result, comparison.letters());
      if (!comparison.is_right(summed)) continue;
      const std::string all = told(mistake, edit, claim, tell);
      return Verdict{mistake, are_sums_understood(edit.result, comparison.letters())
                                  ? all
                                  : all + tell(phrase("; it is right as {}", Shown{summed}))};
    }
  }
  return {};
}

std::string_view name_of(Mistake mistake) {
  static constexpr std::string_view names[] = {
      "right",        "syntax",         "name",          "count",    "axis",         "free-letter",
      "used-once",    "factor",         "path-cut",      "sign",     "prime",        "tensor",
      "extra-factor", "missing-factor", "reused-letter", "letters",  "missing-term", "extra-term",
      "term-factor",  "exponent",       "special-case",  "different"};
  return names[static_cast<std::size_t>(mistake)];
}

}  // namespace eingrad::einstein

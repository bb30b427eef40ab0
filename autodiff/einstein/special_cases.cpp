#include <algorithm>

#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/print.hpp>
#include <autodiff/einstein/special_cases.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

bool is_log(const Expr& e) {
  const auto* f = e.as<Function>();
  return f != nullptr && f->name == "log";
}

/// Whether a tensor multiplies a logarithm, as the targets of a cross-entropy do.
bool multiplies_log(const std::string& name, const Expr& e) {
  const std::vector<Expr> factors = factors_of(e);
  const auto is_tensor = [&](const Expr& factor) {
    const auto* s = factor.as<Symbol>();
    return s != nullptr && s->name == name;
  };
  if (std::ranges::any_of(factors, is_tensor) && std::ranges::any_of(factors, is_log)) return true;
  return std::ranges::any_of(parts(e), [&](const Expr& part) { return multiplies_log(name, part); });
}

bool sums_to_one(const Declarations::Assumed& assumed) {
  return assumed.what == Declarations::Assumption::simplex ||
         assumed.what == Declarations::Assumption::onehot;
}

}  // namespace

Found find_missing_branch(const Expr& claim, const Comparison& comparison) {
  if (!comparison.is_right_for_small_numbers(claim)) return {};
  return Verdict{Mistake::special_case, "it is right for small numbers only: a branch is missing"};
}

Found find_missing_assumption(const Expr& claim, const Comparison& comparison, const Problem& problem) {
  if (comparison.is_right_at(claim, {.low = 0.1})) return {};  // of any that are positive
  for (const std::string& name : problem.inputs()) {
    if (!problem.declarations.assumptions_of(name).empty()) continue;
    const std::vector<std::string>& axes = *problem.declarations.axes_of(name);
    for (const std::string& axis : axes) {
      if (!comparison.is_right_at(claim, {.simplex = name, .along = axis})) continue;
      return Verdict{
          Mistake::special_case,
          fmt::format("it is right where {0} sums to 1 along {1} only; if it does, say so behind its "
                      "declaration, {0}[{2}] simplex({1}) or {0} ∈ … onehot({1})",
                      name, axis, fmt::join(axes, ","))};
    }
  }
  return {};
}

Found find_mistake_beside_assumption(const Expr& claim, const Expr& target, const Comparison& comparison,
                                     const Problem& problem, const Teller& tell) {
  const std::vector<std::string> inputs = problem.inputs();
  const bool is_assumed = std::ranges::any_of(inputs, [&](const std::string& name) {
    return std::ranges::any_of(problem.declarations.assumptions_of(name), sums_to_one);
  });
  if (is_assumed) return {};  // in the sheet, or by this very search
  for (const std::string& name : inputs) {
    const bool is_target = std::ranges::any_of(problem.definitions, [&](const auto& definition) {
      return multiplies_log(name, definition.second.value);
    });
    if (!is_target) continue;
    const std::vector<std::string>& axes = *problem.declarations.axes_of(name);
    for (const std::string& axis : axes) {
      Problem assumed = problem;
      assumed.declarations.assume(name, {Declarations::Assumption::simplex, axis});
      const Verdict verdict = diagnose(
          claim, target, Comparison(assumed, comparison.letters(), comparison.truth()), assumed, tell);
      if (verdict.mistake == Mistake::different || verdict.mistake == Mistake::special_case) continue;
      return Verdict{
          verdict.mistake,
          fmt::format("if {0} sums to 1 along {1}, which {0}[{2}] simplex({1}) or onehot({1}) declares: {3}",
                      name, axis, fmt::join(axes, ","), verdict.message)};
    }
  }
  return {};
}

Found find_special_case(const Expr& claim, const Comparison& comparison) {
  if (comparison.has_square_tensor() && comparison.is_right_at(claim, {.symmetric = true}))
    return Verdict{Mistake::special_case, "it is right for symmetric matrices only"};
  const Indices& letters = comparison.letters();
  for (std::size_t i = 0; i < letters.size(); ++i) {
    for (std::size_t k = i + 1; k < letters.size(); ++k) {
      if (letters[i].axis != letters[k].axis) continue;
      const Expr diagonal = Delta{letters[i], letters[k]};
      if (comparison.is_right_for(claim * diagonal, comparison.truth() * diagonal))
        return Verdict{Mistake::special_case,
                       fmt::format("it is right where {} = {} only", letters[i].letter, letters[k].letter)};
    }
  }
  for (const auto& [axis, extent] : comparison.sizes()) {
    if (comparison.is_right_at(claim, {.single = axis}))
      return Verdict{Mistake::special_case, fmt::format("it is right where |{}| = 1 only", axis)};
  }
  return {};
}

Found find_term_without_letter(const Expr& claim, const Comparison& comparison,
                               const Declarations& declarations) {
  if (claim.as<Sum>() == nullptr) return {};
  for (const Index& letter : comparison.letters()) {
    const auto lacks = [&](const Expr& term) { return !is_free_in(letter, term); };
    const std::vector<Expr> terms = parts(claim);
    const auto lacking = std::ranges::find_if(terms, lacks);
    if (lacking == terms.end() || std::ranges::all_of(terms, lacks)) continue;
    return Verdict{Mistake::different,
                   fmt::format("the term {} is the same for all {}, unlike the others",
                               print(*lacking, declarations, {.sums = Sums::shown}), letter.letter)};
  }
  return {};
}

}  // namespace eingrad::einstein

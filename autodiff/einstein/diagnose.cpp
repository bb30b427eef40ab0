#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/diagonals.hpp>
#include <autodiff/einstein/edits.hpp>
#include <autodiff/einstein/expanded_terms.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/missing_factors.hpp>
#include <autodiff/einstein/print.hpp>
#include <autodiff/einstein/simplify.hpp>
#include <autodiff/einstein/special_cases.hpp>
#include <autodiff/einstein/with_names.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

/// A constant factor: a small number times sizes of axes, the same at two points.
Found find_factor(const Expr& claim, const Comparison& comparison, const Declarations& declarations) {
  const auto first = comparison.ratio(claim, 0), second = comparison.ratio(claim, 1);
  if (!first || !second) return {};
  if (std::abs(*first / *second - 1) < tolerance) {
    for (double q = 1; q <= 60; ++q) {
      const double p = std::round(*first * q);
      if (p == 0 || std::abs(*first * q / p - 1) > tolerance || p == q) continue;
      if (!comparison.is_right(product({Number(q, p), claim}))) return {};
      if (p == -q) return Verdict{Mistake::factor, "the sign is wrong: it is -1 times the right one"};
      return Verdict{Mistake::factor,
                     fmt::format("it is {} times the right one", print(Number(p, q), declarations))};
    }
    return {};
  }
  std::vector<std::pair<Expr, std::pair<double, double>>> scales{{1, {1, 1}}};
  for (const auto& [axis, extent] : comparison.sizes()) {
    const std::pair both{comparison.size(axis, 0), comparison.size(axis, 1)};
    const auto before = scales;
    for (const auto& [e, sizes] : before) {
      for (const double sign : {1., -1., 0.5, -0.5}) {
        scales.emplace_back(
            e * raised(Size{axis}, Number(2 * sign, 2)),
            std::pair{sizes.first * std::pow(both.first, sign), sizes.second * std::pow(both.second, sign)});
      }
    }
    if (scales.size() > 600) break;
  }
  for (const auto& [e, sizes] : scales) {
    for (const Number number :
         {Number(-1), Number(2), Number(1, 2), Number(-2), Number(-1, 2), Number(1), Number(3), Number(1, 3),
          Number(4), Number(1, 4), Number(-3), Number(-1, 3)}) {
      const double a = number.value() * sizes.first, b = number.value() * sizes.second;
      if (std::abs(*first / a - 1) > tolerance || std::abs(*second / b - 1) > tolerance) continue;
      if (!comparison.is_right(claim * raised(product({number, e}), -1))) continue;
      const std::string text = print(product({number, e}), declarations);
      return Verdict{Mistake::factor, fmt::format("it is {} times the right one", text)};
    }
  }
  return {};
}

/// Whether it is the derivative with some of the defined tensors held constant.
Found find_cut_path(const Expr& claim, const Expr& target, const Comparison& comparison,
                    const Problem& problem) {
  const auto* d = target.as<Derivative>();
  if (d == nullptr || d->through != Through::definitions) return {};
  std::vector<std::vector<std::string>> cuts;
  for (const auto& [name, definition] : problem.definitions) {
    if (name != differentiated(target).name && name != d->by.name) cuts.push_back({name});
  }
  for (std::size_t i = 0, count = cuts.size(); i < count; ++i) {
    for (std::size_t k = i + 1; k < count; ++k) cuts.push_back({cuts[i][0], cuts[k][0]});
  }
  for (const auto& held : cuts) {
    Definitions others = problem.definitions;
    for (const std::string& name : held) others.erase(name);
    const Expr cut = worked_out(target, others);
    if (cut.is_number(0) || !comparison.is_right_for(claim, cut)) continue;
    return Verdict{
        Mistake::path_cut,
        fmt::format("it would be right if {} did not depend on {}: a path of the chain rule is missing",
                    fmt::join(held, " and "), d->by.name)};
  }
  return {};
}

/// Whether it is the total derivative, where ∂ is the direct one.
Found find_total_derivative(const Expr& claim, const Expr& target, const Comparison& comparison,
                            const Problem& problem) {
  const auto* d = target.as<Derivative>();
  if (d == nullptr || d->through != Through::own_definition) return {};
  const Expr total = derivative(d->of, d->by);
  if (!comparison.is_right_for(claim, worked_out(total, problem.definitions))) return {};
  return Verdict{Mistake::extra_term,
                 fmt::format("it is {}, through all definitions; ∂ is direct, through that of {} alone",
                             print(total, problem.declarations), differentiated(target).name)};
}

/// Whether each element is differentiated by the one in its own place alone, as if a softmax had no others.
Found find_diagonal_path(const Expr& claim, const Expr& target, const Comparison& comparison,
                         const Problem& problem) {
  const auto* d = target.as<Derivative>();
  if (d == nullptr || d->through != Through::definitions) return {};
  const Symbol& of = differentiated(target);
  const auto text = [&](const Expr& e) { return print(e, problem.declarations); };
  for (const auto& [name, definition] : problem.definitions) {
    const auto& axes = *problem.declarations.axes_of(name);
    if (name == of.name || axes != axes_of(d->by.indices) ||
        !depends_on(definition.value, d->by.name, problem.definitions))
      continue;
    const Symbol between{name, d->by.indices};
    const Expr alone = derivative(d->of, between) * derivative(between, d->by);
    if (!comparison.is_right_for(claim, worked_out(alone, problem.definitions))) continue;
    for (const Index& letter : letters_off_diagonal({between, d->by, Through::definitions}, problem)) {
      const Index fresh = fresh_index(letter.axis, problem.declarations.with_names(all_indices(alone)));
      const Symbol other = with_letter(between, letter, fresh);
      return Verdict{
          Mistake::path_cut,
          fmt::format("it is {} alone, but {} depends on {}, too: sum {}", text(alone), text(other),
                      text(d->by), text(derivative(d->of, other) * derivative(other, d->by)))};
    }
  }
  return {};
}

/// Which factor is too many, and in which term of a sum; or how the term should be in which one is missing.
/// An exponent is told with the function or the term that it is in.
std::string told(Mistake mistake, const Edit& edit, const Expr& claim, const Declarations& declarations) {
  if (mistake == Mistake::exponent && edit.within)
    return fmt::format("{} in {}{}", edit.message, edit.within->as<Function>() == nullptr ? "the term " : "",
                       print(*edit.within, declarations, {.sums = Sums::shown}));
  const bool is_extra = mistake == Mistake::extra_factor, is_missing = mistake == Mistake::missing_factor;
  if (!edit.term || !(is_extra || is_missing)) return edit.message;
  const auto& [sum, before, after] = *edit.term;
  const auto text = [&](const Expr& e) { return print(e, declarations); };
  if (is_extra) return fmt::format("{} in the term {}", edit.message, text(before));
  const std::string place = same(sum, claim) ? "the term" : fmt::format("in {},", text(sum));
  return fmt::format("{} {} should be {}", place, text(before), text(after));
}

Found find_edit(Mistake mistake, const Expr& claim, const Expr& target, const Comparison& comparison,
                const Problem& problem) {
  const std::size_t most = std::min<std::size_t>(3000, 100'000 / node_count(claim));
  std::size_t tried = 0;
  for (const Edit& edit : edits(mistake, claim, target, problem, comparison.letters())) {
    if (++tried > most) return {};  // a claim this long is not one mistake away
    if (!comparison.is_right(edit.result)) continue;
    return Verdict{mistake, told(mistake, edit, claim, problem.declarations)};
  }
  return {};
}

Found find_missing_term(const Expr& claim, const Comparison& comparison, const Problem& problem) {
  const std::vector<Expr> terms = expanded_terms(comparison.truth());
  if (terms.size() < 2) return {};
  for (const Expr& term : terms) {
    if (comparison.is_right(claim + term))
      return Verdict{Mistake::missing_term, fmt::format("the term {} is missing",
                                                        print(with_names(term, problem.definitions),
                                                              problem.declarations, {.sums = Sums::shown}))};
  }
  return {};
}

Found find_extra_term(const Expr& claim, const Comparison& comparison, const Declarations& declarations) {
  for (const Expr& term : expanded_terms(claim)) {
    if (comparison.is_right(claim - term))
      return Verdict{Mistake::extra_term, fmt::format("the term {} is one too many",
                                                      print(term, declarations, {.sums = Sums::shown}))};
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

Verdict diagnose(const Expr& claim, const Expr& target, const Comparison& comparison,
                 const Problem& problem) {
  const Declarations& declarations = problem.declarations;
  if (const auto* d = target.as<Derivative>(); d != nullptr && comparison.truth().is_number(0))
    return {Mistake::different, fmt::format("it is 0: by the definitions {} does not depend on {}",
                                            differentiated(target).name, d->by.name)};
  const auto edit = [&](Mistake mistake) {
    return [&, mistake] { return find_edit(mistake, claim, target, comparison, problem); };
  };
  const std::function<Found()> searches[] = {
      [&] { return find_missing_branch(claim, comparison); },
      [&] { return find_factor(claim, comparison, declarations); },
      [&] { return find_cut_path(claim, target, comparison, problem); },
      [&] { return find_total_derivative(claim, target, comparison, problem); },
      [&] { return find_diagonal_path(claim, target, comparison, problem); },
      edit(Mistake::sign),
      edit(Mistake::prime),
      edit(Mistake::tensor),
      edit(Mistake::extra_factor),
      edit(Mistake::reused_letter),
      edit(Mistake::missing_factor),
      edit(Mistake::letters),
      [&] { return find_missing_term(claim, comparison, problem); },
      [&] { return find_extra_term(claim, comparison, declarations); },
      edit(Mistake::missing_term),
      edit(Mistake::term_factor),
      edit(Mistake::exponent),
      [&] { return find_missing_assumption(claim, comparison, problem); },
      [&] { return find_mistake_beside_assumption(claim, target, comparison, problem); },
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

std::string_view name_of(Mistake mistake) {
  static constexpr std::string_view names[] = {
      "right",        "syntax",         "name",          "count",    "axis",         "free-letter",
      "used-once",    "factor",         "path-cut",      "sign",     "prime",        "tensor",
      "extra-factor", "missing-factor", "reused-letter", "letters",  "missing-term", "extra-term",
      "term-factor",  "exponent",       "special-case",  "different"};
  return names[static_cast<std::size_t>(mistake)];
}

}  // namespace eingrad::einstein

#include <autodiff/einstein/constant_factor.hpp>
#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/diagonals.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/missing_factors.hpp>
#include <autodiff/einstein/print.hpp>
#include <autodiff/einstein/wrong_paths.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

Found find_cut_path(const Expr& claim, const Expr& target, const Comparison& comparison,
                    const Problem& problem) {
  const auto* d = target.as<Derivative>();
  if (d == nullptr || d->through != Through::definitions) return {};
  std::vector<std::vector<std::string>> cuts;
  for (const auto& [name, definition] : problem.definitions) {
    if (name != differentiated(target).name && name != d->by.name) cuts.push_back({name});
  }
  const std::size_t count = cuts.size() <= 15 ? cuts.size() : 0;  // pairs of more take long
  for (std::size_t i = 0; i < count; ++i) {
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

namespace {

/// The same derivative by other tensors, and of others, that have the same axes.
std::vector<Expr> other_derivatives(const Derivative& d, const Problem& problem) {
  std::vector<Expr> all;
  const auto* of = d.of.as<Symbol>();
  for (const std::string& name : problem.declarations.names()) {
    const auto* axes = problem.declarations.axes_of(name);
    if (axes == nullptr) continue;
    const bool is_between = of != nullptr && name != of->name && name != d.by.name;
    if (is_between && *axes == axes_of(d.by.indices))
      all.push_back(derivative(d.of, {name, d.by.indices}, d.through));
    if (is_between && *axes == axes_of(of->indices) && depends_on(d.of, name, problem.definitions))
      all.push_back(derivative(Symbol{name, of->indices}, d.by, d.through));
  }
  return all;
}

}  // namespace

Found find_other_derivative(const Expr& claim, const Expr& target, const Comparison& comparison,
                            const Problem& problem, const Teller& tell) {
  const auto* d = target.as<Derivative>();
  if (d == nullptr || comparison.is_right_for(claim, 0)) return {};
  for (const Expr& other : other_derivatives(*d, problem)) {
    const Expr value = worked_out(other, problem.definitions);
    const Symbol& by = other.as<Derivative>()->by;
    const auto leads_to = [&](const std::string& from, const std::string& to) {
      return from != to && depends_on(Symbol{to, {}}, from, problem.definitions);
    };
    const bool is_step_missing = leads_to(d->by.name, by.name);
    const bool is_right = comparison.is_right_for(claim, value);
    const std::optional<Expr> factor = is_right || !(is_step_missing || leads_to(by.name, d->by.name))
                                           ? std::nullopt
                                           : constant_factor(claim, comparison.against(value));
    if (!is_right && !factor) continue;
    const std::string times = factor ? fmt::format("{} times ", print(*factor, problem.declarations)) : "";
    if (!is_step_missing)
      return Verdict{Mistake::different, "it is " + times + tell(phrase("{}, not {}", other, target))};
    const std::string step = fmt::format("; the step from {} to {} is missing", by.name, d->by.name);
    return Verdict{Mistake::path_cut, "it is " + times + tell(phrase("{}", other)) + step};
  }
  return {};
}

}  // namespace eingrad::einstein

#include <algorithm>

#include <autodiff/einstein/common_factors.hpp>
#include <autodiff/einstein/derivation.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/simplify.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

/// The signs that rules are told with, in LaTeX's text.
std::string in_latex(std::string rule) {
  for (const auto& [sign, command] :
       {std::pair<std::string_view, std::string_view>{"δ", "$\\delta$"}, {"Σ", "$\\Sigma$"}, {"_", "\\_"}}) {
    for (std::size_t at = rule.find(sign); at != std::string::npos; at = rule.find(sign, at + command.size()))
      rule.replace(at, sign.size(), command);
  }
  return rule;
}

/// All ways to give letters to a definition's axes that are free in an expression.
std::vector<Indices> letterings(const Indices& axes, const Indices& free) {
  std::vector<Indices> all{{}};
  for (const Index& axis : axes) {
    std::vector<Indices> longer;
    for (const Indices& begun : all) {
      for (const Index& index : free) {
        if (index.axis != axis.axis) continue;
        longer.push_back(begun);
        longer.back().push_back(index);
      }
    }
    all = std::move(longer);
  }
  return all;
}

/// What is recognised by its value: a sum or a product of others may stand anywhere by chance.
bool has_a_face(const Expr& e) {
  return e.as<Function>() != nullptr || e.as<Softmax>() != nullptr || e.as<Power>() != nullptr;
}

}  // namespace

Expr called_by_name(const Expr& e, const std::string& name, const Definition& definition) {
  const auto* power = e.as<Power>();
  const auto* own = definition.value.as<Power>();
  const Indices free = free_indices(e);
  if (e.node().index() == definition.value.node().index() && free.size() <= definition.indices.size()) {
    for (const Indices& letters : letterings(definition.indices, free)) {
      const Expr formula = renamed(definition.value, definition.indices, letters);
      if (same(formula, e)) return Symbol{name, letters};
      if (power == nullptr || own == nullptr || !same(formula.as<Power>()->base, power->base)) continue;
      const Number ratio = power->exponent * Number(own->exponent.denominator(), own->exponent.numerator());
      if (ratio.is_whole()) return raised(Symbol{name, letters}, ratio);
    }
  }
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = called_by_name(part, name, definition);
  return inside.empty() ? e : with_parts(e, inside);
}

namespace {

void apply_rules(Derivation& derivation, const Declarations& declarations) {
  while (auto step = simplification_step(derivation.result(), &declarations))
    derivation.steps.push_back(std::move(*step));
}

}  // namespace

void simplify(Derivation& derivation, const Declarations& declarations) {
  apply_rules(derivation, declarations);
  const Expr result = factored(derivation.result());
  if (!same(result, derivation.result())) derivation.steps.push_back({"common factors", result});
}

Derivation derive(const Expr& derivative, const Problem& problem) {
  Derivation all{derivative, {}};
  while (auto step = differentiation_step(all.result(), problem.definitions))
    all.steps.push_back(std::move(*step));
  apply_rules(all, problem.declarations);
  for (const auto& [name, definition] : problem.definitions) {
    if (!has_a_face(definition.value)) continue;
    const Expr named = called_by_name(all.result(), name, definition);
    if (same(named, all.result())) continue;
    all.steps.push_back({fmt::format("`{}` by its name", name), named});
    apply_rules(all, problem.declarations);
  }
  simplify(all, problem.declarations);
  return all;
}

std::string rule_text(const std::string& rule, const Declarations& declarations, Format format) {
  const bool is_text = format == Format::text;
  std::string all;
  bool is_name = false;  // every other piece
  for (std::size_t at = 0; at <= rule.size(); is_name = !is_name) {
    const std::size_t end = std::min(rule.find('`', at), rule.size());
    const std::string piece = rule.substr(at, end - at);
    at = end + 1;
    if (!is_name) {
      all += is_text ? piece : in_latex(piece);
      continue;
    }
    const Symbol name{piece, {}};
    const std::string spelled = print(name, declarations, {is_text ? Spelling::unicode : Spelling::latex});
    all += is_text ? spelled : "$" + spelled + "$";
  }
  return all;
}

bool has_small_letters(const Derivation& derivation) {
  return has_small_letters(derivation.start) && std::ranges::all_of(derivation.steps, [](const Step& step) {
           return has_small_letters(step.result);
         });
}

std::string to_string(const Derivation& derivation, const Declarations& declarations, Format format,
                      bool braces, const std::string& left) {
  const Spelling spelling = format == Format::text ? Spelling::unicode : Spelling::latex;
  const PrintOptions options{spelling, Sums::shown, 6, braces || !has_small_letters(derivation)};
  const auto written = [&](const Expr& e) { return print(e, declarations, options); };
  const std::string start = left.empty() ? written(derivation.start) : left;
  if (format == Format::text) {
    std::string text = start + "\n";
    for (const Step& step : derivation.steps)
      text += fmt::format("  = {}    {}\n", written(step.result), rule_text(step.rule, declarations, format));
    return text;
  }
  std::string text = "\\begin{align*}\n" + start;
  for (const Step& step : derivation.steps) {
    const bool first = &step == derivation.steps.data();
    text += fmt::format("{}&= {} && \\text{{{}}}", first ? " " : " \\\\\n", written(step.result),
                        rule_text(step.rule, declarations, format));
  }
  text += "\n\\end{align*}\n";
  return format == Format::markdown ? "$$\n" + text + "$$\n" : text;
}

}  // namespace eingrad::einstein

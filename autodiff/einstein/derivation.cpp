#include <algorithm>

#include <autodiff/einstein/derivation.hpp>
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

}  // namespace

Derivation derive(const Expr& derivative, const Problem& problem) {
  Derivation all{derivative, {}};
  while (auto step = differentiation_step(all.result(), problem.definitions))
    all.steps.push_back(std::move(*step));
  while (auto step = simplification_step(all.result())) all.steps.push_back(std::move(*step));
  return all;
}

std::string to_string(const Derivation& derivation, const Declarations& declarations, Format format) {
  const Spelling spelling = format == Format::text ? Spelling::unicode : Spelling::latex;
  const auto written = [&](const Expr& e) { return print(e, declarations, {spelling, Sums::shown}); };
  if (format == Format::text) {
    std::string text = written(derivation.start) + "\n";
    for (const Step& step : derivation.steps)
      text += fmt::format("  = {}    {}\n", written(step.result), step.rule);
    return text;
  }
  std::string text = "\\begin{align*}\n" + written(derivation.start);
  for (const Step& step : derivation.steps) {
    const bool first = &step == derivation.steps.data();
    text += fmt::format("{}&= {} && \\text{{{}}}", first ? " " : " \\\\\n", written(step.result),
                        in_latex(step.rule));
  }
  text += "\n\\end{align*}\n";
  return format == Format::markdown ? "$$\n" + text + "$$\n" : text;
}

}  // namespace eingrad::einstein

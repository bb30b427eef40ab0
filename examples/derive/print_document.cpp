#include <derive/derived.hpp>
#include <derive/latex.hpp>
#include <derive/print.hpp>
#include <fmt/format.h>

namespace sheets {

using namespace eingrad::einstein;

void print_document(const Judged& judged, Format format) {
  const Sheet& sheet = judged.sheet;
  const bool is_latex = format == Format::latex;
  Derived derived(sheet);
  for (const Checked& each : judged.lines) {
    const auto& [claim, derivation, unchecked] = each;
    const std::string verdict = !each.is_checked() ? "not checked"
                                : each.is_right()  ? praise(derivation.steps.front())
                                                   : fmt::format("wrong ({})", each.verdict());
    if (!can_be_derived(each)) {
      const std::string_view fence = is_latex ? "" : "```\n";
      fmt::print("Line {} is {}:\n\n{}{}\n{}\n{}\n", claim.line, verdict,
                 is_latex ? "\\begin{verbatim}\n" : fence, claim.text,
                 each.is_checked() ? derivation.steps.front().verdict.message : unchecked,
                 is_latex ? "\\end{verbatim}\n" : fence);
      continue;
    }
    const auto [target, value, free] = read(claim, sheet);
    const PrintOptions latex{Spelling::latex, Sums::shown};
    const auto written = [&](const Expr& e) { return print(e, sheet.problem.declarations, latex); };
    fmt::print("Line {}, {} = {}, is {}{}.\n\n", claim.line, "$" + written(target), written(value) + "$",
               is_latex ? latex_text(verdict) : verdict,
               derivation.steps.size() > 1
                   ? ": " + (is_latex ? latex_text(derivation.summary) : derivation.summary)
                   : "");
    if (const auto earlier = derived.earlier_line(claim)) {
      fmt::print("It is derived at line {}.\n\n", *earlier);
    } else {
      fmt::print("{}\n", derivation_text(claim, sheet, format));
    }
  }
}

}  // namespace sheets

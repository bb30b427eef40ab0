#include <algorithm>
#include <iterator>

#include <derive/derived.hpp>
#include <derive/print.hpp>
#include <fmt/format.h>

namespace sheets {

using namespace eingrad::einstein;

namespace {

std::string indented(const std::string& text, const std::string& margin) {
  std::string all = margin;
  for (const char c : text) all += c == '\n' ? "\n" + margin : std::string(1, c);
  return all.substr(0, all.find_last_not_of(" \n") + 1);
}

std::string judgement(const CheckedStep& step) {
  if (step.verdict.is_right()) return praise(step);
  if (step.follows) return step.verdict.message;
  return fmt::format("wrong ({}): {}", name_of(step.verdict.mistake), step.verdict.message);
}

}  // namespace

void print_text(const Judged& judged, bool explain) {
  const Sheet& sheet = judged.sheet;
  Derived derived(sheet);
  for (const Checked& each : judged.lines) {
    const auto& [claim, derivation, unchecked] = each;
    const std::vector<Line> lines = claim.lines();
    for (std::size_t k = 0; k < lines.size(); ++k) {
      fmt::print("line {}: {}\n", lines[k].line, lines[k].text);
      if (k == 0 && !each.is_checked()) fmt::print("{}\n", indented(unchecked, "  "));
      for (const CheckedStep& step : derivation.steps) {
        if (step.line == k) fmt::print("{}\n", indented(judgement(step), "  "));
      }
    }
    if (derivation.steps.size() > 1) fmt::print("  {}\n", derivation.outline);
    if (!explain || !can_be_derived(each)) continue;
    const auto earlier = derived.earlier_line(claim);
    fmt::print("{}\n\n", earlier ? fmt::format("    derived at line {}", *earlier)
                                 : indented(derivation_text(claim, sheet, Format::text), "    "));
  }
  const auto right = std::ranges::count_if(judged.lines, &Checked::is_right);
  const auto unchecked = std::ssize(judged.lines) - std::ranges::count_if(judged.lines, &Checked::is_checked);
  fmt::print(
      "{} of {} right{}\n", right, sheet.claims.size(),
      unchecked == 0 ? "" : fmt::format(", {} line{} not checked", unchecked, unchecked == 1 ? "" : "s"));
}

}  // namespace sheets

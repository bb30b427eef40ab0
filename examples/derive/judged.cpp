#include <algorithm>
#include <cctype>

#include <support/options.hpp>

#include <derive/judged.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sheets {

using namespace eingrad::einstein;

namespace {

/// Other bytes than those of a text would go on to the terminal.
void refuse_binary(const std::string& file, const std::string& bytes) {
  const bool is_text = std::ranges::none_of(
      bytes, [](unsigned char c) { return std::iscntrl(c) != 0 && std::isspace(c) == 0; });
  if (is_text) return;
  chapter::refuse(file == "-" ? "standard input" : file, "this is no text, or none in UTF-8",
                  "a file of lines such as dL/dw = 2 x_n (w x_n - y_n)");
}

Checked checked(const Claim& claim, const Sheet& sheet) {
  const RefusedLine* missing = sheet.missing_for(claim);
  if (missing != nullptr && missing->defines.value_or("") != "")
    return {claim, {}, fmt::format("not checked: it needs line {}", missing->line)};
  try {
    const Checked all{claim, check_derivation(claim.texts(), sheet.problem)};
    if (missing == nullptr || all.is_right()) return all;
    return {claim, {}, fmt::format("not checked: it may need line {}", missing->line)};
  } catch (const eingrad::error& refused) {
    return {claim, {}, "not checked: " + message_of(refused)};
  }
}

/// Says of a wrong claim with which wrong line above it, it would be right.
void tell_claims_above(Checked& all, ClaimsAbove& above) {
  if (!all.is_checked() || all.derivation.steps.size() != 1) return;
  const std::string& claim = all.claim.text;
  Verdict& verdict = all.derivation.steps[0].verdict;
  const std::vector<ClaimsAbove::Line> lines =
      verdict.is_right() ? std::vector<ClaimsAbove::Line>() : above.made_good_by(claim);
  above.add(claim, all.claim.line, verdict.is_right());
  if (lines.empty()) return;
  std::vector<std::string> named;
  for (const auto& [left, line] : lines) named.push_back(fmt::format("the {} of line {}", left, line));
  const std::size_t end = std::min(verdict.message.find('\n'), verdict.message.size());
  verdict.message.insert(end, fmt::format("; it would be right with {}, which {} wrong",
                                          fmt::join(named, " and "), lines.size() == 1 ? "is" : "are"));
}

/// Whether it is a text with formulas in it, such as a page of Markdown, and would be told a mistake in each
/// line.
bool is_prose(const std::vector<Checked>& all, const Sheet& sheet) {
  std::size_t sentences = 0, formulas = sheet.problem.definitions.size();
  for (const Checked& each : all) {
    const std::string& line = each.claim.text;
    if (line.find('=') != std::string::npos)
      ++formulas;
    else if (std::ranges::count(line, ' ') >= 4 && line.find('[') == std::string::npos)
      ++sentences;
  }
  return sentences > 3 && sentences > formulas;
}

}  // namespace

std::string_view Checked::verdict() const {
  if (!is_checked()) return "unchecked";
  for (const CheckedStep& step : derivation.steps) {
    if (!step.verdict.is_right()) return name_of(step.verdict.mistake);
  }
  return name_of(Mistake::none);
}

std::string praise(const CheckedStep& step) {
  return step.verdict.message.substr(std::string_view("it is ").size());  // "it is right, on the diagonal: …"
}

int Judged::exit_code() const {
  if (!std::ranges::all_of(lines, &Checked::is_checked)) return 2;
  return std::ranges::all_of(lines, &Checked::is_right) ? 0 : 1;
}

Judged judged(const std::string& file, const std::string& text, const std::string& command) {
  refuse_binary(file, text);
  Sheet sheet = read_sheet(text);
  const std::string sheet_name = file == "-" ? "this sheet" : file;
  if (sheet.claims.empty() && sheet.refused.empty()) {
    throw eingrad::Report(command, "there is no claim in " + sheet_name)
        .hint("a line such as dL/dw = 2/m (yhat_n - y_n) x_n")
        .as<eingrad::value_error>();
  }
  std::vector<Checked> all;
  for (const RefusedLine& line : sheet.refused) all.push_back({{line}, {}, "refused: " + line.message});
  ClaimsAbove above(sheet.problem);
  for (const Claim& claim : sheet.claims) {
    all.push_back(checked(claim, sheet));
    tell_claims_above(all.back(), above);
  }
  if (is_prose(all, sheet)) {
    throw eingrad::Report(command, "there are more sentences than formulas in " + sheet_name)
        .hint("declarations, definitions and claims alone, and # in front of a comment, such as\n" +
              std::string(example) + "docs/index_notation.md has the language")
        .as<eingrad::value_error>();
  }
  std::ranges::stable_sort(all, {}, [](const Checked& each) { return each.claim.line; });
  return {file, std::move(sheet), std::move(all), ""};
}

}  // namespace sheets

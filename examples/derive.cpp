// Checks derivatives that were worked out by hand: reads sheets of declarations, definitions and claims, and
// says of each claim whether it is right, or what is wrong with it. Installed as eingrad-derive.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <map>

#include <autodiff/einstein/einstein.hpp>
#include <autodiff/einstein/equations.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/storage/read_file.hpp>
#include <support/latex.hpp>
#include <support/options.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

using namespace eingrad::einstein;

namespace {

constexpr const char* example =
    "  x[n] y[n] w[] L[]\n"
    "  L = (w x_n - y_n)^2\n"
    "  dL/dw = 2 x_n (w x_n - y_n)\n";

struct Settings {
  std::vector<std::string> files = {"-"};
  bool explain = false, latex = false, markdown = false, json = false;
};

/// A claim and its verdict; or a line that has none, and why.
struct Checked {
  Claim claim;
  CheckedDerivation derivation = {};
  std::string unchecked = "";

  bool is_checked() const { return unchecked.empty(); }
  bool is_right() const { return is_checked() && derivation.is_right(); }
};

/// A sheet, and its lines as they are judged.
struct Judged {
  std::string file;
  Sheet sheet;
  std::vector<Checked> all;
};

/// The first step of a claim, read as check() reads it, which lets 1 stand for 1_n.
Statement read(const Claim& claim, const Sheet& sheet) {
  return parse_statement(equations_of(claim.text)[0], sheet.problem.declarations, Broadcast::anywhere);
}

/// The derivation of what stands left of it.
Derivation derivation_of(const Claim& claim, const Sheet& sheet) {
  return derive(read(claim, sheet).target, sheet.problem);
}

/// The letters of a derivative, as in the shape of its value: those of what is differentiated, then those of
/// what by.
Indices axes_of(const Expr& e) {
  Indices axes;
  if (const auto* d = e.as<Derivative>()) axes = axes_of(d->of);
  const Indices own = own_indices(e);
  axes.insert(axes.end(), own.begin(), own.end());
  return axes;
}

/// The derivation of a claim's left side as text, with its form in matrices where it has one.
std::string derivation_text(const Claim& claim, const Sheet& sheet, Format format) {
  const Derivation derivation = derivation_of(claim, sheet);
  const Declarations& declarations = sheet.problem.declarations;
  const std::string text = to_string(derivation, declarations, format);
  const bool is_text = format == Format::text;
  const auto matrices = print_matrices(derivation.result(), axes_of(derivation.start), declarations,
                                       is_text ? Spelling::unicode : Spelling::latex);
  const auto* whole = derivation.start.as<Derivative>();
  const bool is_first = whole != nullptr && whole->of.as<Symbol>() != nullptr;  // not a second derivative
  if (!matrices || !is_first || all_indices(derivation.result()).empty()) return text;
  const Expr left =
      derivative(Symbol{whole->of.as<Symbol>()->name, {}}, {whole->by.name, {}}, whole->through);
  const std::string written = print(left, declarations, {is_text ? Spelling::unicode : Spelling::latex});
  return text + (is_text ? fmt::format("  in matrices: {} = {}\n", written, *matrices)
                         : fmt::format("\nIn matrices: ${} = {}$.\n", written, *matrices));
}

bool can_be_derived(const Checked& each) {
  if (!each.is_checked()) return false;
  const Verdict& first = each.derivation.steps.front().verdict;
  return first.is_right() || first.mistake >= Mistake::factor;
}

/// The verdict on a claim as a whole: that on its first wrong step.
std::string_view verdict_on(const Checked& each) {
  if (!each.is_checked()) return "unchecked";
  for (const CheckedStep& step : each.derivation.steps) {
    if (!step.verdict.is_right()) return name_of(step.verdict.mistake);
  }
  return name_of(Mistake::none);
}

/// Which left sides were derived already, and where.
class Derived {
 public:
  explicit Derived(const Sheet& sheet) : sheet_(sheet) {}

  /// The line of the first claim about the same derivative.
  std::size_t first_line(const Claim& claim) {
    const std::string target = print(read(claim, sheet_).target, sheet_.problem.declarations);
    return lines_.emplace(target, claim.line).first->second;
  }

 private:
  const Sheet& sheet_;
  std::map<std::string, std::size_t> lines_;
};

std::string indented(const std::string& text, const std::string& margin) {
  std::string all = margin;
  for (const char c : text) all += c == '\n' ? "\n" + margin : std::string(1, c);
  return all.substr(0, all.find_last_not_of(" \n") + 1);
}

std::string judgement(const CheckedStep& step) {
  if (step.verdict.is_right()) return step.verdict.message.substr(std::string_view("it is ").size());
  if (step.follows) return step.verdict.message;
  return fmt::format("wrong ({}): {}", name_of(step.verdict.mistake), step.verdict.message);
}

void print_text(const std::vector<Checked>& all, const Sheet& sheet, const Settings& settings) {
  Derived derived(sheet);
  for (const Checked& each : all) {
    const auto& [claim, derivation, unchecked] = each;
    const std::vector<Line> lines = claim.lines();
    for (std::size_t k = 0; k < lines.size(); ++k) {
      fmt::print("line {}: {}\n", lines[k].line, lines[k].text);
      if (k == 0 && !each.is_checked()) fmt::print("{}\n", indented(unchecked, "  "));
      for (const CheckedStep& step : derivation.steps) {
        if (step.line == k) fmt::print("{}\n", indented(judgement(step), "  "));
      }
    }
    if (derivation.steps.size() > 1) fmt::print("  {}\n", derivation.summary);
    if (!settings.explain || !can_be_derived(each)) continue;
    const std::size_t first = derived.first_line(claim);
    fmt::print("{}\n\n", first == claim.line ? indented(derivation_text(claim, sheet, Format::text), "    ")
                                             : fmt::format("    derived at line {}", first));
  }
  const auto right = std::ranges::count_if(all, &Checked::is_right);
  const auto unchecked = std::ssize(all) - std::ranges::count_if(all, &Checked::is_checked);
  fmt::print(
      "{} of {} right{}\n", right, sheet.claims.size(),
      unchecked == 0 ? "" : fmt::format(", {} line{} not checked", unchecked, unchecked == 1 ? "" : "s"));
}

void print_document(const std::vector<Checked>& all, const Sheet& sheet, Format format) {
  const bool is_latex = format == Format::latex;
  Derived derived(sheet);
  for (const Checked& each : all) {
    const auto& [claim, derivation, unchecked] = each;
    const std::string verdict = !each.is_checked() ? "not checked"
                                : each.is_right()  ? "right"
                                                   : fmt::format("wrong ({})", verdict_on(each));
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
               is_latex ? chapter::latex_text(verdict) : verdict,
               derivation.steps.size() > 1
                   ? ": " + (is_latex ? chapter::latex_text(derivation.summary) : derivation.summary)
                   : "");
    if (const std::size_t first = derived.first_line(claim); first != claim.line) {
      fmt::print("It is derived at line {}.\n\n", first);
    } else {
      fmt::print("{}\n", derivation_text(claim, sheet, format));
    }
  }
}

nlohmann::ordered_json steps_of(const Checked& each) {
  nlohmann::ordered_json steps = nlohmann::ordered_json::array();
  const std::vector<Line> lines = each.claim.lines();
  for (const CheckedStep& step : each.derivation.steps)
    steps.push_back({{"line", lines[step.line].line},
                     {"right", step.verdict.is_right()},
                     {"verdict", name_of(step.verdict.mistake)},
                     {"follows", step.follows},
                     {"message", step.verdict.message}});
  return steps;
}

nlohmann::ordered_json claims_of(const std::vector<Checked>& all, const Sheet& sheet,
                                 const Settings& settings) {
  nlohmann::ordered_json claims = nlohmann::ordered_json::array();
  Derived derived(sheet);
  for (const Checked& each : all) {
    const bool is_long = each.derivation.steps.size() > 1;
    nlohmann::ordered_json one = {{"line", each.claim.line},
                                  {"claim", each.claim.text},
                                  {"right", each.is_right()},
                                  {"verdict", verdict_on(each)},
                                  {"message", !each.is_checked() ? each.unchecked
                                              : is_long          ? each.derivation.summary
                                                        : each.derivation.steps.front().verdict.message}};
    if (is_long) one["steps"] = steps_of(each);
    if (settings.explain && can_be_derived(each)) {
      const std::size_t first = derived.first_line(each.claim);
      if (first != each.claim.line) one["derived_at_line"] = first;
      for (const Step& step :
           first == each.claim.line ? derivation_of(each.claim, sheet).steps : std::vector<Step>())
        one["derivation"].push_back(
            {{"rule", rule_text(step.rule, sheet.problem.declarations, Format::text)},
             {"expression", print(step.result, sheet.problem.declarations, {.sums = Sums::shown})}});
    }
    claims.push_back(std::move(one));
  }
  return claims;
}

void print_json(const std::vector<Judged>& sheets, const Settings& settings) {
  nlohmann::ordered_json of_each = nlohmann::ordered_json::array();
  for (const auto& [file, sheet, all] : sheets)
    of_each.push_back({{"file", file}, {"claims", claims_of(all, sheet, settings)}});
  const nlohmann::ordered_json json = settings.files.size() > 1
                                          ? nlohmann::ordered_json({{"sheets", of_each}})
                                          : nlohmann::ordered_json({{"claims", of_each[0]["claims"]}});
  fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

/// Of several sheets each stands below the name of its file.
void print_all(const std::vector<Judged>& sheets, const Settings& settings) {
  if (settings.json) return print_json(sheets, settings);
  const bool has_names = settings.files.size() > 1;
  if (settings.latex) fmt::print("{}", chapter::latex_preamble());
  for (const Judged& each : sheets) {
    const auto& [file, sheet, all] = each;
    if (settings.latex) {
      if (has_names) fmt::print("\\section*{{{}}}\n\n", chapter::latex_text(file));
      print_document(all, sheet, Format::latex);
    } else if (settings.markdown) {
      if (has_names) fmt::print("# {}\n\n", file);
      print_document(all, sheet, Format::markdown);
    } else {
      if (has_names) fmt::print("{}{}:\n", &each == &sheets.front() ? "" : "\n", file);
      print_text(all, sheet, settings);
    }
  }
  if (settings.latex) fmt::print("\\end{{document}}\n");
}

/// Refuses other bytes than those of a text, which would go on to the terminal.
std::string text_in(const std::string& file, std::string bytes) {
  const bool is_text = std::ranges::none_of(
      bytes, [](unsigned char c) { return std::iscntrl(c) != 0 && std::isspace(c) == 0; });
  if (!is_text)
    chapter::refuse(file, "this is no text, or none in UTF-8",
                    "a file of lines such as dL/dw = 2 x_n (w x_n - y_n)");
  return bytes;
}

std::string contents(const std::string& file, const std::string& command) {
  if (file != "-") return text_in(file, eingrad::read_file(file));
  if (isatty(STDIN_FILENO) == 1) {
    fmt::print(stderr,
               "Type a sheet, such as\n{}"
               "and then Ctrl-D on a line of its own. A sheet in a file is checked by {} FILE.\n",
               example, command);
  }
  return text_in("standard input", {std::istreambuf_iterator<char>(std::cin), {}});
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

Judged judged(const std::string& file, const std::string& command) {
  Sheet sheet = read_sheet(contents(file, command));
  const std::string sheet_name = file == "-" ? "this sheet" : file;
  if (sheet.claims.empty() && sheet.refused.empty()) {
    throw eingrad::Report(command, "there is no claim in " + sheet_name)
        .hint("a line such as dL/dw = 2/m (yhat_n - y_n) x_n")
        .as<eingrad::value_error>();
  }
  std::vector<Checked> all;
  for (const RefusedLine& line : sheet.refused) all.push_back({{line}, {}, "refused: " + line.message});
  for (const Claim& claim : sheet.claims) all.push_back(checked(claim, sheet));
  if (is_prose(all, sheet)) {
    throw eingrad::Report(command, "there are more sentences than formulas in " + sheet_name)
        .hint("declarations, definitions and claims alone, and # in front of a comment, such as\n" +
              std::string(example) + "docs/index_notation.md has the language")
        .as<eingrad::value_error>();
  }
  std::ranges::sort(all, {}, [](const Checked& each) { return each.claim.line; });
  return {file, std::move(sheet), std::move(all)};
}

/// The exit code: 2 if a line could not be checked, 1 if one is wrong.
int exit_code(const Judged& sheet) {
  if (!std::ranges::all_of(sheet.all, &Checked::is_checked)) return 2;
  return std::ranges::all_of(sheet.all, &Checked::is_right) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  int verdict = 0;
  const int code = chapter::run([&] {
    Settings settings;
    chapter::Options line(
        "Checks derivatives in index notation. Exits with 0 if all are right, 1 if one is wrong, 2 if a "
        "file, "
        "a declaration or a definition cannot be read.");
    line.add(
        "FILE", settings.files,
        "sheets of declarations, definitions and claims; - is standard input, and read if none is named");
    line.add_flag("--explain", settings.explain, "derive each derivative, one rule a line");
    line.add_flag("--latex", settings.latex, "the derivations as a LaTeX document");
    line.add_flag("--markdown", settings.markdown, "the derivations as Markdown");
    line.add_flag("--json", settings.json, "verdicts for programs");
    if (!line.parse(argc, argv)) return;
    if (settings.latex + settings.markdown + settings.json > 1)
      chapter::refuse("--latex, --markdown, --json", "each is another form of the output", "one of them");
    std::vector<Judged> sheets;
    for (const std::string& file : settings.files) {
      try {
        sheets.push_back(judged(file, line.command()));
        verdict = std::max(verdict, exit_code(sheets.back()));
      } catch (const eingrad::value_error& refused) {  // in lines of its own: a mark stands below a column
        fmt::print(stderr, "{}\n", message_of(refused));
        verdict = 2;
      }
    }
    if (!sheets.empty()) print_all(sheets, settings);
  });
  return code != 0 ? code : verdict;
}

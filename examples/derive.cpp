// Checks derivatives that were worked out by hand: reads a sheet of declarations, definitions and claims, and
// says of each claim whether it is right, or what is wrong with it. Installed as eingrad-derive.
#include <cstdio>
#include <iostream>
#include <iterator>

#include <autodiff/einstein/einstein.hpp>
#include <autodiff/storage/read_file.hpp>
#include <support/options.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace eingrad::einstein;

namespace {

struct Settings {
  std::string file = "-";
  bool explain = false, latex = false, markdown = false, json = false;
};

struct Checked {
  Claim claim;
  Verdict verdict;
};

/// A claim that check() has read: as it does, which lets 1 stand for 1_n.
Statement read(const Claim& claim, const Sheet& sheet) {
  return parse_statement(claim.text, sheet.problem.declarations, Broadcast::anywhere);
}

/// The derivation of what stands left of it.
Derivation derivation_of(const Claim& claim, const Sheet& sheet) {
  return derive(read(claim, sheet).target, sheet.problem);
}

bool can_be_derived(const Checked& each) {
  return each.verdict.is_right() || each.verdict.mistake >= Mistake::factor;
}

std::string indented(const std::string& text, const std::string& margin) {
  std::string all = margin;
  for (const char c : text) all += c == '\n' ? "\n" + margin : std::string(1, c);
  return all.substr(0, all.find_last_not_of(" \n") + 1);
}

void print_text(const std::vector<Checked>& all, const Sheet& sheet, const Settings& settings) {
  std::size_t right = 0;
  for (const auto& [claim, verdict] : all) {
    right += verdict.is_right();
    const std::string judgement =
        verdict.is_right() ? "right"
                           : fmt::format("wrong ({}): {}", name_of(verdict.mistake), verdict.message);
    fmt::print("line {}: {}\n{}\n", claim.line, claim.text, indented(judgement, "  "));
    if (settings.explain && can_be_derived({claim, verdict}))
      fmt::print("{}\n\n",
                 indented(to_string(derivation_of(claim, sheet), sheet.problem.declarations), "    "));
  }
  fmt::print("{} of {} right\n", right, all.size());
}

void print_document(const std::vector<Checked>& all, const Sheet& sheet, Format format) {
  const bool is_latex = format == Format::latex;
  if (is_latex)
    fmt::print(
        "\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\allowdisplaybreaks\n\\usepackage[landscape,"
        "margin=15mm]{{geometry}}"
        "\n\\begin{{document}}\n");
  for (const Checked& each : all) {
    const std::string judgement =
        each.verdict.is_right() ? "right" : fmt::format("wrong ({})", name_of(each.verdict.mistake));
    if (!can_be_derived(each)) {
      const std::string_view fence = is_latex ? "" : "```\n";
      fmt::print("Line {} is {}:\n\n{}{}\n{}\n{}\n", each.claim.line, judgement,
                 is_latex ? "\\begin{verbatim}\n" : fence, each.claim.text, each.verdict.message,
                 is_latex ? "\\end{verbatim}\n" : fence);
      continue;
    }
    const auto [target, value, free] = read(each.claim, sheet);
    const PrintOptions latex{Spelling::latex, Sums::shown};
    const auto written = [&](const Expr& e) { return print(e, sheet.problem.declarations, latex); };
    fmt::print("Line {}, {} = {}, is {}.\n\n", each.claim.line, "$" + written(target), written(value) + "$",
               judgement);
    fmt::print("{}\n", to_string(derivation_of(each.claim, sheet), sheet.problem.declarations, format));
  }
  if (is_latex) fmt::print("\\end{{document}}\n");
}

void print_json(const std::vector<Checked>& all, const Sheet& sheet, const Settings& settings) {
  nlohmann::ordered_json claims = nlohmann::ordered_json::array();
  for (const Checked& each : all) {
    nlohmann::ordered_json one = {{"line", each.claim.line},
                                  {"claim", each.claim.text},
                                  {"right", each.verdict.is_right()},
                                  {"verdict", name_of(each.verdict.mistake)},
                                  {"message", each.verdict.message}};
    if (settings.explain && can_be_derived(each)) {
      for (const Step& step : derivation_of(each.claim, sheet).steps)
        one["derivation"].push_back(
            {{"rule", step.rule},
             {"expression", print(step.result, sheet.problem.declarations, {.sums = Sums::shown})}});
    }
    claims.push_back(std::move(one));
  }
  fmt::print("{}\n", nlohmann::ordered_json({{"claims", claims}})
                         .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

std::string contents(const std::string& file) {
  if (file != "-") return eingrad::read_file(file);
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

/// How many claims are wrong.
std::size_t check_sheet(const Settings& settings) {
  const Sheet sheet = read_sheet(contents(settings.file));
  if (sheet.claims.empty()) {
    throw eingrad::Report("eingrad-derive", "there is no claim in this sheet")
        .hint("a line such as dL/dw = 2/m (yhat_n - y_n) x_n")
        .as<eingrad::value_error>();
  }
  std::vector<Checked> all;
  for (const Claim& claim : sheet.claims) {
    try {
      all.push_back({claim, check(claim.text, sheet.problem)});
    } catch (const eingrad::error& refused) {
      throw eingrad::value_error(fmt::format("line {}: {}", claim.line, refused.what()));
    }
  }
  if (settings.json) {
    print_json(all, sheet, settings);
  } else if (settings.latex || settings.markdown) {
    print_document(all, sheet, settings.latex ? Format::latex : Format::markdown);
  } else {
    print_text(all, sheet, settings);
  }
  std::size_t wrong = 0;
  for (const Checked& each : all) wrong += !each.verdict.is_right();
  return wrong;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t wrong = 0;
  const int code = chapter::run([&] {
    Settings settings;
    chapter::Options line(
        "Checks derivatives in index notation. Exits with 0 if all are right, 1 if one is wrong, 2 for bad "
        "input.");
    line.add("FILE", settings.file, "the sheet: declarations, definitions and claims; - is standard input");
    line.add_flag("--explain", settings.explain, "derive each derivative, one rule a line");
    line.add_flag("--latex", settings.latex, "the derivations as a LaTeX document");
    line.add_flag("--markdown", settings.markdown, "the derivations as Markdown");
    line.add_flag("--json", settings.json, "verdicts for programs");
    if (line.parse(argc, argv)) wrong = check_sheet(settings);
  });
  if (code != 0) return code;
  return wrong == 0 ? 0 : 1;
}

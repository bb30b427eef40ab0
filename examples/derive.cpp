// Checks derivatives that were worked out by hand: reads sheets of declarations, definitions and claims, and
// says of each claim whether it is right, or what is wrong with it. Installed as eingrad-derive.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>

#include <autodiff/storage/read_file.hpp>
#include <support/options.hpp>

#include <derive/judged.hpp>
#include <derive/latex.hpp>
#include <derive/print.hpp>
#include <fmt/format.h>
#include <unistd.h>

using namespace sheets;
using eingrad::einstein::Format;

namespace {

struct Settings {
  std::vector<std::string> files = {"-"};
  bool explain = false, latex = false, markdown = false, json = false;
};

/// Of several sheets each stands below the name of its file.
void print(const std::vector<Judged>& sheets, const Settings& settings) {
  if (settings.json) return print_json(sheets, settings.files.size() == 1, settings.explain);
  const bool has_names = settings.files.size() > 1;
  if (settings.latex) fmt::print("{}", latex_preamble());
  for (const Judged& each : sheets) {
    if (settings.latex) {
      if (has_names) fmt::print("\\section*{{{}}}\n\n", latex_text(each.file));
      print_document(each, Format::latex);
    } else if (settings.markdown) {
      if (has_names) fmt::print("# {}\n\n", each.file);
      print_document(each, Format::markdown);
    } else {
      if (has_names) fmt::print("{}{}:\n", &each == &sheets.front() ? "" : "\n", each.file);
      print_text(each, settings.explain);
    }
  }
  if (settings.latex) fmt::print("\\end{{document}}\n");
}

std::string contents(const std::string& file, const std::string& command) {
  if (file != "-") return eingrad::read_file(file);
  if (isatty(STDIN_FILENO) == 1) {
    fmt::print(stderr,
               "Type a sheet, such as\n{}"
               "and then Ctrl-D on a line of its own. A sheet in a file is checked by {} FILE.\n",
               example, command);
  }
  return {std::istreambuf_iterator<char>(std::cin), {}};
}

}  // namespace

int main(int argc, char** argv) {
  int verdict = 0;
  const int code = chapter::run([&] {
    Settings settings;
    chapter::Options line(
        "Checks derivatives in index notation. Exits with 0 if all are right, 1 if one is wrong, 2 if a "
        "file, a declaration or a definition cannot be read.");
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
    if (std::ranges::count(settings.files, "-") > 1)
      chapter::refuse("-", "standard input can be read only once", "one - among the files");
    std::vector<Judged> sheets;
    for (const std::string& file : settings.files) {
      try {
        sheets.push_back(judged(file, contents(file, line.command()), line.command()));
        verdict = std::max(verdict, sheets.back().exit_code());
      } catch (const eingrad::value_error& refused) {  // in lines of its own: a mark stands below a column
        const std::string message = eingrad::einstein::message_of(refused);
        fmt::print(stderr, "{}\n", message);
        if (settings.json && settings.files.size() > 1) sheets.push_back({file, {}, {}, message});
        verdict = 2;
      }
    }
    if (!sheets.empty()) print(sheets, settings);
  });
  return code != 0 ? code : verdict;
}

// Learners' answers in answers/*.txt, each with what it is behind '#': "right", the name of its mistake, or
// "follows" for a step that is wrong because the one before it is.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <autodiff/einstein/einstein.hpp>
#include <autodiff/einstein/indices.hpp>
#include <tests/catch.hpp>

#include <fmt/format.h>

using namespace eingrad::einstein;

namespace {

std::vector<std::filesystem::path> sheets() {
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(EINGRAD_ANSWERS_DIR))
    all.push_back(entry.path());
  std::ranges::sort(all);
  return all;
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The first wrong step of a line, or the last one if all are right.
const CheckedStep& step_of(std::size_t line, const CheckedDerivation& checked) {
  const CheckedStep* last = nullptr;
  for (const CheckedStep& step : checked.steps) {
    if (step.line != line) continue;
    last = &step;
    if (!step.verdict.is_right()) break;
  }
  return *last;
}

}  // namespace

TEST_CASE("the page on index notation explains every verdict", "[einstein]") {
  const std::string page =
      contents(std::filesystem::path(EINGRAD_ANSWERS_DIR) / "../../../../docs/index_notation.md");
  for (int mistake = 1; mistake <= static_cast<int>(Mistake::different); ++mistake)
    CHECK_THAT(page, ContainsSubstring(fmt::format("`{}`", name_of(static_cast<Mistake>(mistake)))));
}

TEST_CASE("right answers are right, wrong ones are told by their mistake", "[einstein]") {
  std::size_t right = 0, wrong = 0, named = 0;
  std::string others;
  for (const auto& path : sheets()) {
    const Sheet sheet = read_sheet(contents(path));
    CHECK(sheet.refused.empty());
    for (const Claim& claim : sheet.claims) {
      const std::vector<Line> lines = claim.lines();
      const CheckedDerivation checked = check_derivation(claim.texts(), sheet.problem);
      for (std::size_t k = 0; k < lines.size(); ++k) {
        INFO(path.filename().string() << ":" << lines[k].line << ": " << lines[k].text);
        const CheckedStep& step = step_of(k, checked);
        const std::string name(step.follows ? "follows" : name_of(step.verdict.mistake));
        const bool should_be_right = lines[k].comment == "right", is_named = name == lines[k].comment;
        CHECK(step.verdict.is_right() == should_be_right);
        ++(should_be_right ? right : wrong);
        named += !should_be_right && is_named;
        if (!is_named)
          others += fmt::format("  {}:{}  {}\n    {}, not {}: {}\n", path.filename().string(), lines[k].line,
                                lines[k].text, lines[k].comment, name, step.verdict.message);
      }
    }
  }
  const std::string figures =
      fmt::format("{} answers to {} problems: {} right, {} wrong, {} of these named\n{}", right + wrong,
                  sheets().size(), right, wrong, named, others);
  std::cout << figures;
  CHECK(right + wrong >= 120);
  CHECK(static_cast<double>(named) >= 0.95 * static_cast<double>(wrong));
}

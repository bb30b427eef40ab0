// Learners' answers in answers/*.txt, each with what it is behind '#': "right", or the name of its mistake.
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
    for (const Claim& claim : sheet.claims) {
      INFO(path.filename().string() << ":" << claim.line << ": " << claim.text);
      const Verdict verdict = check(claim.text, sheet.problem);
      const bool should_be_right = claim.comment == "right";
      CHECK(verdict.is_right() == should_be_right);
      ++(should_be_right ? right : wrong);
      const bool is_named = name_of(verdict.mistake) == claim.comment;
      named += !should_be_right && is_named;
      if (!is_named)
        others += fmt::format("  {}:{}  {}\n    {}, not {}: {}\n", path.filename().string(), claim.line,
                              claim.text, claim.comment, name_of(verdict.mistake), verdict.message);
    }
  }
  const std::string figures =
      fmt::format("{} answers to {} problems: {} right, {} wrong, {} of these named\n{}", right + wrong,
                  sheets().size(), right, wrong, named, others);
  std::cout << figures;
  CHECK(right + wrong >= 120);
  CHECK(static_cast<double>(named) >= 0.95 * static_cast<double>(wrong));
}

// Chapter 4.3: errors fall and rise as theory says, and the checks say what the page quotes.
#include <algorithm>
#include <limits>

#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/program.hpp>
#include <tests/examples/support/xml.hpp>

using namespace chapter;

namespace {

const std::string chapter_4_3 = EINGRAD_CHAPTERS_DIR "/4_3_checking_gradients";

std::string output_of_4_3(const Words& arguments = {}) {
  const Finished finished = run({chapter_4_3, arguments});
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

/// The rows of the table of errors, h in front.
std::vector<std::vector<double>> errors() {
  std::vector<std::vector<double>> rows;
  for (const std::string& line : lines_with(output_of_4_3(), "  1e-")) rows.push_back(numbers_in(line));
  return rows;
}

}  // namespace

TEST_CASE("4.3: the error is what the Taylor series leaves out, or what rounding loses", "[4.3]") {
  const auto rows = errors();
  REQUIRE(rows.size() == 15);
  constexpr double rounding[] = {std::numeric_limits<double>::epsilon() / 2,
                                 std::numeric_limits<float>::epsilon() / 2};
  int by_series = 0;
  for (const auto& row : rows) {
    REQUIRE(row.size() == (row[0] > 5e-8 ? 5 : 3));
    for (std::size_t column = 1; column < row.size(); ++column) {
      INFO("h = " << row[0] << ", column " << column);
      const bool is_central = column % 2 == 0;
      const double series = is_central ? row[0] * row[0] / 6 : row[0] / 2;
      // Each value of f is off by a few halves of its last digit at most.
      const double lost = 4 * rounding[column > 2] / row[0];
      CHECK(row[column] < 1.05 * series + lost);
      if (lost < 0.05 * series) {
        CHECK(row[column] > 0.9 * series);
        ++by_series;
      }
    }
  }
  CHECK(by_series > 12);
}

TEST_CASE("4.3: checks say what is wrong", "[4.3]") {
  const std::string out = output_of_4_3();
  const auto said = [&](const std::string& what) {
    const std::size_t start = out.find("\n\n" + what + "\n");
    REQUIRE(start != std::string::npos);
    return out.substr(start + 2, out.find("\n\n", start + 2) - start);
  };
  CHECK_THAT(said("relu beside its kink"), ContainsSubstring("stands at a kink"));
  CHECK_THAT(said("abs at its kink"), ContainsSubstring("3 entries agree"));
  CHECK_THAT(said("1/x in float32"), ContainsSubstring("too coarse for differences: use float64"));
  CHECK_THAT(said("1/x in float64"), ContainsSubstring("3 entries agree"));
  CHECK_THAT(said("detached"), ContainsSubstring("is there a detach(), no_grad or item() on the way?"));
  CHECK_THAT(said("noisy"), ContainsSubstring("it gives other values when it is called again"));
  CHECK_THAT(said("a factor forgotten"), ContainsSubstring("0.333333 times what it should be"));
  CHECK_THAT(said("5050 parameters"), ContainsSubstring("  10102 calls  gradcheck: 5050 entries agree") &&
                                          ContainsSubstring("     14 calls  gradcheck: 6 directions agree"));
  const std::string formulas = said("Formulas for the graph of L = mean (tanh(x w) - y)²");
  CHECK_THAT(formulas, ContainsSubstring("(1 - yhat_n^2) x_ni\n  it is right\n"));
  CHECK_THAT(formulas, ContainsSubstring("the factor tanh'(z_n) is missing"));
  CHECK_THAT(formulas, ContainsSubstring("the letter i runs over i, but this axis of x is n"));
}

TEST_CASE("4.3 --plot draws every error, and nothing else changes", "[4.3]") {
  const Folder folder;
  CHECK(output_of_4_3({"--plot", folder / "plot.svg"}) == output_of_4_3());
  const auto files = folder.entries();
  REQUIRE(files.size() == 1);
  std::vector<std::string> texts;
  for (const XmlElement& element : parse_xml(files.at("plot.svg"))) {
    if (element.name == "text") texts.push_back(element.text);
  }
  for (const char* text : {"float64", "float32"}) CHECK(std::ranges::count(texts, text) == 1);
  for (const char* text : {"forward", "central", "h/2", "h²/6", "ε/h"})
    CHECK(std::ranges::count(texts, text) == 2);
}

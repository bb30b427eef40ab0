// The lesson on topological order: what it prints, and that its numbers are the ones that theory says.
#include <cmath>
#include <fstream>
#include <iterator>

#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/program.hpp>
#include <tests/examples/support/xml.hpp>

using namespace chapter;

namespace {

const std::string lesson = EINGRAD_CHAPTERS_DIR "/topological_order";

std::string recorded() {
  std::ifstream file(EINGRAD_DATA_DIR "/../../tests/examples/answers/topological_order.txt");
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the lesson on topological order prints what is recorded", "[topological_order]") {
  const Finished finished = run({lesson});
  CHECK(finished.exit_code == 0);
  CHECK(finished.err == "");
  CHECK(finished.out == recorded());
}

TEST_CASE("topological order applies each rule once; other orders are wrong or walk every way",
          "[topological_order]") {
  const std::string out = run({lesson}).out;
  const double derivative = 24 * std::pow(1.5, 3);  // of y = 6 x^4
  CHECK(numbers_after(out, "  each contribution goes on at once") == std::vector{derivative, 5.});
  CHECK(numbers_after(out, "  topological order ") == std::vector{derivative, 4.});
  CHECK(numbers_after(out, "  eingrad ") == std::vector{derivative, 4.});
  const auto wrong = lines_with(out, "  only the first contribution goes on");
  REQUIRE(wrong.size() == 1);
  CHECK_THAT(wrong[0], EndsWith("   wrong"));

  std::size_t rows = 0;
  for (const double n : {1., 2., 4., 8., 16., 20.}) {
    const auto row =
        lines_with(out, "  " + std::string(n < 10 ? 7 : 6, ' ') + std::to_string(static_cast<int>(n)) + " ");
    REQUIRE(row.size() == 1);
    // At once: three rules for each of the ways that lead to a diamond, of which there are 1, 2, 4, …
    const std::vector<double> numbers = numbers_in(row[0]);
    REQUIRE(numbers.size() == 7);
    CHECK(numbers[1] == 1);
    CHECK(numbers[2] == 3 * (std::pow(2, n) - 1));
    CHECK(numbers[4] == 3 * n);
    CHECK(numbers[5] == 1);
    CHECK(numbers[6] == 3 * n);
    ++rows;
  }
  CHECK(rows == 6);
}

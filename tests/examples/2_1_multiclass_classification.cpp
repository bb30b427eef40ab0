// Chapter 2.1: PyTorch's digits, gradients and the Jacobian of softmax that agree, irises, and overflow.
#include <algorithm>
#include <cmath>

#include <autodiff/number_text.hpp>
#include <tests/catch.hpp>
#include <tests/examples/class_chapter.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace chapter;

namespace {

const ClassChapter classifier{.name = "2_1_multiclass_classification", .number = "2_1", .epochs = 16};

void check_gradients(Words arguments, std::size_t features) {
  arguments.insert(arguments.end(), {"--epochs", "0"});
  INFO(fmt::format("{}", fmt::join(arguments, " ")));
  const std::string out = classifier.output_of(arguments);
  std::vector<std::vector<double>> rows;  // einsum, matrices, autograd, differences
  double largest = 0;
  for (const std::string& line : lines_with(out, "  dL/d")) {
    rows.push_back(numbers_after(out, line.substr(0, line.find(']') + 1) + " "));
    REQUIRE(rows.back().size() == 4);
    largest = std::max(largest, std::abs(rows.back()[2]));
  }
  CHECK(rows.size() == 3 + 3 * features);
  CHECK(largest > 0.01);
  for (const std::vector<double>& derivative : rows) {
    CHECK(std::abs(derivative[0] - derivative[2]) <= 1e-14 * largest);
    CHECK(std::abs(derivative[1] - derivative[2]) <= 1e-14 * largest);
    CHECK(std::abs(derivative[3] - derivative[2]) <= 1e-6 * largest);
  }
}

}  // namespace

TEST_CASE("2.1 prints PyTorch's digits, on every kind of processor (slow)", "[2.1]") {
  classifier.check_digits();
}

TEST_CASE("2.1 finds the same gradients by hand, by autograd and by differences", "[2.1]") {
  check_gradients({}, 5);
  check_gradients({"--random-state", "3", "--manual-seed", "1", "--batch", "7"}, 5);
  check_gradients({"--batch", "1"}, 5);
  check_gradients({"--iris"}, 4);
}

TEST_CASE("2.1 finds the Jacobian of softmax, whose rows sum to 0", "[2.1]") {
  const std::string out = classifier.output_of({"--epochs", "0"});
  double total = 0;
  for (int k = 0; k < 3; ++k) {
    total += numbers_after(out, fmt::format("  p[{}]  ", k)).at(0);
    double row = 0;
    for (int l = 0; l < 3; ++l) {
      const std::vector<double> values = numbers_after(out, fmt::format("  dp/dz[{},{}] ", k, l));
      CHECK(std::abs(values.at(0) - values.at(1)) < 1e-15);
      CHECK((values.at(0) > 0) == (k == l));
      row += values.at(0);
    }
    CHECK(std::abs(row) < 1e-15);
  }
  CHECK(std::abs(total - 1) < 1e-15);
}

TEST_CASE("2.1 derives, draws and plots", "[2.1]") {
  classifier.check_pictures(
      {"    = pₚᵣ δₚₛ (δᵣₜ - pₚₜ)    p by its name", "    = 1/33 (pₛₜ - yₛₜ)    common factors",
       "  in matrices: ∂L/∂z = 1/33 (P - Y)", "  in matrices: ∂L/∂w = 1/33 Xᵀ (P - Y)",
       "  in matrices: ∂L/∂b = 1/33 (P - Y)ᵀ 1"},
      {"\"x\\n(33, 5) float64", "\"z = add\\neinsum + b\\n(33, 3) float64", "\"p = div\\nexp / sum\\n"});
}

TEST_CASE("2.1 refuses what makes no sense", "[2.1]") { classifier.check_refusals(); }

TEST_CASE("2.1 --iris: classes that a linear model can tell apart, and how often it errs", "[2.1]") {
  const std::string out = classifier.output_of({"--iris", "--epochs", "200", "--lr", "0.1"});
  classifier.check_agreement(out);
  double right = 0, all = 0;
  for (std::size_t of = 0; of < 3; ++of) {
    const char* const names[] = {"setosa", "versicolor", "virginica"};
    const std::vector<double> row = numbers_after(out, fmt::format("  {:12}", names[of]));
    REQUIRE(row.size() == 3);
    right += row[of];
    for (const double count : row) all += count;
  }
  CHECK(all == 30);
  CHECK(right >= 28);
  CHECK_THAT(lines_with(out, "epoch: 199 ").back(),
             EndsWith(" - acc_v: " + eingrad::repr(eingrad::round_to(right / all, 4))));
}

TEST_CASE("2.1 --digits: of many weights only the largest derivative is shown", "[2.1]") {
  classifier.check_differences({"--digits"}, {"(64, 10)"});
}

TEST_CASE("2.1 --mistake: scores that overflow, that underflow, and what withstands them", "[2.1]") {
  const std::string out = classifier.output_of({"--mistake"});
  for (const char* words :
       {"  softmax as it stands in the formula  nan\n", "  without the largest score            nan\n",
        "value_error: exp: its result has an inf at "})
    CHECK_THAT(out, ContainsSubstring(words));
  CHECK(numbers_after(out, "  nn::cross_entropy of the scores      ").at(0) > 100);
}

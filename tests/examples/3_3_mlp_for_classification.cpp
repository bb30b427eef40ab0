// Chapter 3.3: PyTorch's digits, gradients of each layer that agree, and parameters that cannot leave 0.
#include <algorithm>
#include <string>
#include <vector>

#include <autodiff/number_text.hpp>
#include <tests/catch.hpp>
#include <tests/examples/class_chapter.hpp>

#include <fmt/format.h>

using namespace chapter;

namespace {

const ClassChapter network{.name = "3_3_mlp_for_classification", .number = "3_3", .epochs = 32};

}  // namespace

TEST_CASE("3.3 prints PyTorch's digits, on every kind of processor (slow)", "[3.3]") {
  network.check_digits();
}

TEST_CASE("3.3 finds the same gradients by hand, by autograd and by differences", "[3.3]") {
  network.check_differences({}, {"(5, 32)", "(32, 32)", "(32, 32)", "(32, 3)"});
  network.check_differences({"--random-state", "3", "--manual-seed", "1", "--batch", "7"},
                            {"(5, 32)", "(32, 32)", "(32, 32)", "(32, 3)"});
  network.check_differences({"--iris"}, {"(4, 32)", "(32, 32)", "(32, 32)", "(32, 3)"});
}

TEST_CASE("3.3 derives, draws and plots", "[3.3]") {
  network.check_pictures({"    = pₚᵣ δₚₛ (δᵣₜ - pₚₜ)    p by its name",
                          "    = relu'(uₚᵣ) δₚₛ δᵣₜ    an element by another one is δ",
                          "  in matrices: ∂L/∂w = 1/33 Aᵀ (P - Y)", "  in matrices: ∂L/∂a = 1/33 (P - Y) Wᵀ"},
                         {"\"x\\n(33, 5) float64", "\"a = relu(u)\\n(33, 32) float64"});
}

TEST_CASE("3.3 refuses what makes no sense", "[3.3]") { network.check_refusals(); }

TEST_CASE("3.3 --iris trains on other data than it generates", "[3.3]") {
  const std::string out = network.output_of({"--iris", "--epochs", "100"});
  CHECK_THAT(out, StartsWith("4 features, 3 classes: 120 rows to train on, 30 to validate with"));
  network.check_agreement(out);
  const std::string last = lines_with(out, "epoch: 99 ").back();
  CHECK(std::stod(last.substr(last.rfind(' '))) > 0.8);  // a guess is right in 1 of 3
}

TEST_CASE("3.3 --digits reads handwriting that it has not seen", "[3.3]") {
  network.check_differences({"--digits"}, {"(64, 32)", "(32, 32)", "(32, 32)", "(32, 10)"});
  const std::string out = network.output_of({"--digits"});
  CHECK_THAT(out, StartsWith("64 features, 10 classes: 1437 rows to train on, 360 to validate with"));
  network.check_agreement(out);
  double right = 0, all = 0;
  for (std::size_t of = 0; of < 10; ++of) {
    const std::vector<double> row = numbers_after(out, fmt::format("  {:5}", fmt::to_string(of)));
    REQUIRE(row.size() == 10);
    right += row[of];
    for (const double count : row) all += count;
  }
  CHECK(all == 360);
  CHECK(right / all > 0.9);
  CHECK_THAT(lines_with(out, "epoch: 31 ").back(),
             EndsWith(" - acc_v: " + eingrad::repr(eingrad::round_to(right / all, 4))));
  const Words drawn = lines_of(out.substr(out.find("The first that are mistaken")));
  REQUIRE(drawn.size() == 10);
  CHECK_THAT(drawn[1], ContainsSubstring(", read as "));
  CHECK(std::ranges::count_if(drawn, [](const std::string& row) { return row.find("██") != row.npos; }) >= 4);
}

TEST_CASE("3.3 --mistake: of parameters that are 0 only the last bias has a derivative", "[3.3]") {
  const std::string out = network.output_of({"--mistake"});
  for (int layer = 1; layer <= 3; ++layer)
    CHECK_THAT(out, ContainsSubstring(fmt::format("  layer {}  dL/db 0.0000  dL/dw 0.0000\n", layer)));
  CHECK(lines_with(out, "  layer 4  dL/db 0.1").size() == 1);
  for (const char* words : {"shape_error: cross_entropy: there is not one label for each sample",
                            "labels = (33, 1) int64", "squeeze(-1) if the labels stand in a column"})
    CHECK_THAT(out, ContainsSubstring(words));
}

// Chapter 1.2: the notebook's digits, gradients that agree, and the mistake that it shows.
#include <tests/catch.hpp>
#include <tests/examples/linear_chapter.hpp>

using namespace chapter;

namespace {

const LinearChapter many_features{.name = "1_2_many_features", .number = "1_2", .features = 4, .targets = 1};

}  // namespace

TEST_CASE("1.2 prints the notebook's digits, on every kind of processor", "[1.2]") {
  many_features.check_digits();
}

TEST_CASE("1.2 finds the same gradients by hand, by autograd and by differences", "[1.2]") {
  many_features.check_gradients({{},
                                 {"--random-state", "3", "--manual-seed", "1", "--batch", "7"},
                                 {"--batch", "1"},
                                 {"--batch", "800"}});
}

TEST_CASE("1.2 derives, draws and plots", "[1.2]") {
  many_features.check_pictures(
      {"    = xₚᵣ    Σ over s with δ puts r for s", "  in matrices: ∂L/∂w = 2/m Xᵀ (ŷ - y)",
       "  in matrices: ∂L/∂b = 2/m 1ᵀ (ŷ - y)"},
      {"\"x\\n(32, 4) float64", "\"w\\n(4,) float64", "\"L = div\\nsum / 32\\n"});
}

TEST_CASE("1.2 refuses what makes no sense", "[1.2]") { many_features.check_refusals(); }

TEST_CASE("1.2 finds only the informative features", "[1.2]") {
  const std::string out = many_features.output_of({});
  const std::string table = out.substr(out.find("The parameters after training"));
  for (const char* name : {"  w[0] ", "  w[1] ", "  w[2] ", "  w[3] "}) {
    const std::vector<double> w = numbers_after(table, name);  // scratch, nn, true
    CHECK(w.at(0) == Approx(w.at(2)).margin(0.2));
  }
  CHECK(numbers_after(table, "  w[3] ").at(2) == 0);
}

TEST_CASE("1.2 --mistake: by hand a column of targets goes unseen, nn refuses it", "[1.2]") {
  const std::string out = many_features.output_of({"--mistake"});
  const std::vector<std::string> losses = lines_with(out, "The loss by hand is ");
  REQUIRE(losses.size() == 1);
  CHECK(losses[0] == "The loss by hand is 16593.0876, and of a column 16706.3987");
  for (const char* words : {"shape_error: mse_loss: prediction and target differ in shape", "(32,) float64",
                            "(32, 1) float64", "unsqueeze(-1) or squeeze(-1)"})
    CHECK_THAT(out, ContainsSubstring(words));
}

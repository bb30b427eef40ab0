// Chapter 3.4: PyTorch's digits, of modules with a backward of their own and of eingrad's, and two mistakes.
#include <string>

#include <tests/catch.hpp>
#include <tests/examples/class_chapter.hpp>

using namespace chapter;

namespace {

const ClassChapter in_style{
    .name = "3_4_pytorch_style", .number = "3_4", .epochs = 32, .loss = "MSE", .by_hand = 1};

}  // namespace

TEST_CASE("3.4 prints PyTorch's digits, on every kind of processor (slow)", "[3.4]") {
  in_style.check_digits();
}

TEST_CASE("3.4 finds the same gradients by its modules, by autograd and by differences", "[3.4]") {
  in_style.check_differences({}, {"(5, 32)", "(32, 32)", "(32, 32)", "(32, 3)"});
  in_style.check_differences({"--random-state", "3", "--manual-seed", "1", "--batch", "7"},
                             {"(5, 32)", "(32, 32)", "(32, 32)", "(32, 3)"});
  in_style.check_differences({"--iris"}, {"(4, 32)", "(32, 32)", "(32, 32)", "(32, 3)"});
  in_style.check_differences({"--digits"}, {"(64, 32)", "(32, 32)", "(32, 32)", "(32, 10)"});
}

TEST_CASE("3.4 derives, draws and plots", "[3.4]") {
  in_style.check_pictures(
      {"  in matrices: ∂L/∂p = 2/(m c) (P - Y)", "  in matrices: ∂L/∂a = (∂L/∂Z) Wᵀ",
       "    = aₚᵣ (1 - aₚᵣ) δₚₛ δᵣₜ    a by its name", "  in matrices: ∂L/∂u = (∂L/∂A) ⊙ A ⊙ (1 - A)"},
      {"\"y\\n(33, 3) float64", "\"a = sigmoid(u)\\n(33, 32) float64"});
}

TEST_CASE("3.4 refuses what makes no sense", "[3.4]") { in_style.check_refusals(); }

TEST_CASE("3.4 --mistake: gradients that add up, and a graph that is gone", "[3.4]") {
  const std::string out = in_style.output_of({"--mistake"});
  const double once = numbers_after(out, "dL/db[4] after 1 backward without zero_grad: ").at(0);
  const double twice = numbers_after(out, "dL/db[4] after 2 backward without zero_grad: ").at(0);
  CHECK(once > 0.001);
  CHECK(twice == 2 * once);
  CHECK_THAT(out, ContainsSubstring("graph_error: backward: the graph of mse_loss was freed"));
}

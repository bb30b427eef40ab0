// Chapter 1.3: the notebook's digits, gradients that agree, the whole Jacobian, and the mistake that it
// shows.
#include <tests/catch.hpp>
#include <tests/examples/linear_chapter.hpp>

using namespace chapter;

namespace {

const LinearChapter many_outputs{.name = "1_3_many_outputs", .number = "1_3", .features = 5, .targets = 3};

}  // namespace

TEST_CASE("1.3 prints the notebook's digits, on every kind of processor", "[1.3]") {
  many_outputs.check_digits();
}

TEST_CASE("1.3 finds the same gradients by hand, by autograd and by differences", "[1.3]") {
  many_outputs.check_gradients({{},
                                {"--random-state", "3", "--manual-seed", "1", "--batch", "7"},
                                {"--batch", "1"},
                                {"--batch", "1200"}});
}

TEST_CASE("1.3 derives, draws and plots", "[1.3]") {
  many_outputs.check_pictures(
      {"  ∂ŷ/∂w, of shape (m×c)×(d×c):", "    = xₚₛ δᵣₜ    Σ over u with δ puts s for u",
       "  in matrices: ∂L/∂w = 2/(m c) Xᵀ (Ŷ - Y)", "  in matrices: ∂L/∂b = 2/(m c) (Ŷ - Y)ᵀ 1"},
      {"\"x\\n(32, 5) float64", "\"w\\n(5, 3) float64", "\"L = div\\nsum / 96\\n"});
}

TEST_CASE("1.3 refuses what makes no sense", "[1.3]") { many_outputs.check_refusals(); }

TEST_CASE("1.3 contracts the whole Jacobian to the same gradient", "[1.3]") {
  const std::string out = many_outputs.output_of({"--epochs", "0"});
  CHECK(lines_with(out, "The Jacobian ") ==
        Words{"The Jacobian dyhat/dw has the shape (32, 3, 5, 3): 1440 numbers, of which 960 are 0"});
  CHECK(numbers_after(out, "  from x_ni delta_kj it differs by ") == std::vector{0.});
  CHECK(numbers_after(out, "  contracted with delta, from X^T delta by ").at(0) <= 1e-13);
}

TEST_CASE("1.3 --mistake: weights that are the wrong way round, and how to turn them", "[1.3]") {
  const std::string out = many_outputs.output_of({"--mistake"});
  for (const char* words : {"shape_error: matmul: the contracted axes differ", "A     = (32, 5) float64",
                            "B     = (3, 5) float64", "B.t() if you meant C_ik = A_ij B_kj"})
    CHECK_THAT(out, ContainsSubstring(words));
}

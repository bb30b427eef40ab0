// Chapter 4.2: its layer does what it says, and its mistakes are found by the checks that the page names. The
// test of its gradients, tests/nn/rms_norm.cpp, stands on the page.
#include <iterator>
#include <sstream>

#include <eingrad.hpp>
#include <support/rms_norm.hpp>
#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/program.hpp>
#include <tests/examples/support/xml.hpp>

using namespace chapter;
using namespace eingrad;

namespace {

Tensor random(const Shape& shape) {
  static Generator generator(4);
  return randn(shape, float64, generator).requires_grad_();
}

std::string output_of_4_2() {
  const Finished finished = run({EINGRAD_CHAPTERS_DIR "/4_2_your_own_operation"});
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

}  // namespace

TEST_CASE("RMSNorm makes the mean square of each row 1, and then scales", "[4.2]") {
  RMSNorm layer(4);
  layer.to(float64);
  const Tensor x = random({2, 3, 4});
  const no_grad guard;
  CHECK(allclose(mean(square(layer(x)), {-1}), ones({2, 3}, float64), 1e-3));
  layer.weight.fill_(2);
  CHECK(allclose(mean(square(layer(x)), {-1}), full({2, 3}, 4, float64), 1e-3));
  CHECK(layer.parameters().size() == 1);
  CHECK(layer.named_parameters()[0].first == "weight");
}

TEST_CASE("rms_normalize has the gradients of its composition", "[4.2]") {
  const Tensor x = random({4, 6}), v = random({4, 6}).detach();
  const auto by = [&](const Tensor& y) { return grad(y, {x}, {.cotangents = {v}})[0]; };
  CHECK(max_abs_difference(by(rms_normalize({x})), by(x / root_mean_square(x))) <= 1e-14);
}

TEST_CASE("every wrong rule in the layer of 4.2 is caught", "[4.2]") {
  const auto layer = [](const Tensors& in) { return in[1] * rms_normalize({in[0]}); };
  const MutationScore score = mutation_score(layer, {random({3, 3}), random({3})});
  CHECK(score.count() == 20);
  CHECK(score.caught() == score.count());
}

TEST_CASE("4.2 shows who finds which mistake", "[4.2]") {
  const std::string out = output_of_4_2();
  const auto verdicts = [&](const std::string& mistake) {
    const auto rows = lines_with(out, "  " + mistake + " ");
    REQUIRE(rows.size() == 1);
    std::istringstream words(rows[0].substr(mistake.size() + 2));
    return Words(std::istream_iterator<std::string>(words), {});
  };
  CHECK(verdicts("none") == Words{"passes", "passes", "passes"});
  CHECK(verdicts("r taken for a constant") == Words{"found", "found", "passes"});
  CHECK(verdicts("a sum for the mean") == Words{"found", "found", "found"});
  CHECK(verdicts("y and ybar exchanged") == Words{"passes", "found", "found"});
  CHECK(verdicts("y detached") == Words{"passes", "passes", "found"});
  CHECK_THAT(out, ContainsSubstring("shape_error: no axis kept: backward returned another shape"));
  CHECK_THAT(out, ContainsSubstring("\ngradcheck caught 20 of 20 mistakes\n"));
  CHECK_THAT(out, ContainsSubstring("\nall ones caught 5 of 20 mistakes\n"));
  CHECK_THAT(out, ContainsSubstring("\ngradcheck: 12 entries agree;"));
}

TEST_CASE("the layer of 4.2 trains", "[4.2]") {
  const std::string out = output_of_4_2();
  const double before = numbers_after(out, "step   0  loss ").at(0),
               after = numbers_after(out, "step 200  loss ").at(0);
  CHECK(after < before / 100);
}

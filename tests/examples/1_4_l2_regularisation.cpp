// Chapter 1.4: the notebook's digits, gradients that agree, what the penalty does, and the mistake that it
// shows.
#include <autodiff/autodiff.hpp>
#include <data/make_regression.hpp>
#include <data/train_test_split.hpp>
#include <tests/catch.hpp>
#include <tests/examples/linear_chapter.hpp>
#include <tests/support.hpp>

#include <fmt/format.h>

using namespace chapter;
using namespace eingrad;
using eingrad::testing::values;

namespace {

const LinearChapter l2_regularisation{
    .name = "1_4_l2_regularisation", .number = "1_4", .features = 5, .targets = 3};

Tensor centred(const Tensor& a) { return a - mean(a, 0); }

/// The weights, (features, targets), at which the gradient of the penalised loss is 0: with X and Y less
/// their means over the rows, for which the bias is there, 2/(m c) X' (X W - Y) + lambda W = 0.
Tensor best_weights(double lambda) {
  const data::Regression all = data::make_regression({.n_samples = 2'000,
                                                      .n_features = 5,
                                                      .n_informative = 5,
                                                      .n_targets = 3,
                                                      .bias = 0.5,
                                                      .noise = 1,
                                                      .random_state = 0});
  const auto parts = data::train_test_split(all.x, all.y, {.test_size = 0.2, .random_state = 42});
  const Tensor x = centred(parts[0]), y = centred(parts[2]);
  const double mc_by_2 = static_cast<double>(y.numel()) / 2;
  return solve(matmul(x.t(), x) + mc_by_2 * lambda * eye(5, float64), matmul(x.t(), y));
}

/// The mean over the mini-batches of a model that stays as it is.
std::string loss_of_batches(const std::string& rows) {
  const std::string out =
      l2_regularisation.output_of({"--samples", "50", "--batch", rows, "--lr", "0", "--epochs", "1"});
  const std::string line = lines_with(out, "epoch: 0").at(0);
  return line.substr(0, line.find(" - MSE_v"));
}

}  // namespace

TEST_CASE("1.4 prints the notebook's digits, on every kind of processor", "[1.4]") {
  l2_regularisation.check_digits();
}

TEST_CASE("1.4 finds the same gradients by hand, by autograd and by differences", "[1.4]") {
  l2_regularisation.check_gradients({{},
                                     {"--random-state", "3", "--manual-seed", "1", "--batch", "7"},
                                     {"--batch", "1"},
                                     {"--weight-decay", "0"},
                                     {"--weight-decay", "100"}});
}

TEST_CASE("1.4 derives, draws and plots", "[1.4]") {
  l2_regularisation.check_pictures(
      {"    = λ wₛₜ    Σ over r with δ puts t for r", "  in matrices: ∂J/∂w = 2/(m c) Xᵀ (Ŷ - Y) + λ W",
       "  in matrices: ∂J/∂b = 2/(m c) (Ŷ - Y)ᵀ 1"},
      {"\"lambda\\n", "\"w\\n(5, 3) float64", "\"J = add\\n"});
}

TEST_CASE("1.4 refuses what makes no sense", "[1.4]") {
  l2_regularisation.check_refusals();
  for (const char* number : {"-1", "nan", "inf", "much"}) {
    const Finished finished = l2_regularisation.run({"--weight-decay", number});
    CHECK(finished.exit_code == 2);
    CHECK(finished.out == "");
    CHECK_THAT(finished.err, ContainsSubstring("--weight-decay") && ContainsSubstring(number));
  }
}

TEST_CASE("1.4 arrives where the gradient of the penalised loss is 0", "[1.4]") {
  for (const double lambda : {0., 0.01, 1., 10.}) {
    const std::string out = l2_regularisation.output_of(
        {"--weight-decay", fmt::format("{}", lambda), "--lr", "0.1", "--batch", "1600", "--epochs", "600"});
    const std::string table = out.substr(out.find("The parameters after"));
    const std::vector<double> expected = values<double>(best_weights(lambda));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::string name = fmt::format("  w[{},{}] ", i / 3, i % 3);
      INFO(lambda << name);
      CHECK(numbers_after(table, name).at(0) == Approx(expected[i]).epsilon(1e-10));
    }
  }
}

TEST_CASE("1.4 leaves out the rows that fill no mini-batch", "[1.4]") {
  CHECK(loss_of_batches("16") == loss_of_batches("32"));  // 32 of 40 rows
  CHECK(loss_of_batches("20") == loss_of_batches("40"));  // all of them
  CHECK(loss_of_batches("20") != loss_of_batches("16"));
}

TEST_CASE("1.4 --mistake: weights do not shrink in place while the graph is recorded", "[1.4]") {
  const std::string out = l2_regularisation.output_of({"--mistake"});
  for (const char* words : {"graph_error: in place: the tensor is a leaf that requires a gradient",
                            "(3, 5) float64", "no_grad guard"})
    CHECK_THAT(out, ContainsSubstring(words));
}

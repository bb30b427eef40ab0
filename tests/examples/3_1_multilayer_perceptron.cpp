// Chapter 3.1: the losses that PyTorch found, gradients that agree layer by layer, and two mistakes of
// backpropagation, of which one is refused and the other is seen in the gradients.
#include <algorithm>
#include <cmath>

#include <autodiff/number_text.hpp>
#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/support/xml.hpp>
#include <tests/reference/reference.hpp>

#include <fmt/format.h>

using namespace chapter;
using eingrad::repr;

namespace {

const std::string chapter_3_1 = EINGRAD_CHAPTERS_DIR "/3_1_multilayer_perceptron";

std::string output_of_3_1(const Words& arguments) {
  const Finished finished = run({chapter_3_1, arguments});
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

const std::vector<std::pair<std::string, std::string>> layer_parameters = {
    {"w1", "(6, 32)"}, {"b1", "(32,)"},    {"w2", "(32, 32)"}, {"b2", "(32,)"},   {"w3", "(32, 32)"},
    {"b3", "(32,)"},   {"w4", "(32, 32)"}, {"b4", "(32,)"},    {"w5", "(32, 3)"}, {"b5", "(3,)"}};

/// By hand, by autograd, by differences, and the relative difference of the first two.
std::vector<double> gradient(const std::string& out, const std::string& name, const std::string& shape) {
  const std::vector<double> columns = numbers_after(out, fmt::format("  dL/d{} {} ", name, shape));
  REQUIRE(columns.size() == 4);
  return columns;
}

}  // namespace

TEST_CASE("3.1 prints the losses that PyTorch found, on every kind of processor (slow)", "[3.1]") {
  for (const std::string seed : {"0", "1", "2"}) {
    INFO("seed " << seed);
    Words expected;
    const auto losses =
        eingrad::testing::record(fmt::format("notebook_3_1_seed{}.json", seed)).rows("epochs");
    REQUIRE(losses.size() == 32);
    for (int model = 0; model < 2; ++model) {  // of nn, and from scratch
      for (std::size_t i = 0; i < losses.size(); ++i) {
        expected.push_back(
            fmt::format("epoch: {} - MSE: {} - MSE_v: {}", i, repr(losses[i].at(0)), repr(losses[i].at(1))));
      }
    }
    const Words arguments = {"--random-state", seed, "--manual-seed", seed};
    const std::string out = output_of_3_1(arguments);
    CHECK(lines_with(out, "epoch: ") == expected);
    CHECK(out.find("|scratch - nn| / |nn|") < out.find("\nmape "));  // what it is stands before it
    CHECK(numbers_after(out, "mape predictions: ") == std::vector{0.});
    CHECK(numbers_after(out, "mape predictions after training: ").at(0) <= 1e-12);

    for (const std::string arch : {"baseline", "avx2"}) {
      const Finished other = run({chapter_3_1, arguments, {"EINGRAD_ARCH=" + arch}});
      INFO(arch << ": " << other.err);
      const bool is_there = other.err.find("this processor is not") == std::string::npos;
      if (is_there) CHECK(lines_with(other.out, "epoch: ") == expected);
    }
  }
}

TEST_CASE("3.1 finds the same gradients by hand, by autograd and by differences", "[3.1]") {
  for (Words arguments :
       {Words{}, {"--random-state", "3", "--manual-seed", "1", "--batch", "7"}, {"--batch", "1"}}) {
    arguments.insert(arguments.end(), {"--epochs", "0"});
    const std::string out = output_of_3_1(arguments);
    for (const auto& [name, shape] : layer_parameters) {
      INFO(name);
      const std::vector<double> found = gradient(out, name, shape);
      CHECK(found[1] > 1e-4);
      CHECK(std::abs(found[0] - found[1]) <= 1e-13 * found[1]);
      CHECK(std::abs(found[2] - found[1]) <= 1e-4 * found[1]);
      CHECK(found[3] <= 1e-13);
    }
  }
}

TEST_CASE("3.1 --mistake: what lies before the wrong layer is wrong, and only that", "[3.1]") {
  const std::string out = output_of_3_1({"--mistake"});
  for (const auto& [name, shape] : layer_parameters) {
    INFO(name);
    const std::vector<double> found = gradient(out, name, shape);
    const bool is_before_softmax = name.back() <= '2';
    CHECK((found[3] > 0.1) == is_before_softmax);
    CHECK((found[3] <= 1e-13) != is_before_softmax);
    CHECK(std::abs(found[2] - found[1]) <= 1e-4 * found[1]);  // the forward pass is right
  }
  for (const char* words : {"shape_error: matmul: the contracted axes differ", "A     = (333, 3) float64",
                            "B     = (32, 3) float64", "B.t() if you meant C_ik = A_ij B_kj"})
    CHECK_THAT(out, ContainsSubstring(words));
}

TEST_CASE("3.1 derives, draws and plots", "[3.1]") {
  const Folder folder;
  const std::string plain = output_of_3_1({"--epochs", "2"});
  std::string out = output_of_3_1({"--epochs", "2", "--explain", "--plot", folder / "losses.svg"});
  const std::size_t begin = out.find("The forward pass"), end = out.find("\nTraining the nn model");
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const std::string derivation = out.substr(begin, end - begin);
  CHECK(out.erase(begin - 1, end - begin + 1) == plain);
  for (const char* formula : {"in matrices: ∂L/∂w4 = (∂L/∂Z4)ᵀ A2\n", "in matrices: ∂L/∂a2 = (∂L/∂Z4) W4\n",
                              "in matrices: ∂L/∂z3 = (∂L/∂A2) ⊙ A2 ⊙ (1 - A2)\n",
                              "in matrices: ∂L/∂z1 = (∂L/∂A1) ⊙ (1 - A1 ⊙ A1)\n"})
    CHECK_THAT(derivation, ContainsSubstring(formula));

  CHECK(output_of_3_1({"--epochs", "2", "--graph", folder / "graph.dot"}) == plain);
  const auto files = folder.entries();
  REQUIRE(files.size() == 2);
  CHECK_THAT(files.at("graph.dot"), ContainsSubstring("(333, 6) float64"));
  CHECK(std::ranges::any_of(parse_xml(files.at("losses.svg")),
                            [](const XmlElement& element) { return element.text == "scratch, training"; }));
}

TEST_CASE("3.1: a last batch of one row makes the validation loss rise", "[3.1]") {
  const auto losses = [](const std::string& batch) {
    std::vector<double> valid;
    for (const std::string& line : lines_with(output_of_3_1({"--batch", batch}), "epoch: "))
      valid.push_back(std::stod(line.substr(line.rfind(' '))));
    valid.resize(32);
    return valid;
  };
  const std::vector<double> with_one_row = losses("333"), equal = losses("250");
  CHECK(with_one_row.back() > with_one_row.front());
  CHECK(equal.back() < with_one_row.back());
}

TEST_CASE("3.1 trains on as many rows as --train says, and refuses what makes no sense", "[3.1]") {
  const std::string out =
      output_of_3_1({"--samples", "60", "--train", "40", "--batch", "40", "--epochs", "0"});
  CHECK_THAT(out, StartsWith("x (60, 6) and y (60, 3): 40 rows to train on, 20 to validate with"));
  for (const Words& arguments : {Words{"--samples", "1000"}, {"--train", "0"}, {"--batch", "1001"}}) {
    INFO(arguments[0]);
    const Finished finished = run({chapter_3_1, arguments});
    CHECK(finished.exit_code == 2);
    CHECK(finished.out == "");
    CHECK(std::ranges::count(finished.err, '\n') == 1);
  }
}

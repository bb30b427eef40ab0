// Chapter 3.5: gradients by hand are autograd's, the paths add up, and norms and scaling do what the page
// says.
#include <cmath>
#include <map>

#include <eingrad.hpp>
#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/support/xml.hpp>

using namespace chapter;

namespace {

const std::string chapter_3_5 = EINGRAD_CHAPTERS_DIR "/3_5_normalisation_and_attention";
const std::vector<std::string> seeds = {"0", "1", "2"};

std::string output_of_3_5(const Words& arguments, const Words& environment = {}) {
  const Finished finished = run({chapter_3_5, arguments, environment});
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

}  // namespace

TEST_CASE("3.5: the three paths add up to autograd's gradient, off the ones and off y", "[3.5]") {
  for (const std::string& seed : seeds) {
    INFO("seed " << seed);
    const std::string out = output_of_3_5({"--steps", "0", "--manual-seed", seed});
    const auto columns = [&](const std::string& row) {
      std::vector<double> values = numbers_after(out, "  " + row + " ");
      REQUIRE(values.size() == 5);
      return values;
    };
    for (const char* row : {"x[0]", "x[1]", "x[2]", "x[3]", "x[4]"}) {
      const std::vector<double> values = columns(row);
      CHECK(values[3] == Approx(values[0] + values[1] + values[2]).margin(2e-6));
      CHECK(values[3] == values[4]);
    }
    const std::vector<double> sums = columns("sum over n"), products = columns("sum over n, times y");
    CHECK(sums[0] == Approx(-sums[1]).margin(2e-6));
    CHECK(sums[2] == 0);
    CHECK(sums[4] == 0);
    CHECK(products[1] == 0);
    CHECK(std::abs(products[4]) < 1e-4 * (std::abs(products[0]) + 1));
  }
}

TEST_CASE("3.5: by hand and by autograd all gradients agree", "[3.5]") {
  for (const std::string& seed : seeds) {
    const std::string out = output_of_3_5({"--steps", "0", "--manual-seed", seed});
    CHECK_THAT(out, ContainsSubstring("all 48 numbers agree to 1e-12: yes\n"));
    CHECK_THAT(out, ContainsSubstring("all 42 numbers agree to 1e-12: yes\n"));
    for (const char* name : {"dL/dQ", "dL/dK", "dL/dV"})
      CHECK(numbers_after(out, std::string("  ") + name + ", by hand ") ==
            numbers_after(out, std::string("  ") + name + ", autograd "));
  }
}

TEST_CASE("3.5: only batch norm in training minds a sample's company", "[3.5]") {
  const std::string all = output_of_3_5({"--steps", "0"});
  const std::string out = all.substr(0, all.find("|dL/dW| of 20"));
  const auto minds = [&](const std::string& row) {
    const std::vector<double> values = numbers_after(out, "  " + row + " ");
    REQUIRE(values.size() == 2);
    return values[0] != values[1];
  };
  CHECK(minds("batch norm, training"));
  CHECK_FALSE(minds("batch norm, eval()"));
  CHECK_FALSE(minds("layer norm"));
}

TEST_CASE("3.5: norms keep a gradient through 20 layers, and batch norm's grows as theory says", "[3.5]") {
  for (const std::string& seed : seeds) {
    INFO("seed " << seed);
    const std::string all = output_of_3_5({"--steps", "0", "--manual-seed", seed}),
                      out = all.substr(all.find("|dL/dW| of 20"));
    const auto ratio = [&](const std::string& row) {
      const std::vector<double> values = numbers_after(out, "  " + row + " ");
      REQUIRE(values.size() == 3);
      return values[0] / values[2];
    };
    CHECK(ratio("no norm") < 1e-5);
    const auto a_layer = [&](const std::string& row) { return std::pow(ratio(row), 1. / 19); };
    CHECK(a_layer("batch norm") == Approx(1 / std::sqrt(1 - 1 / std::acos(-1.))).epsilon(0.05));
    CHECK(a_layer("layer norm") == Approx(0.9).epsilon(0.05));
  }
}

TEST_CASE("3.5: scores have the variance d, and without 1/sqrt(d) softmax saturates", "[3.5]") {
  for (const std::string& seed : seeds) {
    const std::string out = output_of_3_5({"--steps", "0", "--manual-seed", seed});
    const std::map<double, double> longest = {
        {64., 0.1}, {256., 0.1}, {1024., 1e-3}};  // |dL/dS| without the factor
    for (const auto& [d, slope] : longest) {
      INFO("seed " << seed << ", d = " << d);
      std::string name = std::to_string(static_cast<int>(d));
      name.insert(0, 8 - name.size(), ' ');
      const std::vector<double> row = numbers_after(out, name + " ");
      REQUIRE(row.size() == 8);
      CHECK(row[0] == Approx(d).epsilon(0.15));
      CHECK(row[4] == Approx(1).epsilon(0.15));
      CHECK(row[1] > 0.9);
      CHECK(row[5] < 0.3);
      CHECK(row[3] <= slope);
      CHECK(row[7] > 0.2);
      // The gradient falls as e^-gap. Both are medians, but not of the same query.
      if (d > 64) CHECK(std::log(row[3]) == Approx(-row[2]).margin(1));
    }
  }
}

TEST_CASE("3.5 learns where to look", "[3.5]") {
  for (const std::string& seed : seeds) {
    INFO("seed " << seed);
    const std::string out = output_of_3_5({"--manual-seed", seed});
    CHECK(numbers_after(out, "step    0  loss ").at(0) > 1);
    CHECK(numbers_after(out, "step  150  loss ").at(0) < 0.01);
    CHECK_THAT(out, ContainsSubstring("100.0 % of 1000 new questions answered\n"));
  }
}

TEST_CASE("3.5 prints the same with other kernels and threads", "[3.5]") {
  const std::string out = output_of_3_5({});
  CHECK(output_of_3_5({}, {"EINGRAD_ARCH=baseline"}) == out);
  CHECK(output_of_3_5({}, {"EINGRAD_NUM_THREADS=2"}) == out);
}

TEST_CASE("3.5 derives both gradients, and makes its mistakes", "[3.5]") {
  const std::string derivation = output_of_3_5({"--explain"});
  for (const char* words : {"    = 1/m ∂L/∂μᵢ + 2/m ∂L/∂vᵢ (xₙᵢ - μᵢ) + gₙᵢ/sᵢ",
                            "    = A_{ts} (∂L/∂A_{ts} - Σ_{r} ∂L/∂A_{tr} A_{tr})",
                            "in matrices: ∂L/∂Q = (∂L/∂Z) K", "in matrices: ∂L/∂K = (∂L/∂Z)ᵀ Q"})
    CHECK_THAT(derivation, ContainsSubstring(words));
  const std::string mistakes = output_of_3_5({"--mistake"});
  CHECK_THAT(mistakes, ContainsSubstring("gradcheck: 3 of 3 entries differ"));
  CHECK_THAT(mistakes, ContainsSubstring("BatchNorm1d: a batch of one value for each feature"));
}

TEST_CASE("3.5 draws its picture, and refuses what makes no sense", "[3.5]") {
  const Folder folder;
  output_of_3_5({"--steps", "0", "--plot", folder / "gradients.svg"});
  const auto files = folder.entries();
  REQUIRE(files.size() == 1);
  std::string texts;
  for (const XmlElement& element : parse_xml(files.at("gradients.svg"))) texts += element.text + "\n";
  for (const char* label : {"no norm\n", "batch norm\n", "layer norm\n", "Q Kᵀ\n", "Q Kᵀ/√d\n"})
    CHECK_THAT(texts, ContainsSubstring(label));

  const Finished finished = run({chapter_3_5, {"--steps", "-1"}});
  CHECK(finished.exit_code == 2);
  CHECK(finished.out == "");
  CHECK_THAT(finished.err, ContainsSubstring("--steps"));
}

TEST_CASE("3.5: what its exercises say is so", "[3.5]") {
  using namespace eingrad;
  Generator generator(0);
  const auto random = [&](const Shape& shape) { return randn(shape, float64, generator).requires_grad_(); };
  nn::BatchNorm1d norm(3);
  norm.to(float64);
  const Tensor two = random({2, 3}), weights = random({2, 3}).detach();
  CHECK(max_abs_difference(grad(sum(norm(two) * weights), {two})[0], zeros({2, 3}, float64)) < 1e-3);

  const Tensor x = random({6, 3}), bias = random({3}), cotangent = random({6, 3}).detach();
  CHECK(max_abs_difference(grad(sum(norm(x + bias) * cotangent), {bias})[0], zeros({3}, float64)) < 1e-12);

  const Tensor q = random({6, 3}), v = random({6, 3});
  const Tensor o = nn::scaled_dot_product_attention(q, x + bias, v);
  CHECK(max_abs_difference(grad(sum(o * cotangent), {bias})[0], zeros({3}, float64)) < 1e-12);
}

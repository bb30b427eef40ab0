// Chapter 0.1: the small engine finds what the large one finds, and each mistake gives what theory says.
#include <fstream>
#include <regex>

#include <autodiff/autodiff.hpp>
#include <data/make_regression.hpp>
#include <data/read_csv.hpp>
#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/program.hpp>
#include <tests/examples/support/xml.hpp>

using namespace chapter;
using namespace eingrad;

namespace {

const std::string chapter_0_1 = EINGRAD_CHAPTERS_DIR "/0_1_autograd_in_150_lines";
const std::string samples = EINGRAD_DATA_DIR "/regression_1_1.csv";

std::string output_of_0_1() {
  const Finished finished = run({chapter_0_1});
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

Tensor column(const std::string& name) { return data::read_csv(samples).column(name, float64); }

}  // namespace

TEST_CASE("0.1 has the samples of 1.1", "[0.1]") {
  const data::Regression made = data::make_regression(
      {.n_samples = 10'100, .n_features = 1, .bias = 0.5, .noise = 1, .random_state = 0});
  CHECK(equal(column("x"), made.x.to(float64).squeeze(1).slice(0, 0, 100)));
  CHECK(equal(column("y"), made.y.to(float64).slice(0, 0, 100)));
}

TEST_CASE("0.1 finds the gradients, losses and parameters of 1.1", "[0.1]") {
  const std::string small = output_of_0_1(), large = output_of({});
  const std::vector<std::string> epochs = lines_with(small, "epoch: ");
  const std::vector<std::string> epochs_1_1 = lines_with(large, "epoch: ");
  REQUIRE(epochs.size() == 16);
  REQUIRE(epochs_1_1.size() == 32);
  for (std::size_t i = 0; i < 16; ++i) CHECK_THAT(epochs_1_1[i], StartsWith(epochs[i] + " - MSE_v: "));

  const std::vector<double> found = numbers_after(small, "final b, w: ");
  const std::vector<double> expected = numbers_after(large, "final nn      b, w: ");
  REQUIRE(found.size() == 2);
  CHECK(found == expected);

  const std::vector<double> row = numbers_after(small, "  all three ");
  REQUIRE(row.size() == 6);
  for (const std::size_t of : {0U, 3U}) {
    CHECK(row[of] == Approx(numbers_after(large, "  dL/db  ").at(2)).epsilon(5e-4));
    CHECK(row[of + 1] == Approx(numbers_after(large, "  dL/dw  ").at(2)).epsilon(5e-4));
  }
}

TEST_CASE("0.1 shows what each mistake does to the gradients", "[0.1]") {
  const std::string out = output_of_0_1();
  const std::vector<double> start = numbers_after(output_of({"--epochs", "0"}), "initial nn      b, w: ");
  const Tensor x = column("x").slice(0, 0, 33), y = column("y").slice(0, 0, 33);
  const Tensor yhat = start.at(0) + start.at(1) * x;
  const Tensor delta = 2 * (yhat - y);  // m dL/dyhat
  const auto by_b = [](const Tensor& each) { return mean(each).item(); };
  const auto by_w = [&](const Tensor& each) { return mean(each * x).item(); };

  const auto check = [&](const std::string& row, const std::vector<double>& expected) {
    INFO(row);
    const std::vector<double> found = numbers_after(out, "  " + row);
    REQUIRE(found.size() == 6);
    for (std::size_t i = 0; i < 4; ++i) CHECK(found[i < 2 ? i : i + 1] == Approx(expected[i]).epsilon(5e-4));
  };
  check("all three", {by_b(delta), by_w(delta), by_b(delta), by_w(delta)});
  // There is one way back to yhat = b + w x if the loss is of d; else there are two, and yhat has a turn
  // after each: b gets the first contribution twice, and w, which lies a product further, three times.
  check("the oldest first", {by_b(delta), by_w(delta), by_b(delta + 2 * yhat), by_w(delta + 4 * yhat)});
  // Of the two contributions to d, one is left; of the three to yhat, the one of its product with y.
  check("= instead of +=", {by_b(delta / 2), by_w(delta / 2), by_b(-2 * y), by_w(-2 * y)});
  // What the first sample contributes.
  const double b = delta.span<double>()[0] / 33, w = b * x.span<double>()[0];
  check("no sum over a broadcast", {b, w, b, w});
}

TEST_CASE("0.1 is short, and needs the standard library alone", "[0.1]") {
  std::ifstream file(EINGRAD_DATA_DIR "/../0_1_autograd_in_150_lines.cpp");
  REQUIRE(file);
  const std::regex nothing("\\s*(//.*)?"), include("#include.*"), standard("#include <[a-z_]+>");
  int lines = 0;
  for (std::string line; std::getline(file, line);) {
    lines += !std::regex_match(line, nothing);
    if (std::regex_match(line, include)) CHECK(std::regex_match(line, standard));
  }
  CHECK(lines > 100);
  CHECK(lines <= 150);
}

TEST_CASE("0.1 reads the samples that it is given", "[0.1]") {
  const Folder folder;
  const Finished one = run({chapter_0_1, {folder.write("one.csv", "x,y\n1,2\n")}});
  CHECK(one.exit_code == 0);
  CHECK_THAT(one.out, StartsWith("epoch: 0 - MSE: 0.4151\n"));  // (0.41564 + 0.94011 - 2)^2
  const Finished none = run({chapter_0_1, {folder / "none.csv"}});
  CHECK(none.exit_code == 2);
  CHECK(none.out == "");
  CHECK_THAT(none.err, ContainsSubstring("no samples x,y in") && ContainsSubstring("none.csv"));
  CHECK_THAT(run({chapter_0_1, {"--help"}}).err, ContainsSubstring("no samples x,y in --help"));
}

// Chapter 1.1b: each kind of gradient descent has the digits that 1.1 has with that batch, and what is said
// of means of batches is true.
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
using eingrad::testing::Record;

namespace {

const std::string chapter_1_1b = EINGRAD_CHAPTERS_DIR "/1_1b_kinds_of_gradient_descent";

std::string output_of_1_1b(const Words& arguments, const Words& environment = {}) {
  const Finished finished = run({chapter_1_1b, arguments, environment});
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

/// What is printed from one heading up to the next.
std::string section(const std::string& out, const std::string& from, const std::string& to) {
  const std::size_t begin = out.find(from), end = out.find(to, begin);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  return out.substr(begin, end - begin);
}

Words mini_batch_lines(const Record& notebook) {
  Words lines;
  for (const std::vector<double>& losses : notebook.rows("torch_epochs")) {
    lines.push_back(
        fmt::format("epoch: {} - MSE: {} - MSE_v: {}", lines.size(), repr(losses.at(0)), repr(losses.at(1))));
  }
  return lines;
}

/// The lines of the nn model of chapter 1.1, trained with so large batches.
Words lines_of_1_1(Words arguments, const std::string& batch) {
  arguments.insert(arguments.end(), {"--batch", batch});
  Words lines = lines_with(output_of(arguments), "epoch: ");
  REQUIRE(lines.size() == 32);
  lines.resize(16);
  return lines;
}

/// dL/db and dL/dw in a row of the table of gradients: by hand, and by autograd.
std::vector<double> gradients(const std::string& out, const std::string& row) {
  return numbers_after(section(out, "The gradients at the start", "Steps an epoch"), "  " + row + " ");
}

bool are_close(double a, double b) { return std::abs(a - b) <= 1e-12 * std::abs(b); }

}  // namespace

TEST_CASE("1.1b prints the digits of 1.1, whatever the batch and the processor", "[1.1b]") {
  for (const std::string seed : {"0", "1", "2"}) {
    INFO("seed " << seed);
    const Words arguments = {"--random-state", seed, "--manual-seed", seed};
    const std::string out = output_of_1_1b(arguments);
    Words expected = lines_of_1_1(arguments, "100");
    const Words mini_batch =
        mini_batch_lines(eingrad::testing::record(fmt::format("notebook_1_1_seed{}_bias0.5.json", seed)));
    CHECK(mini_batch.size() == 16);
    const Words stochastic = lines_of_1_1(arguments, "1");
    expected.insert(expected.end(), mini_batch.begin(), mini_batch.end());
    expected.insert(expected.end(), stochastic.begin(), stochastic.end());
    CHECK(lines_with(out, "epoch: ") == expected);

    for (const std::string arch : {"baseline", "avx2"}) {
      const Finished other = run({chapter_1_1b, arguments, {"EINGRAD_ARCH=" + arch}});
      const bool is_there = other.err.find("this processor is not") == std::string::npos;
      if (is_there) CHECK(lines_with(other.out, "epoch: ") == expected);
    }
    const std::string ends = out.substr(out.find("\nAfter 16 epochs"));
    for (const char* row : {"  batch, steps: 16 ", "  mini-batch, steps: 64 ", "  stochastic, steps: 1600 "})
      CHECK(numbers_after(ends, row).at(3) <= 1e-12);  // between the two models
  }
}

TEST_CASE("1.1b finds the same gradients by hand and by autograd, of each batch", "[1.1b]") {
  const std::string out = output_of_1_1b({"--epochs", "0"});
  for (const char* row :
       {"all rows", "batch 0, of 33", "batch 1, of 33", "batch 2, of 33", "batch 3, of 1"}) {
    const std::vector<double> found = gradients(out, row);
    REQUIRE(found.size() == 4);
    CHECK(are_close(found[0], found[1]));
    CHECK(are_close(found[2], found[3]));
  }
}

TEST_CASE("1.1b: by rows, the batches' gradients have the mean of all rows", "[1.1b]") {
  for (const std::string batch : {"33", "50", "7", "100"}) {
    INFO(batch);
    const std::string out = output_of_1_1b({"--epochs", "0", "--batch", batch});
    const std::vector<double> all = gradients(out, "all rows"), by_rows = gradients(out, "mean by rows"),
                              of_batches = gradients(out, "mean of batches");
    const bool are_equal = batch == "50" || batch == "100";  // as large as each other
    for (const std::size_t i : {0u, 1u, 2u, 3u}) {
      CHECK(are_close(by_rows.at(i), all.at(i)));
      CHECK(are_close(of_batches.at(i), all.at(i)) == are_equal);
    }
  }
}

TEST_CASE("1.1b: the mean of an epoch is that of its batches, not of its rows", "[1.1b]") {
  for (const std::string seed : {"0", "1"}) {
    const std::string out = output_of_1_1b({"--manual-seed", seed});
    const std::string means = section(out, "The mean of the first epoch", "\nAfter 16 epochs");
    double of_batches = 0, of_rows = 0;
    for (const auto& [row, size] : {std::pair{"batch 0, of 33", 33.},
                                    {"batch 1, of 33", 33.},
                                    {"batch 2, of 33", 33.},
                                    {"batch 3, of 1", 1.}}) {
      const std::vector<double> columns = numbers_after(means, std::string("  ") + row + " ");
      REQUIRE(columns.size() == 3);
      CHECK(columns[1] == 0.25);
      CHECK(columns[2] == size / 100);
      of_batches += columns[0] / 4;
      of_rows += columns[0] * size / 100;
    }
    CHECK(numbers_after(means, "  mean over the batches:").at(0) == Approx(of_batches).margin(1e-4));
    CHECK(numbers_after(means, "  mean over the rows:").at(0) == Approx(of_rows).margin(1e-4));
    const std::vector<std::string> first = lines_with(out, "epoch: 0 - MSE: ");
    REQUIRE(first.size() == 3);
    CHECK(numbers_after(first[1], "epoch: 0 - MSE:").at(0) == Approx(of_batches).margin(1e-4));
  }
}

TEST_CASE("1.1b derives the gradient of one row, draws and plots", "[1.1b]") {
  const Folder folder;
  const std::string plain = output_of_1_1b({"--epochs", "2"});
  const std::string out = output_of_1_1b(
      {"--epochs", "2", "--explain", "--graph", folder / "graph.dot", "--plot", folder / "ways.svg"});
  const std::string derivation = section(out, "The forward pass", "\nSteps an epoch");
  CHECK_THAT(derivation, ContainsSubstring("    = 2 (ŷ - y) x    with what they are\n"));
  CHECK(derivation.find("Σ") == std::string::npos);
  std::string rest = out;
  rest.erase(rest.find(derivation) - 1, derivation.size() + 1);
  CHECK(rest == plain);

  const auto files = folder.entries();
  REQUIRE(files.size() == 2);
  CHECK_THAT(files.at("graph.dot"), ContainsSubstring("\"x\\n(1,) float64"));
  std::string texts;
  for (const XmlElement& element : parse_xml(files.at("ways.svg"))) texts += element.text + "\n";
  for (const char* text : {"batch", "mini-batch", "stochastic", "Validation loss"})
    CHECK_THAT(texts, ContainsSubstring(text));
}

TEST_CASE("1.1b: steps on one row diverge where steps on all rows do not", "[1.1b]") {
  const Finished finished = run({chapter_1_1b, {"--lr", "0.7"}});
  CHECK(finished.exit_code == 1);
  CHECK_THAT(finished.err, StartsWith("training diverged at epoch 1:"));
  const std::vector<std::string> epochs = lines_with(finished.out, "epoch: ");
  CHECK(epochs.size() == 33);  // of batch, of mini-batch, and the first of stochastic gradient descent
  for (const std::size_t last : {15u, 31u})
    CHECK(numbers_after(epochs.at(last), "epoch: 15 - MSE:").at(0) < 1.1);
}

TEST_CASE("1.1b does without epochs, and refuses what makes no sense", "[1.1b]") {
  const std::string out = output_of_1_1b({"--epochs", "0"});
  CHECK(lines_with(out, "epoch: ").empty());
  CHECK_THAT(output_of_1_1b({"--help"}), ContainsSubstring("1.1b Kinds of gradient descent"));
  const Finished finished = run({chapter_1_1b, {"--batch", "101"}});
  CHECK(finished.exit_code == 2);
  CHECK_THAT(finished.err, ContainsSubstring("101 from 100 rows"));
}

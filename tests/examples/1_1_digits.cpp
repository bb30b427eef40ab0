// The numbers of chapter 1.1: those of the notebook, whatever the processor, and gradients that agree.
#include <charconv>
#include <cmath>

#include <autodiff/number_text.hpp>
#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/reference/reference.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace chapter;
using eingrad::repr;
using eingrad::testing::Record;

namespace {

using Lines = std::vector<std::string>;

std::string parameters(const std::string& label, double b, double w) {
  return fmt::format("{} b, w: {} {}", label, repr(b), repr(w));
}

Lines initial_lines(const Record& notebook) {
  const Record init = notebook.at("init");
  return {parameters("initial nn     ", init.number("torch_b"), init.number("torch_w")),
          parameters("initial scratch", init.number("scratch_b"), init.number("scratch_w"))};
}

Lines final_lines(const Record& notebook) {
  const Record nn = notebook.at("final_torch"), scratch = notebook.at("final_scratch");
  return {parameters("final nn     ", nn.number("b"), nn.number("w")),
          parameters("final scratch", scratch.number("b"), scratch.number("w"))};
}

Lines mape_lines(const Record& notebook) {
  Lines lines;
  for (const char* what :
       {"predictions", "predictions after copy", "loss", "predictions after training", "bias", "weight"}) {
    lines.push_back(fmt::format("mape {}: {}", what, repr(notebook.at("mape").number(what))));
  }
  return lines;
}

/// Those of the nn model, then those of the scratch model.
Lines epoch_lines(const Record& notebook) {
  Lines lines;
  for (const char* model : {"torch_epochs", "scratch_epochs"}) {
    std::size_t epoch = 0;
    for (const std::vector<double>& losses : notebook.rows(model)) {
      lines.push_back(
          fmt::format("epoch: {} - MSE: {} - MSE_v: {}", epoch++, repr(losses.at(0)), repr(losses.at(1))));
    }
  }
  return lines;
}

double relative_difference(double a, double b) { return std::abs(a - b) / std::abs(b); }

/// The columns of the table of gradients.
struct Gradient {
  double einsum, arrays, autograd, finite_difference;
};
std::vector<Gradient> gradients_in(const std::string& out) {
  std::vector<Gradient> rows;
  for (const char* row : {"  dL/db", "  dL/dw"}) {
    const std::vector<double> columns = numbers_after(out, row);
    REQUIRE(columns.size() == 4);
    rows.push_back({columns[0], columns[1], columns[2], columns[3]});
  }
  return rows;
}

const Words real_data = {"--csv", old_faithful, "--x", "eruptions", "--y", "waiting"};

}  // namespace

TEST_CASE("1.1 prints the notebook's digits, on every kind of processor", "[1.1]") {
  for (const std::string seed : {"0", "1", "2", "3", "4"}) {
    for (const std::string bias : {"0.5", "python"}) {
      const std::string file =
          fmt::format("notebook_1_1_seed{}_{}.json", seed, bias == "python" ? "pyrandom" : "bias0.5");
      INFO(file);
      const Record notebook = eingrad::testing::record(file);
      const Words arguments = {"--random-state", seed, "--manual-seed", seed, "--bias", bias};
      const std::string out = output_of(arguments);
      CHECK(lines_with(out, "initial ") == initial_lines(notebook));
      CHECK(lines_with(out, "mape ") == mape_lines(notebook));
      CHECK(epoch_lines(notebook).size() == 32);
      CHECK(lines_with(out, "epoch: ") == epoch_lines(notebook));
      CHECK(lines_with(out, "final ") == final_lines(notebook));

      for (const std::string arch : {"baseline", "avx2"}) {
        const Finished other = run({chapter_1_1, arguments, {"EINGRAD_ARCH=" + arch}});
        INFO(arch << ": " << other.err);
        const bool is_there = other.err.find("this processor is not") == std::string::npos;
        if (is_there) CHECK(other.out == out);
      }
    }
  }
}

TEST_CASE("1.1 finds the same gradients by hand, by autograd and by differences", "[1.1]") {
  Words standardized = real_data;
  standardized.push_back("--standardize");
  for (Words arguments : {Words{}, Words{"--random-state", "3", "--manual-seed", "1", "--batch", "7"},
                          Words{"--batch", "1"}, Words{"--batch", "100"}, real_data, standardized}) {
    arguments.insert(arguments.end(), {"--epochs", "0"});
    INFO(fmt::format("{}", fmt::join(arguments, " ")));
    for (const Gradient& row : gradients_in(output_of(arguments))) {
      CHECK(relative_difference(row.einsum, row.autograd) <= 1e-12);
      CHECK(relative_difference(row.arrays, row.autograd) <= 1e-12);
      CHECK(relative_difference(row.finite_difference, row.autograd) <= 1e-5);
    }
  }
}

TEST_CASE("1.1 in float32 agrees to the rounding of float32", "[1.1]") {
  constexpr double rounding = 1.2e-7;  // 2^-23
  for (const std::string seed : {"0", "1", "2", "3", "4"}) {
    const std::string out = output_of({"--dtype", "float32", "--random-state", seed, "--manual-seed", seed});
    INFO(out);
    const std::vector<Gradient> gradients = gradients_in(out);
    const double length = std::hypot(gradients[0].autograd, gradients[1].autograd);
    for (const Gradient& row : gradients) {  // where terms cancel, one alone may lose digits
      CHECK(std::abs(row.einsum - row.autograd) <= 4 * rounding * length);
      CHECK(std::abs(row.arrays - row.autograd) <= 4 * rounding * length);
    }

    const std::vector<double> nn = numbers_after(out, "final nn      b, w:");
    const std::vector<double> scratch = numbers_after(out, "final scratch b, w:");
    for (std::size_t i : {0u, 1u}) {
      CHECK(relative_difference(scratch.at(i), nn.at(i)) <= 4 * rounding);
      CHECK(lines_with(out, "final nn").at(0).find(repr(static_cast<float>(nn[i]))) != std::string::npos);
    }

    const Lines epochs = lines_with(out, "epoch: ");
    REQUIRE(epochs.size() == 32);
    for (std::size_t i = 0; i < 16; ++i) {
      const std::string beginning = fmt::format("epoch: {} - ", i);
      REQUIRE(epochs[i].starts_with(beginning));
      REQUIRE(epochs[i + 16].starts_with(beginning));
      const std::vector<double> expected = numbers_after(epochs[i], beginning);
      const std::vector<double> losses = numbers_after(epochs[i + 16], beginning);
      for (std::size_t j : {0u, 1u}) {
        CHECK(std::abs(losses.at(j) - expected.at(j)) <= 1e-4 + 8 * rounding * expected[j]);
      }
    }
  }
}

#include <algorithm>
#include <cmath>

#include <autodiff/number_text.hpp>
#include <tests/catch.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/linear_chapter.hpp>
#include <tests/examples/support/xml.hpp>
#include <tests/reference/reference.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace chapter {

using eingrad::repr;
using eingrad::testing::Record;

namespace {

/// Those of the nn model, then those of the scratch model, which are to be the same.
Words epoch_lines(const Record& notebook) {
  Words lines;
  for (int model = 0; model < 2; ++model) {
    std::size_t epoch = 0;
    for (const std::vector<double>& losses : notebook.rows("epochs")) {
      lines.push_back(
          fmt::format("epoch: {} - MSE: {} - MSE_v: {}", epoch++, repr(losses.at(0)), repr(losses.at(1))));
    }
  }
  return lines;
}

std::vector<double> row(const std::string& text, const std::string& name, std::size_t columns) {
  std::vector<double> numbers = numbers_after(text, "  " + name + " ");
  REQUIRE(numbers.size() == columns);
  return numbers;
}

/// The names of b's elements and of w's, in row-major order.
Words names_of(const LinearChapter& chapter, const std::string& b, const std::string& w) {
  if (chapter.targets == 1) {
    Words names = {b};
    for (std::int64_t i = 0; i < chapter.features; ++i) names.push_back(fmt::format("{}[{}]", w, i));
    return names;
  }
  Words names;
  for (std::int64_t k = 0; k < chapter.targets; ++k) names.push_back(fmt::format("{}[{}]", b, k));
  for (std::int64_t i = 0; i < chapter.features; ++i) {
    for (std::int64_t k = 0; k < chapter.targets; ++k) names.push_back(fmt::format("{}[{},{}]", w, i, k));
  }
  return names;
}

/// The final parameters in the order of names_of; PyTorch has the weights the other way round.
std::vector<double> parameters_of(const LinearChapter& chapter, const Record& notebook) {
  const Record layer = notebook.only("final");
  const std::vector<double> w = layer.numbers("w");
  std::vector<double> all = layer.numbers("b");
  for (std::int64_t i = 0; i < chapter.features; ++i) {
    for (std::int64_t k = 0; k < chapter.targets; ++k)
      all.push_back(w.at(static_cast<std::size_t>(k * chapter.features + i)));
  }
  return all;
}

void check_parameters(const LinearChapter& chapter, const std::string& out, const Record& notebook) {
  const std::string table = out.substr(out.find("The parameters after training"));
  const Words names = names_of(chapter, "b", "w");
  const std::vector<double> expected = parameters_of(chapter, notebook);
  REQUIRE(names.size() == expected.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    INFO(names[i]);
    const std::vector<double> columns = row(table, names[i], 3);  // scratch, nn, true
    for (const std::size_t model : {0u, 1u})
      CHECK(std::abs(columns[model] - expected[i]) <= 1e-13 * std::abs(expected[i]));
  }
}

}  // namespace

Finished LinearChapter::run(const Words& arguments, const Words& environment) const {
  return chapter::run({EINGRAD_CHAPTERS_DIR "/" + name, arguments, environment});
}

std::string LinearChapter::output_of(const Words& arguments) const {
  const Finished finished = run(arguments);
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

void LinearChapter::check_digits() const {
  for (const std::string seed : {"0", "1", "2"}) {
    INFO("seed " << seed);
    const Record notebook = eingrad::testing::record(fmt::format("notebook_{}_seed{}.json", number, seed));
    const Words arguments = {"--random-state", seed, "--manual-seed", seed};
    const std::string out = output_of(arguments);
    CHECK(epoch_lines(notebook).size() == 32);
    CHECK(lines_with(out, "epoch: ") == epoch_lines(notebook));
    CHECK(out.find("|scratch - nn| / |nn|") < out.find("\nmape "));  // what it is stands before it
    check_parameters(*this, out, notebook);

    for (const std::string arch : {"baseline", "avx2"}) {
      const Finished other = run(arguments, {"EINGRAD_ARCH=" + arch});
      INFO(arch << ": " << other.err);
      const bool is_there = other.err.find("this processor is not") == std::string::npos;
      if (is_there) CHECK(lines_with(other.out, "epoch: ") == epoch_lines(notebook));
    }
  }
}

void LinearChapter::check_gradients(const std::vector<Words>& settings) const {
  for (const std::string dtype : {"float64", "float32"}) {
    const double rounding = dtype == "float64" ? 2.3e-16 : 1.2e-7;  // 2^-52, 2^-23
    for (Words arguments : settings) {
      arguments.insert(arguments.end(), {"--epochs", "0", "--dtype", dtype});
      INFO(fmt::format("{}", fmt::join(arguments, " ")));
      const std::string out = output_of(arguments);
      std::vector<std::vector<double>> rows;  // einsum, matrices, autograd, differences
      double largest = 0;
      for (const std::string& element : names_of(*this, "dL/db", "dL/dw")) {
        rows.push_back(row(out, element, 4));
        largest = std::max(largest, std::abs(rows.back()[2]));
      }
      CHECK(largest > 1);
      for (const std::vector<double>& derivative : rows) {
        CHECK(std::abs(derivative[0] - derivative[2]) <= 8 * rounding * largest);
        CHECK(std::abs(derivative[1] - derivative[2]) <= 8 * rounding * largest);
        if (dtype == "float64") CHECK(std::abs(derivative[3] - derivative[2]) <= 1e-6 * largest);
      }
    }
  }
}

void LinearChapter::check_pictures(const Words& formulas, const Words& labels) const {
  const Folder folder;
  const std::string plain = output_of({"--epochs", "2"});
  const std::string explained = output_of({"--epochs", "2", "--explain", "--plot", folder / "losses.svg"});
  const std::size_t begin = explained.find("The forward pass");
  const std::size_t end = explained.find("\nTraining the nn model");
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  CHECK(explained.substr(0, begin - 1) + explained.substr(end) == plain);
  const std::string derivation = explained.substr(begin, end - begin);
  for (const std::string& formula : formulas) CHECK_THAT(derivation, ContainsSubstring(formula + "\n"));

  CHECK(output_of({"--epochs", "2", "--graph", folder / "graph.dot"}) == plain);
  const auto files = folder.entries();
  REQUIRE(files.size() == 2);
  for (const std::string& label : labels) CHECK_THAT(files.at("graph.dot"), ContainsSubstring(label));
  std::vector<std::int64_t> dots;  // a dot an epoch, and one in the legend
  for (const XmlElement& element : parse_xml(files.at("losses.svg"))) {
    if (element.has_class("dots")) dots.push_back(std::ranges::count(element.attributes.at("d"), 'M'));
  }
  std::ranges::sort(dots);
  CHECK(dots == std::vector<std::int64_t>{1, 1, 2, 2});
}

void LinearChapter::check_refusals() const {
  const std::vector<Words> mistakes = {{"--samples", "1"}, {"--samples", "20", "--batch", "17"},
                                       {"--batch", "0"},   {"--lr", "nan"},
                                       {"--bias", "1"},    {"--graph", "graph.png"},
                                       {"train"}};
  for (const Words& arguments : mistakes) {
    INFO(fmt::format("{}", fmt::join(arguments, " ")));
    const Finished finished = run(arguments);
    CHECK(finished.exit_code == 2);
    CHECK(finished.out == "");
    CHECK(std::ranges::count(finished.err, '\n') == 1);
    CHECK_THAT(finished.err, ContainsSubstring(arguments.back()) || ContainsSubstring(arguments.front()));
  }
  CHECK(run({"--samples", "20", "--batch", "16"}).exit_code == 0);

  const Finished diverged = run({"--lr", "3"});
  CHECK(diverged.exit_code == 1);
  CHECK_THAT(diverged.err,
             ContainsSubstring("training diverged at epoch") && EndsWith("smaller --lr than 3.0\n"));
}

}  // namespace chapter

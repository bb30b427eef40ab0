#include <algorithm>

#include <autodiff/number_text.hpp>
#include <tests/catch.hpp>
#include <tests/examples/class_chapter.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/support/xml.hpp>
#include <tests/reference/reference.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace chapter {

using eingrad::repr;
using eingrad::testing::Record;

namespace {

/// Those of the nn model, then those of the scratch model, which are to be the same.
Words epoch_lines(const Record& notebook, const std::string& loss) {
  Words lines;
  for (int model = 0; model < 2; ++model) {
    std::size_t epoch = 0;
    for (const std::vector<double>& row : notebook.rows("epochs")) {
      lines.push_back(fmt::format("epoch: {} - {}: {} - {}_v: {} - acc_v: {}", epoch++, loss, repr(row.at(0)),
                                  loss, repr(row.at(1)), repr(row.at(2))));
    }
  }
  return lines;
}

}  // namespace

Finished ClassChapter::run(const Words& arguments, const Words& environment) const {
  return chapter::run({EINGRAD_CHAPTERS_DIR "/" + name, arguments, environment});
}

std::string ClassChapter::output_of(const Words& arguments) const {
  const Finished finished = run(arguments);
  REQUIRE(finished.err == "");
  REQUIRE(finished.exit_code == 0);
  return finished.out;
}

void ClassChapter::check_digits() const {
  for (const std::string seed : {"0", "1", "2"}) {
    INFO("seed " << seed);
    const Record notebook = eingrad::testing::record(fmt::format("notebook_{}_seed{}.json", number, seed));
    const Words arguments = {"--random-state", seed, "--manual-seed", seed};
    const Words expected = epoch_lines(notebook, loss);
    CHECK(expected.size() == 2 * epochs);
    const std::string out = output_of(arguments);
    CHECK(lines_with(out, "epoch: ") == expected);
    check_agreement(out);

    for (const std::string arch : {"baseline", "avx2"}) {
      const Finished other = run(arguments, {"EINGRAD_ARCH=" + arch});
      INFO(arch << ": " << other.err);
      const bool is_there = other.err.find("this processor is not") == std::string::npos;
      if (is_there) CHECK(lines_with(other.out, "epoch: ") == expected);
    }
  }
}

void ClassChapter::check_agreement(const std::string& out) const {
  CHECK(out.find("|scratch - nn| / |nn|") < out.find("\nmape "));  // what it is stands before it
  CHECK(numbers_after(out, "mape predictions: ").at(0) > 0.01);
  CHECK(numbers_after(out, "mape predictions after copy: ").at(0) < 1e-14);
  CHECK(numbers_after(out, "mape loss: ").at(0) < 1e-14);
  CHECK(numbers_after(out, "mape predictions after training: ").at(0) < 1e-11);
  const std::string after = out.substr(out.find("mape predictions after training"));
  for (const char* part : {"mape bias", "mape weight"}) {
    const Words lines = lines_with(after, part);
    CHECK(!lines.empty());
    for (const std::string& line : lines) {
      INFO(line);
      CHECK(std::stod(line.substr(line.find(": ") + 2)) < 1e-11);
    }
  }
}

void ClassChapter::check_differences(Words arguments, const Words& shapes) const {
  arguments.insert(arguments.end(), {"--epochs", "0"});
  INFO(fmt::format("{}", fmt::join(arguments, " ")));
  const std::string out = output_of(arguments);
  CHECK(lines_with(out, "  dL/d").size() == 2 * shapes.size());
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    for (const std::string& row : {fmt::format("  {:10}", fmt::format("dL/db[{}]", i + 1)),
                                   fmt::format("  {:10}{:10}", fmt::format("dL/dw[{}]", i + 1), shapes[i])}) {
      INFO(row);
      const std::vector<double> numbers = numbers_after(out, row);
      REQUIRE(std::ssize(numbers) >= by_hand + 2);
      const double* const last = &numbers.back();
      CHECK(last[-by_hand - 1] > 1e-5);  // the largest derivative
      for (std::ptrdiff_t way = 1; way <= by_hand; ++way) CHECK(last[-way] < 1e-13);
      CHECK(last[0] > 0);
      CHECK(last[0] < 1e-5);
    }
  }
}

void ClassChapter::check_pictures(const Words& formulas, const Words& labels) const {
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
  std::vector<std::int64_t> dots;  // of two losses and an accuracy: a dot an epoch, and one in the legend
  for (const XmlElement& element : parse_xml(files.at("losses.svg"))) {
    if (element.has_class("dots")) dots.push_back(std::ranges::count(element.attributes.at("d"), 'M'));
  }
  std::ranges::sort(dots);
  CHECK(dots == std::vector<std::int64_t>{1, 1, 1, 2, 2, 2});
}

void ClassChapter::check_refusals() const {
  const std::vector<Words> mistakes = {{"--samples", "1"},
                                       {"--samples", "100"},
                                       {"--train", "0"},
                                       {"--batch", "101"},
                                       {"--iris", "--batch", "121"},
                                       {"--iris", "--train", "20"},
                                       {"--digits", "--batch", "1438"},
                                       {"--digits", "--samples", "20"},
                                       {"--iris", "--digits"},
                                       {"--lr", "nan"},
                                       {"--bias", "1"},
                                       {"--graph", "graph.png"},
                                       {"train"}};
  for (const Words& arguments : mistakes) {
    INFO(fmt::format("{}", fmt::join(arguments, " ")));
    const Finished finished = run(arguments);
    CHECK(finished.exit_code == 2);
    CHECK(finished.out == "");
    CHECK(std::ranges::count(finished.err, '\n') == 1);
    CHECK_THAT(finished.err, ContainsSubstring(arguments.back()) || ContainsSubstring(arguments.front()));
  }
  CHECK(run({"--samples", "34", "--train", "33", "--epochs", "1"}).exit_code == 0);
}

}  // namespace chapter

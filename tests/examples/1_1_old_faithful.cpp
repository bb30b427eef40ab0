// Chapter 1.1 on real data: the line of least squares, and its picture.
#include <algorithm>
#include <numeric>

#include <autodiff/dtype.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <data/read_csv.hpp>
#include <data/train_test_split.hpp>
#include <tests/catch.hpp>
#include <tests/examples/chapter_1_1.hpp>
#include <tests/examples/folder.hpp>
#include <tests/examples/support/xml.hpp>
#include <tests/support.hpp>

using namespace chapter;
namespace data = eingrad::data;

namespace {

constexpr std::int64_t validation_rows = 55;
constexpr std::int64_t training_rows = 272 - validation_rows;

Words arguments(const std::string& plot) {
  return {"--csv", old_faithful, "--x", "eruptions", "--y", "waiting",      "--lr",
          "0.25",  "--epochs",   "20",  "--plot",    plot,  "--standardize"};
}

double mean_of(const std::vector<double>& a) {
  return std::accumulate(a.begin(), a.end(), 0.0) / static_cast<double>(a.size());
}

/// b and w of the line of least squares through the rows that the chapter trains on.
std::vector<double> least_squares() {
  const data::Table table = data::read_csv(old_faithful);
  const auto [x_train, x_valid, y_train, y_valid] = data::train_test_split(
      table.column("eruptions", eingrad::float64), table.column("waiting", eingrad::float64),
      {.test_size = validation_rows, .random_state = 0});
  const std::vector<double> x = eingrad::testing::values<double>(x_train);
  const std::vector<double> y = eingrad::testing::values<double>(y_train);
  REQUIRE(x.size() == training_rows);
  const double x_mean = mean_of(x), y_mean = mean_of(y);
  double covariance = 0, variance = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    covariance += (x[i] - x_mean) * (y[i] - y_mean);
    variance += (x[i] - x_mean) * (x[i] - x_mean);
  }
  const double w = covariance / variance;
  return {y_mean - w * x_mean, w};
}

/// How many dots each series of dots has; a key in the legend counts as a series of one.
std::vector<std::int64_t> dots_of(const std::vector<XmlElement>& elements) {
  std::vector<std::int64_t> counts;
  for (const XmlElement& element : elements) {
    if (element.has_class("dots")) counts.push_back(std::ranges::count(element.attributes.at("d"), 'M'));
  }
  std::ranges::sort(counts);
  return counts;
}

std::string texts_of(const std::vector<XmlElement>& elements) {
  std::string texts;
  for (const XmlElement& element : elements) {
    if (element.name != "style") texts += element.text + "\n";
  }
  return texts;
}

}  // namespace

TEST_CASE("1.1 finds Old Faithful's line of least squares, and draws it", "[1.1]") {
  const Folder folder;
  const std::string out = output_of(arguments(folder / "a.svg"));
  CHECK(lines_of(out).at(0) ==
        "eruptions and waiting: 217 rows to train on, 55 to validate with, mini-batches of 217");

  const std::vector<double> expected = least_squares();
  const std::vector<double> trained = numbers_after(out, "  trained        waiting =");
  const std::vector<double> printed = numbers_after(out, "  least squares  waiting =");
  REQUIRE(trained.size() == 2);
  REQUIRE(printed.size() == 2);
  for (std::size_t i : {0u, 1u}) {
    CHECK(trained[i] == Approx(expected[i]).epsilon(5e-4));
    CHECK(printed[i] == Approx(expected[i]).epsilon(5e-6));
  }

  // The same picture again, and nothing beside it.
  CHECK(output_of(arguments(folder / "b.svg")) == out);
  const auto files = folder.entries();
  REQUIRE(files.size() == 2);
  const std::string& svg = files.at("a.svg");
  CHECK(files.at("b.svg") == svg);

  const std::vector<XmlElement> elements = parse_xml(svg);
  CHECK(elements.at(0).name == "svg");
  CHECK(dots_of(elements) == std::vector<std::int64_t>{1, 1, 1, 1, 20, 20, validation_rows, training_rows});
  const std::string texts = texts_of(elements);
  for (const char* text : {"eruptions", "waiting", "waiting = 33.6 + 10.7 eruptions", "epoch", "MSE"}) {
    CHECK_THAT(texts, ContainsSubstring(text));
  }
}

TEST_CASE("1.1 writes a falling line with a minus, and says where no line is the best", "[1.1]") {
  const Folder folder;
  const std::string falling = folder.write("falling.csv", "a,b\n1,8\n2,6\n3,4\n4,2\n5,0\n");
  const std::string out = output_of({"--csv", falling, "--x", "a", "--y", "b"});
  CHECK(lines_with(out, "  least squares") == Words{"  least squares  b = 10 - 2 a  (of the training rows)"});

  const std::string constant = folder.write("constant.csv", "a,b\n0.1,1\n0.1,2\n0.1,3\n0.1,4\n0.1,5\n");
  CHECK(lines_with(output_of({"--csv", constant, "--x", "a", "--y", "b"}), "  least squares") ==
        Words{"  least squares  many lines: a is the same in all training rows"});
}

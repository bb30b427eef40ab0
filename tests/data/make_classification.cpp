#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <autodiff/error.hpp>
#include <data/make_classification.hpp>
#include <tests/catch.hpp>
#include <tests/reference/reference.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using data::Classification;
using data::make_classification;
using testing::Record;
using testing::values;

namespace {

data::ClassificationOptions classification_options(const Record& arguments) {
  return {.n_samples = arguments.integer("n_samples"),
          .n_features = arguments.integer("n_features"),
          .n_informative = arguments.integer("n_informative"),
          .n_redundant = arguments.integer("n_redundant"),
          .n_repeated = arguments.integer("n_repeated"),
          .n_classes = arguments.integer("n_classes"),
          .n_clusters_per_class = arguments.integer("n_clusters_per_class"),
          .flip_y = arguments.number("flip_y"),
          .class_sep = arguments.number("class_sep"),
          .random_state = arguments.integer("random_state")};
}

}  // namespace

TEST_CASE("make_classification returns scikit-learn's numbers, bit for bit") {
  for (const Record& record : testing::records("make_classification.json")) {
    INFO(record.arguments());
    const auto [x, y] = make_classification(classification_options(record.at("args")));
    CHECK(x.shape() == Shape(record.shape("X")));
    CHECK(y.shape() == Shape(record.shape("y")));
    CHECK(record.difference("X", x.span<double>()) == "");
    CHECK(record.difference("y", y.span<std::int64_t>()) == "");
  }
}

TEST_CASE("make_classification by default is of scikit-learn's sizes, and has classes of one size") {
  const auto [x, y] = make_classification({.flip_y = 0});
  CHECK(x.shape() == Shape{100, 20});
  CHECK(x.dtype() == float64);
  CHECK(std::ranges::count(y.span<std::int64_t>(), 0) == 50);
  CHECK(std::ranges::count(y.span<std::int64_t>(), 1) == 50);
}

TEST_CASE("without shuffling the clusters follow each other, each around a vertex") {
  const auto [x, y] = make_classification({.n_samples = 4000,
                                           .n_features = 2,
                                           .n_redundant = 0,
                                           .n_clusters_per_class = 1,
                                           .flip_y = 0,
                                           .class_sep = 50,
                                           .shuffle = false,
                                           .random_state = 1});
  const std::vector<std::int64_t> labels = values<std::int64_t>(y);
  CHECK(std::ranges::is_sorted(labels));
  CHECK(std::ranges::count(labels, 1) == 2000);
  for (const double value : x.span<double>()) CHECK(std::abs(std::abs(value) - 50) < 10);
}

TEST_CASE("the same random state gives the same classes, and none gives others") {
  const auto draw = [](std::optional<std::int64_t> seed) {
    return values<double>(make_classification({.random_state = seed}).x);
  };
  CHECK(draw(5) == draw(5));
  CHECK(draw(5) != draw(6));
  CHECK(draw({}) != draw({}));
}

TEST_CASE("options that make no classes are refused by name and value") {
  CHECK_THROWS_WITH(make_classification({.n_samples = 0}),
                    ContainsSubstring("n_samples is 0") && ContainsSubstring("make_classification.cpp"));
  CHECK_THROWS_AS(make_classification({.n_features = 0}), value_error);
  CHECK_THROWS_AS(make_classification({.n_informative = 0}), value_error);
  CHECK_THROWS_AS(make_classification({.n_features = 40, .n_informative = 31}), value_error);
  CHECK_THROWS_AS(make_classification({.n_redundant = -1}), value_error);
  CHECK_THROWS_AS(make_classification({.n_repeated = -1}), value_error);
  CHECK_THROWS_AS(make_classification({.n_classes = 0}), value_error);
  CHECK_THROWS_AS(make_classification({.n_clusters_per_class = 0}), value_error);
  CHECK_THROWS_WITH(make_classification({.flip_y = 1.5}), ContainsSubstring("flip_y is 1.5"));
  CHECK_THROWS_AS(make_classification({.class_sep = std::numeric_limits<double>::infinity()}), value_error);
  CHECK_THROWS_WITH(make_classification({.n_features = 4, .n_repeated = 1}),
                    ContainsSubstring("n_features is 4"));
  CHECK_THROWS_WITH(make_classification({.n_classes = 3}),
                    ContainsSubstring("3 classes of 2 clusters on the 4 vertices"));
  CHECK_THROWS_WITH(make_classification({.random_state = -1}), ContainsSubstring("-1 is no seed"));
}

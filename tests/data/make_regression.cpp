#include <vector>

#include <autodiff/error.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <data/make_regression.hpp>
#include <tests/catch.hpp>
#include <tests/reference/reference.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using data::make_regression;
using data::Regression;
using data::RegressionOptions;
using testing::Record;
using testing::values;

namespace {

RegressionOptions regression_options(const Record& arguments) {
  return {.n_samples = arguments.integer("n_samples"),
          .n_features = arguments.integer("n_features"),
          .n_informative = arguments.integer("n_informative"),
          .n_targets = arguments.integer("n_targets"),
          .bias = arguments.number("bias"),
          .noise = arguments.number("noise"),
          .shuffle = arguments.flag("shuffle"),
          .random_state = arguments.integer("random_state")};
}

}  // namespace

TEST_CASE("make_regression returns scikit-learn's numbers, bit for bit") {
  for (const Record& record : testing::records("make_regression.json")) {
    INFO(record.arguments());
    const auto [x, y, coef] = make_regression(regression_options(record.at("args")));
    CHECK(x.shape() == Shape(record.shape("X")));
    CHECK(y.shape() == Shape(record.shape("y")));
    CHECK(record.difference("X", x.span<double>()) == "");
    CHECK(record.difference("y", y.span<double>()) == "");
    CHECK(record.difference("coef", coef.span<double>()) == "");
  }
}

TEST_CASE("axes of extent 1 are squeezed as scikit-learn does") {
  const auto shapes = [](std::int64_t n, std::int64_t f, std::int64_t t) {
    const Regression r =
        make_regression({.n_samples = n, .n_features = f, .n_targets = t, .random_state = 0});
    CHECK(r.x.shape() == Shape{n, f});
    return std::pair(r.y.shape(), r.coef.shape());
  };
  CHECK(shapes(5, 1, 1) == std::pair(Shape{5}, Shape{}));
  CHECK(shapes(5, 1, 2) == std::pair(Shape{5, 2}, Shape{2}));
  CHECK(shapes(5, 2, 1) == std::pair(Shape{5}, Shape{2}));
  CHECK(shapes(1, 1, 1) == std::pair(Shape{}, Shape{}));
  CHECK(shapes(1, 2, 3) == std::pair(Shape{3}, Shape{2, 3}));
}

TEST_CASE("the defaults are scikit-learn's") {
  const auto [x, y, coef] = make_regression();
  CHECK(x.shape() == Shape{100, 100});
  CHECK(y.shape() == Shape{100});
  CHECK(x.dtype() == float64);
  CHECK(std::ranges::count(coef.span<double>(), 0) == 90);
}

TEST_CASE("without noise y is the bias plus the informative features' terms") {
  const auto [x, y, coef] =
      make_regression({.n_samples = 50, .n_features = 3, .n_informative = 2, .bias = 2.5});
  CHECK(std::ranges::count(coef.span<double>(), 0) == 1);
  for (std::int64_t i = 0; i < 50; ++i) {
    double expected = 2.5;
    for (std::int64_t k = 0; k < 3; ++k) {
      expected += x.span<double>()[static_cast<std::size_t>(3 * i + k)] *
                  coef.span<double>()[static_cast<std::size_t>(k)];
    }
    CHECK(y.span<double>()[static_cast<std::size_t>(i)] == Approx(expected).epsilon(0).margin(1e-12));
  }
  const Regression constant =
      make_regression({.n_samples = 4, .n_features = 2, .n_informative = 0, .bias = 1});
  CHECK(values<double>(constant.y) == std::vector<double>{1, 1, 1, 1});
}

TEST_CASE("the same random state gives the same data, and none gives other data") {
  const auto draw = [](std::optional<std::int64_t> seed) {
    return values<double>(make_regression({.n_samples = 3, .n_features = 2, .random_state = seed}).x);
  };
  CHECK(draw(5) == draw(5));
  CHECK(draw(5) != draw(6));
  CHECK(draw({}) != draw({}));
}

TEST_CASE("options that make no data are refused by name and value") {
  CHECK_THROWS_WITH(make_regression({.n_samples = 0}), ContainsSubstring("n_samples is 0") &&
                                                           ContainsSubstring("1 or more") &&
                                                           ContainsSubstring("make_regression.cpp"));
  CHECK_THROWS_AS(make_regression({.n_samples = -3}), value_error);
  CHECK_THROWS_AS(make_regression({.n_features = 0}), value_error);
  CHECK_THROWS_AS(make_regression({.n_informative = -1}), value_error);
  CHECK_THROWS_AS(make_regression({.n_targets = 0}), value_error);
  CHECK_THROWS_WITH(make_regression({.noise = -0.5}), ContainsSubstring("noise is -0.5"));
  CHECK_THROWS_AS(make_regression({.noise = std::numeric_limits<double>::quiet_NaN()}), value_error);
  CHECK_THROWS_AS(make_regression({.bias = std::numeric_limits<double>::infinity()}), value_error);
  CHECK_THROWS_WITH(make_regression({.random_state = -1}), ContainsSubstring("-1 is no seed"));
}

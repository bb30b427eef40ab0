#include <algorithm>
#include <cmath>
#include <span>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <data/make_regression.hpp>
#include <data/read_csv.hpp>
#include <data/train_test_split.hpp>
#include <support/options.hpp>
#include <support/regression_data.hpp>

#include <fmt/format.h>

namespace chapter {

using namespace eingrad;

namespace {

bool is_constant(const Tensor& a) {
  const std::vector<double> values = values_of(a);
  return std::ranges::all_of(values, [&](double value) { return value == values.front(); });
}

Standard standard_of(const Tensor& a, const std::string& name) {
  if (is_constant(a)) {
    refuse("--standardize", "the column '" + name + "' is constant in the rows to train on",
           "another column");
  }
  const double center = mean(a).item(), scale = std::sqrt(mean(square(a - center)).item());
  if (!(scale > 0) || !std::isfinite(scale)) {
    refuse("--standardize", "the column '" + name + "' spreads too far, or not far enough, to be squared",
           "other units");
  }
  return {center, scale};
}

Tensor standardized(const Tensor& a, const Standard& standard) {
  return (a - standard.mean) / standard.scale;
}

Split generated(const RegressionOptions& options) {
  const data::Regression regression =
      data::make_regression({.n_samples = options.samples,
                             .n_features = 1,
                             .bias = options.true_bias(),
                             .noise = 1,
                             .random_state = static_cast<std::int64_t>(options.random_state)},
                            user_input);
  const Tensor x = regression.x.squeeze(1);
  const Tensor& y = regression.y;
  const std::int64_t train = options.train.value();
  return {.x_train = x.slice(0, 0, train),
          .y_train = y.slice(0, 0, train),
          .x_valid = x.slice(0, train, options.samples),
          .y_valid = y.slice(0, train, options.samples),
          .true_line = Line{options.true_bias(), regression.coef.item()}};
}

Split real(const RegressionOptions& options, const Tensor& x, const Tensor& y) {
  auto [x_train, x_valid, y_train, y_valid] =
      data::train_test_split(x, y,
                             {.test_size = x.numel() - options.train.value(),
                              .random_state = static_cast<std::int64_t>(options.random_state)});
  Split split{.x_train = x_train,
              .y_train = y_train,
              .x_valid = x_valid,
              .y_valid = y_valid,
              .x_name = options.x,
              .y_name = options.y,
              .is_real = true};
  if (options.standardize) {
    split.x_standard = standard_of(x_train, options.x);
    split.y_standard = standard_of(y_train, options.y);
  }
  for (Tensor* part : {&split.x_train, &split.x_valid}) *part = standardized(*part, split.x_standard);
  for (Tensor* part : {&split.y_train, &split.y_valid}) *part = standardized(*part, split.y_standard);
  return split;
}

/// In the default dtype, which may be too narrow.
Tensor converted(const Tensor& a, const std::string& name) {
  Tensor result = a.to(default_dtype());
  const bool is_finite = std::ranges::all_of(values_of(result), [](double x) { return std::isfinite(x); });
  if (!is_finite) {
    refuse("--dtype", fmt::format("'{}' has numbers too large for {}", name, name_of(default_dtype())),
           "float64, or --standardize for data from a file");
  }
  return result;
}

}  // namespace

Split load(RegressionOptions& options) {
  Split split;
  if (options.is_real()) {
    const data::Table table = data::read_csv(options.csv, options.csv_options(), user_input);
    const Tensor x = table.column(options.x, float64, user_input),
                 y = table.column(options.y, float64, user_input);
    options.settle_rows(table.rows());
    split = real(options, x, y);
  } else {
    options.settle_rows(options.samples);
    split = generated(options);
  }
  for (Tensor* part : {&split.x_train, &split.x_valid}) *part = converted(*part, split.x_name);
  for (Tensor* part : {&split.y_train, &split.y_valid}) *part = converted(*part, split.y_name);
  fmt::print("{} and {}: {} rows to train on, {} to validate with, mini-batches of {}\n", split.x_name,
             split.y_name, split.x_train.numel(), split.x_valid.numel(), options.training().batch);
  return split;
}

Line Split::in_units(Line line) const {
  const double w = line.w * y_standard.scale / x_standard.scale;
  return {y_standard.mean + line.b * y_standard.scale - w * x_standard.mean, w};
}

std::string Split::text_of(Line line, int digits) const {
  return fmt::format("{} = {:.{}g} {} {:.{}g} {}", y_name, line.b, digits, line.w < 0 ? '-' : '+',
                     std::abs(line.w), digits, x_name);
}

std::optional<Line> least_squares(const Tensor& x, const Tensor& y) {
  if (is_constant(x)) return std::nullopt;
  const Tensor dx = x - mean(x), dy = y - mean(y);
  const double w = sum(dx * dy).item() / sum(square(dx)).item();
  return Line{mean(y).item() - w * mean(x).item(), w};
}

std::vector<double> values_of(const Tensor& a, const Standard& standard) {
  const Tensor doubles = a.to(float64) * standard.scale + standard.mean;
  const std::span<const double> span = doubles.span<double>();
  return {span.begin(), span.end()};
}

}  // namespace chapter

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <autodiff/random/random_state.hpp>
#include <data/blas_order.hpp>
#include <data/make_regression.hpp>

#include <fmt/format.h>

namespace eingrad::data {
namespace {

using Size = std::size_t;

void check(const RegressionOptions& options, Location at) {
  const auto refuse = [at](std::string_view name, auto value, std::string_view allowed) {
    throw Report("make_regression", fmt::format("{} is {}", name, value), at).hint(allowed).as<value_error>();
  };
  if (options.n_samples < 1) refuse("n_samples", options.n_samples, "1 or more");
  if (options.n_features < 1) refuse("n_features", options.n_features, "1 or more");
  if (options.n_informative < 0) refuse("n_informative", options.n_informative, "0 or more");
  if (options.n_targets < 1) refuse("n_targets", options.n_targets, "1 or more");
  if (!std::isfinite(options.bias)) refuse("bias", options.bias, "a finite number");
  if (!(options.noise >= 0 && std::isfinite(options.noise))) refuse("noise", options.noise, "0 or more");
}

std::vector<std::int64_t> identity(std::int64_t n) {
  std::vector<std::int64_t> order(static_cast<Size>(n));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  return order;
}

/// The matrix with its rows and columns in another order.
Tensor permuted(const Tensor& matrix, const std::vector<std::int64_t>& rows,
                const std::vector<std::int64_t>& columns, Location at) {
  Tensor result = empty(matrix.shape(), float64, at);
  const auto from = matrix.span<double>();
  auto to = result.mutable_span<double>(at).begin();
  for (const std::int64_t row : rows) {
    const auto line = from.subspan(static_cast<Size>(row) * columns.size(), columns.size());
    for (const std::int64_t column : columns) *to++ = line[static_cast<Size>(column)];
  }
  return result;
}

}  // namespace

Regression make_regression(const RegressionOptions& options, Location at) {
  check(options, at);
  const std::int64_t n = options.n_samples, f = options.n_features, t = options.n_targets;
  RandomState random(options.random_state, at);

  Tensor x = empty({n, f}, float64, at);
  for (double& value : x.mutable_span<double>(at)) value = random.standard_normal();

  Tensor coef = zeros({f, t}, float64, at);
  const auto weights = coef.mutable_span<double>(at);
  const auto informative = static_cast<Size>(std::min(f, options.n_informative) * t);
  for (double& value : weights.first(informative)) value = 100 * random.random_sample();

  Tensor y = empty({n, t}, float64, at);
  const auto outputs = y.mutable_span<double>(at);
  multiply_as_openblas(std::as_const(x).span<double>(), weights, outputs, f);
  for (double& value : outputs) value += options.bias;
  if (options.noise > 0) {
    for (double& value : outputs) value += options.noise * random.standard_normal();
  }

  if (options.shuffle) {
    const auto rows = random.permutation(n);
    const auto columns = random.permutation(f);
    x = permuted(x, rows, columns, at);
    y = permuted(y, rows, identity(t), at);
    coef = permuted(coef, columns, identity(t), at);
  }
  return {x, y.squeeze({}, at), coef.squeeze({}, at)};
}

}  // namespace eingrad::data

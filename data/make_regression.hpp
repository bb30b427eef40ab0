#pragma once
#include <cstdint>
#include <optional>

#include <autodiff/tensor.hpp>

namespace eingrad::data {

/// The arguments of scikit-learn's make_regression, with its defaults.
struct RegressionOptions {
  std::int64_t n_samples = 100;
  std::int64_t n_features = 100;
  std::int64_t n_informative = 10;  ///< features that y depends on; more than n_features count as all
  std::int64_t n_targets = 1;
  double bias = 0;   ///< the constant term
  double noise = 0;  ///< the standard deviation of the normal noise on y
  bool shuffle = true;
  std::optional<std::int64_t> random_state = {};  ///< 0 to 2^32 - 1; without one, other data at every call
};

/// y = x coef + bias + noise, all float64.
struct Regression {
  Tensor x;     ///< (n_samples, n_features)
  Tensor y;     ///< (n_samples, n_targets) without axes of extent 1
  Tensor coef;  ///< (n_features, n_targets) without axes of extent 1
};

/// Random data for linear regression: x is standard normal, the coefficients of informative features are
/// uniform on [0, 100). They are scikit-learn's for the same arguments to the last bit, and so is y where
/// blas_order.hpp says so; elsewhere its last digits may differ. value_error for sizes below 1, for
/// n_informative or noise below 0, and for numbers that are not finite.
Regression make_regression(const RegressionOptions& options = {}, Location at = Location::current());

}  // namespace eingrad::data

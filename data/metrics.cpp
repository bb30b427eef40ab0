#include <cmath>
#include <span>
#include <vector>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <autodiff/grad_mode.hpp>
#include <data/metrics.hpp>

namespace eingrad::data {
namespace {

template <class T>
T sum_of(const std::vector<T>& values) {
  return sum(tensor(values, dtype_of<T>())).template item<T>();  // the engine's order of summation
}

template <class T>
T mape_of(std::span<const T> prediction, std::span<const T> target) {
  std::vector<T> relative;
  std::vector<T> absolute;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const T t = target[i];
    const T p = prediction[i];
    if (t == 0) {
      absolute.push_back(std::abs(p));
    } else {
      relative.push_back(std::abs((t - p) / t));
    }
  }
  return (sum_of(relative) + sum_of(absolute)) / static_cast<T>(target.size());
}

template <class T>
T smape_of(std::span<const T> prediction, std::span<const T> target) {
  std::vector<T> errors;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const T t = target[i];
    const T p = prediction[i];
    // Halved before they are added, lest the sum overflow.
    errors.push_back(t == 0 && p == 0 ? 0 : std::abs(t - p) / (std::abs(t) / 2 + std::abs(p) / 2));
  }
  return sum_of(errors) / static_cast<T>(target.size());
}

void check(const char* operation, const Tensor& prediction, const Tensor& target, Location at) {
  if (prediction.shape() != target.shape()) {
    throw Report(operation, "prediction and target differ in shape", at)
        .operand("prediction", prediction)
        .operand("target", target)
        .hint("squeeze() or reshape() for one of them: nothing is broadcast here")
        .as<shape_error>();
  }
  if (target.numel() == 0) {
    throw Report(operation, "there are no elements to compare", at)
        .operand("target", target)
        .hint("predictions and targets of at least one element")
        .as<value_error>();
  }
}

/// Checks the operands and hands them to `metric` as spans of their common floating-point type.
template <class Metric>
double measure(const char* operation, const Tensor& prediction, const Tensor& target, Location at,
               Metric metric) {
  check(operation, prediction, target, at);
  const no_grad guard;
  const Dtype common = promote(prediction.dtype(), target.dtype());
  const Dtype dtype = is_floating(common) ? common : float64;
  const Tensor p = prediction.to(dtype, at);
  const Tensor t = target.to(dtype, at);
  return dtype == float32 ? static_cast<double>(metric(p.span<float>(), t.span<float>()))
                          : metric(p.span<double>(), t.span<double>());
}

}  // namespace

double mape(const Tensor& prediction, const Tensor& target, Location at) {
  return measure("mape", prediction, target, at, [](auto p, auto t) { return mape_of(p, t); });
}

double smape(const Tensor& prediction, const Tensor& target, Location at) {
  return measure("smape", prediction, target, at, [](auto p, auto t) { return smape_of(p, t); });
}

double mape(double prediction, double target) {
  return mape_of(std::span<const double>(&prediction, 1), std::span<const double>(&target, 1));
}

double smape(double prediction, double target) {
  return smape_of(std::span<const double>(&prediction, 1), std::span<const double>(&target, 1));
}

double accuracy(const Tensor& prediction, const Tensor& target, Location at) {
  check("accuracy", prediction, target, at);
  if (prediction.dtype() != int64 || target.dtype() != int64) {
    throw Report("accuracy", "prediction and target are not both labels of int64", at)
        .operand("prediction", prediction)
        .operand("target", target)
        .hint("argmax(prediction, 1) of scores or of one-hot rows")
        .as<dtype_error>();
  }
  const auto p = prediction.span<std::int64_t>(), t = target.span<std::int64_t>();
  std::int64_t hits = 0;
  for (std::size_t i = 0; i < t.size(); ++i) hits += p[i] == t[i] ? 1 : 0;
  return static_cast<double>(hits) / static_cast<double>(t.size());
}

}  // namespace eingrad::data

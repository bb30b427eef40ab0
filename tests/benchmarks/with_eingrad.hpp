#pragma once
#include <concepts>
#include <initializer_list>
#include <vector>

#include <autodiff/autodiff.hpp>

/// What the workloads as eingrad does them share.
namespace workloads {

inline namespace with_eingrad {

template <std::floating_point T>
inline constexpr eingrad::Dtype dtype = std::same_as<T, double> ? eingrad::float64 : eingrad::float32;

/// The numbers as a tensor of their own type.
template <std::floating_point T>
eingrad::Tensor from(const std::vector<T>& numbers, const eingrad::Shape& shape) {
  return eingrad::tensor(numbers, dtype<T>).reshape(shape);
}

/// The loss, then the gradients of the parameters.
inline std::vector<double> loss_and_gradients(double loss, const std::vector<eingrad::Tensor>& parameters) {
  std::vector<double> all{loss};
  for (const eingrad::Tensor& p : parameters) {
    const eingrad::Tensor gradient = p.grad().to(eingrad::float64);
    for (const double x : gradient.span<double>()) all.push_back(x);
  }
  return all;
}

}  // namespace with_eingrad

}  // namespace workloads

#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad::data {

/// Mean absolute percentage error, as a fraction: the mean of e_i = |(t_i - p_i) / t_i|, where t_i = 0 of
/// e_i = |p_i|, for predictions p and targets t of the same shape. 0 is a perfect prediction, there is no
/// upper limit. shape_error if the shapes differ, value_error if there are no elements.
double mape(const Tensor& prediction, const Tensor& target, Location at = Location::current());
double mape(double prediction, double target);

/// Symmetric mean absolute percentage error (Makridakis, 1993), as a fraction: the mean of
/// e_i = 2 |t_i - p_i| / (|t_i| + |p_i|), where p_i and t_i are 0 of e_i = 0. From 0, a perfect prediction,
/// to 2. Errors as for mape.
double smape(const Tensor& prediction, const Tensor& target, Location at = Location::current());
double smape(double prediction, double target);

/// The fraction of labels that were predicted: argmax(scores, 1) of a classifier beside the true ones, int64
/// of the same shape. shape_error if the shapes differ, dtype_error for other types, value_error if there are
/// no elements.
double accuracy(const Tensor& prediction, const Tensor& target, Location at = Location::current());

}  // namespace eingrad::data

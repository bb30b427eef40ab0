#pragma once
#include <autodiff/tensor.hpp>

/// Initial values, written in place at the line `at`; the draws are PyTorch's after the same manual_seed.
namespace eingrad::nn::init {

Tensor& uniform_(Tensor& a, double low = 0, double high = 1, Location at = Location::current());
Tensor& normal_(Tensor& a, double mean = 0, double std = 1, Location at = Location::current());
Tensor& constant_(Tensor& a, double value, Location at = Location::current());
Tensor& ones_(Tensor& a, Location at = Location::current());
Tensor& zeros_(Tensor& a, Location at = Location::current());

/// How many inputs or outputs of a unit are counted.
enum class Fan { in, out };
/// What follows the layer: its gain keeps the spread of values alike from layer to layer.
enum class Nonlinearity { linear, sigmoid, tanh, relu, leaky_relu };
/// The recommended gain; `slope` is leaky_relu's.
double calculate_gain(Nonlinearity nonlinearity, double slope = 0.01);

/// Weights of shape (out, in, …), further axes being a kernel's, spread by gain √(2 / (fan_in + fan_out))
/// (Glorot & Bengio 2010). shape_error if there are fewer than two axes.
Tensor& xavier_uniform_(Tensor& a, double gain = 1, Location at = Location::current());
Tensor& xavier_normal_(Tensor& a, double gain = 1, Location at = Location::current());
/// Spread by gain / √fan (He et al. 2015); `slope` is that of the leaky_relu behind the layer.
Tensor& kaiming_uniform_(Tensor& a, double slope = 0, Fan fan = Fan::in,
                         Nonlinearity nonlinearity = Nonlinearity::leaky_relu,
                         Location at = Location::current());
Tensor& kaiming_normal_(Tensor& a, double slope = 0, Fan fan = Fan::in,
                        Nonlinearity nonlinearity = Nonlinearity::leaky_relu,
                        Location at = Location::current());
/// Orthonormal rows or columns, whichever are fewer, times the gain (Saxe et al. 2014); further axes count as
/// columns.
Tensor& orthogonal_(Tensor& a, double gain = 1, Location at = Location::current());

}  // namespace eingrad::nn::init

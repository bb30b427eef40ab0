#pragma once
#include <cstdint>
#include <optional>

#include <autodiff/random/generator.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad {

// Random tensors, number for number those of PyTorch on a CPU after the same manual_seed. Floating-point ones
// have the default dtype unless one is named. The parameters' limits are those of Generator's functions.

/// Uniform on [0, 1).
Tensor rand(const Shape& shape, std::optional<Dtype> dtype = {}, Generator& generator = default_generator(),
            Location at = Location::current());
/// Normal with mean 0 and standard deviation 1.
Tensor randn(const Shape& shape, std::optional<Dtype> dtype = {}, Generator& generator = default_generator(),
             Location at = Location::current());
Tensor rand(Integer auto, Integer auto, Integer auto...) = delete;   // the shape in braces: rand({2, 3})
Tensor randn(Integer auto, Integer auto, Integer auto...) = delete;  // the shape in braces: randn({2, 3})
/// Integers (int64) from low, or from 0, up to high, which is never drawn.
Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape,
               Generator& generator = default_generator(), Location at = Location::current());
Tensor randint(std::int64_t high, const Shape& shape, Generator& generator = default_generator(),
               Location at = Location::current());
/// 0, …, n - 1 (int64) in random order.
Tensor randperm(std::int64_t n, Generator& generator = default_generator(),
                Location at = Location::current());
/// 1 with the probability that each element names, else 0, in the dtype of the probabilities.
Tensor bernoulli(const Tensor& probabilities, Generator& generator = default_generator(),
                 Location at = Location::current());

/// The state of a generator as a tensor (int64), for a checkpoint, and back.
Tensor get_rng_state(const Generator& generator = default_generator());
/// value_error if the tensor is no such state.
void set_rng_state(const Tensor& state, Generator& generator = default_generator(),
                   Location at = Location::current());

// Filling in place. graph_error if the tensor requires a gradient and no no_grad guard lives; dtype_error for
// uniform_ and normal_ unless it is floating-point.
Tensor& uniform_(Tensor& a, double low = 0, double high = 1, Generator& generator = default_generator(),
                 Location at = Location::current());
Tensor& normal_(Tensor& a, double mean = 0, double std = 1, Generator& generator = default_generator(),
                Location at = Location::current());
Tensor& bernoulli_(Tensor& a, double p = 0.5, Generator& generator = default_generator(),
                   Location at = Location::current());

}  // namespace eingrad

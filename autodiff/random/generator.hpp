#pragma once
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <autodiff/dtype.hpp>
#include <autodiff/location.hpp>
#include <autodiff/random/mersenne_twister.hpp>

namespace eingrad {

/// PyTorch's CPU generator, number for number. A value: a copy goes on from the same state.
///
/// Where PyTorch's kernels fuse a multiplication with an addition, std::fma is written here, so that the
/// numbers are the same on every processor. The normal numbers in double come from the C library's log, sin
/// and cos.
class Generator {
 public:
  static constexpr std::uint64_t default_seed = 67280421310721;

  explicit Generator(std::uint64_t seed = default_seed) : twister_(0) { manual_seed(seed); }

  /// Starts anew. Only the low 32 bits of the seed matter.
  void manual_seed(std::uint64_t seed);
  std::uint64_t initial_seed() const noexcept { return seed_; }

  /// All that the next draws depend on, to be saved: the twister's state, then whether a normal number waits
  /// and its bits, then the seed.
  std::vector<std::uint64_t> state() const;
  /// Goes on from such a state. value_error, with nothing changed, if it is none.
  void set_state(std::span<const std::uint64_t> state, Location at = Location::current());

  std::uint32_t word() { return twister_.word(); }
  std::uint64_t word64() { return twister_.word64(); }

  /// Uniform on [0, 1): a multiple of 2^-53 made of two words, in float of 2^-24 made of one.
  template <std::floating_point T>
  T uniform();

  /// Normal with mean 0 and standard deviation 1, by the polar form of Box and Muller (1958). The pair's
  /// other number waits for the next call, whatever else is drawn in between.
  double normal();

  /// Fills with uniform numbers, low + (high - low) u. value_error unless low <= high, both finite.
  template <std::floating_point T>
  void fill_uniform(std::span<T> out, double low = 0, double high = 1, Location at = Location::current());

  /// Fills with normal numbers, mean + std z. As in PyTorch, fewer than 16 are made one by one by normal(),
  /// 16 or more in blocks, which are other numbers. value_error if std is negative or a parameter is not
  /// finite.
  template <std::floating_point T>
  void fill_normal(std::span<T> out, double mean = 0, double std = 1, Location at = Location::current());

  /// Fills with 1, each with probability p, and 0. value_error unless 0 <= p <= 1.
  template <Element T>
  void fill_bernoulli(std::span<T> out, double p, Location at = Location::current());

  /// Fills with integers from low up to high, which is never drawn. value_error unless low < high.
  void fill_randint(std::span<std::int64_t> out, std::int64_t low, std::int64_t high,
                    Location at = Location::current());

  /// Fills with 0, …, n - 1 in random order.
  void fill_randperm(std::span<std::int64_t> out);

 private:
  MersenneTwister twister_;
  std::uint64_t seed_ = default_seed;
  std::optional<double> spare_normal_;
};

/// The calling thread's generator, which every random function uses that is not given another one.
Generator& default_generator() noexcept;

/// Seeds the calling thread's generator.
void manual_seed(std::uint64_t seed);

}  // namespace eingrad

#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <autodiff/location.hpp>
#include <autodiff/random/mersenne_twister.hpp>

namespace eingrad {

/// NumPy's legacy generator `numpy.random.RandomState(seed)`, number for number. scikit-learn draws from it
/// whatever a `random_state` decides.
class RandomState {
 public:
  /// Starts from a seed, or anywhere if there is none. value_error unless 0 <= seed < 2^32.
  explicit RandomState(std::optional<std::int64_t> seed, Location at = Location::current());

  /// Uniform on [0, 1), a multiple of 2^-53.
  double random_sample() { return twister_.real53(); }
  double uniform(double low, double high) { return low + (high - low) * random_sample(); }

  /// Normal with mean 0 and standard deviation 1, by Marsaglia's polar method. It makes two numbers at a
  /// time; the spare one waits for the next call, whatever else is drawn in between.
  double standard_normal();
  double normal(double mean, double std) { return mean + std * standard_normal(); }

  /// Uniform on 0, …, max, by masking and rejection.
  std::uint64_t interval(std::uint64_t max);
  /// Uniform on low, …, high - 1. value_error unless low < high.
  std::int64_t randint(std::int64_t low, std::int64_t high, Location at = Location::current());

  template <class T>
  void shuffle(std::span<T> values) {
    for (std::size_t i = values.size(); i-- > 1;) std::swap(values[i], values[interval(i)]);
  }
  /// 0, …, n - 1 in random order. value_error if n is negative.
  std::vector<std::int64_t> permutation(std::int64_t n, Location at = Location::current());

 private:
  MersenneTwister twister_;
  std::optional<double> spare_;
};

}  // namespace eingrad

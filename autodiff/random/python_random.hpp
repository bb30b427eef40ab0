#pragma once
#include <cstdint>

#include <autodiff/location.hpp>
#include <autodiff/random/mersenne_twister.hpp>

namespace eingrad {

/// Python's module `random` after `random.seed(n)`, number for number.
class PythonRandom {
 public:
  explicit PythonRandom(std::uint64_t n);
  void seed(std::uint64_t n) { *this = PythonRandom(n); }

  /// Uniform on [0, 1), a multiple of 2^-53.
  double random() { return twister_.real53(); }
  /// `count` random bits, 1 <= count <= 64.
  std::uint64_t getrandbits(int count);
  /// Uniform on low, …, high: high is included. value_error if low > high, or for all 2^64 integers.
  std::int64_t randint(std::int64_t low, std::int64_t high, Location at = Location::current());

 private:
  MersenneTwister twister_;
};

}  // namespace eingrad

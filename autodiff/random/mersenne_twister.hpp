#pragma once
#include <cstdint>
#include <random>
#include <span>

namespace eingrad {

/// The words below the streams of PyTorch, NumPy and Python: MT19937 (Matsumoto and Nishimura, 1998).
class MersenneTwister {
 public:
  explicit MersenneTwister(std::uint32_t seed) : engine_(seed) {}
  /// Seeded with a key of one word or more, as the authors' init_by_array does.
  explicit MersenneTwister(std::span<const std::uint32_t> key);

  std::uint32_t word() { return engine_(); }

  /// Two words, the first one is the high half.
  std::uint64_t word64() {
    const std::uint64_t high = word();
    return high << 32 | word();
  }

  /// Uniform on [0, 1): 27 bits of one word and 26 of the next, as NumPy and Python do.
  double real53() {
    const double high = word() >> 5;
    const double low = word() >> 6;
    return (high * 0x1p26 + low) * 0x1p-53;
  }

 private:
  // std::mt19937 in words of exactly 32 bits: its own are of 64 on many systems, which is four times slower.
  using Engine = std::mersenne_twister_engine<std::uint32_t, 32, 624, 397, 31, 0x9908b0df, 11, 0xffffffff, 7,
                                              0x9d2c5680, 15, 0xefc60000, 18, 1812433253>;
  Engine engine_;
};

}  // namespace eingrad

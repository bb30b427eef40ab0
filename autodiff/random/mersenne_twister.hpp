#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace eingrad {

/// The words below the streams of PyTorch, NumPy and Python: MT19937 (Matsumoto and Nishimura, ACM TOMACS 8,
/// 1998). std::mt19937 yields the same, but takes no key, and where its words are of 64 bits it is four times
/// slower.
class MersenneTwister {
 public:
  explicit MersenneTwister(std::uint32_t seed);
  /// Seeded with a key of one word or more, as the authors' init_by_array does.
  explicit MersenneTwister(std::span<const std::uint32_t> key);

  std::uint32_t word() {
    if (next_ == size) twist();
    std::uint32_t y = state_[next_++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680;
    y ^= y << 15 & 0xefc60000;
    return y ^ y >> 18;
  }

  /// Two words, the first one is the high half.
  std::uint64_t word64() {
    const std::uint64_t high = word();
    return high << 32 | word();
  }

  /// The state: 624 words, and how many of them have been used.
  std::vector<std::uint64_t> state() const;
  /// Goes on from such a state; false, with nothing changed, if it is none.
  bool set_state(std::span<const std::uint64_t> state);

  /// Uniform on [0, 1): 27 bits of one word and 26 of the next, as NumPy and Python do.
  double real53() {
    const double high = word() >> 5;
    const double low = word() >> 6;
    return (high * 0x1p26 + low) * 0x1p-53;
  }

 private:
  static constexpr std::size_t size = 624;

  void twist();

  std::array<std::uint32_t, size> state_;
  std::size_t next_ = size;
};

}  // namespace eingrad

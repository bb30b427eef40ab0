#include <algorithm>
#include <array>
#include <cstddef>

#include <autodiff/random/mersenne_twister.hpp>

namespace eingrad {
namespace {

constexpr std::size_t state_size = 624;
using State = std::array<std::uint32_t, state_size>;

/// The state after seeding with one number (Knuth, TAOCP 2, 3rd edition, p. 106).
State state_of(std::uint32_t seed) {
  State s{seed};
  for (std::uint32_t i = 1; i < state_size; ++i) s[i] = 1812433253U * (s[i - 1] ^ s[i - 1] >> 30) + i;
  return s;
}

/// What a standard engine takes for a seed sequence: it asks for its whole state and gets the one of
/// init_by_array.
struct KeySequence {
  using result_type = std::uint32_t;
  std::span<const std::uint32_t> key;

  template <class Iterator>
  void generate(Iterator first, Iterator) {
    State s = state_of(19650218);
    std::size_t i = 1;
    const auto mix = [&](std::uint32_t multiplier) {
      return s[i] ^ (s[i - 1] ^ s[i - 1] >> 30) * multiplier;
    };
    const auto advance = [&] {
      if (++i < state_size) return;
      s[0] = s.back();
      i = 1;
    };
    for (std::size_t step = 0; step < std::max(state_size, key.size()); ++step, advance()) {
      const std::size_t j = step % key.size();
      s[i] = mix(1664525) + key[j] + static_cast<std::uint32_t>(j);
    }
    for (std::size_t step = 1; step < state_size; ++step, advance()) {
      s[i] = mix(1566083941) - static_cast<std::uint32_t>(i);
    }
    s[0] = 0x80000000;
    std::ranges::copy(s, first);
  }
};

}  // namespace

MersenneTwister::MersenneTwister(std::span<const std::uint32_t> key) {
  KeySequence sequence{key};
  engine_.seed(sequence);
}

}  // namespace eingrad

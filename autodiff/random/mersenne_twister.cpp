#include <algorithm>

#include <autodiff/random/mersenne_twister.hpp>

namespace eingrad {

MersenneTwister::MersenneTwister(std::uint32_t seed) {
  state_[0] = seed;
  for (std::uint32_t i = 1; i < size; ++i) state_[i] = 1812433253 * (state_[i - 1] ^ state_[i - 1] >> 30) + i;
}

MersenneTwister::MersenneTwister(std::span<const std::uint32_t> key) : MersenneTwister(19650218) {
  auto& s = state_;
  std::size_t i = 1;
  const auto mixed = [&](std::uint32_t multiplier) {
    return s[i] ^ (s[i - 1] ^ s[i - 1] >> 30) * multiplier;
  };
  const auto advance = [&] {
    if (++i < size) return;
    s[0] = s[size - 1];
    i = 1;
  };
  for (std::size_t step = 0; step < std::max(size, key.size()); ++step, advance()) {
    const std::size_t j = step % key.size();
    s[i] = mixed(1664525) + key[j] + static_cast<std::uint32_t>(j);
  }
  for (std::size_t step = 1; step < size; ++step, advance()) {
    s[i] = mixed(1566083941) - static_cast<std::uint32_t>(i);
  }
  s[0] = 0x80000000;
}

/// The next 624 words: s_i = s_{i-227} ^ (the top bit of s_{i-624} and the others of s_{i-623}, times a
/// matrix).
void MersenneTwister::twist() {
  constexpr std::size_t shift = 397;
  const auto step = [this](std::size_t i, std::size_t following, std::size_t partner) {
    const std::uint32_t y = (state_[i] & 0x80000000) | (state_[following] & 0x7fffffff);
    state_[i] = state_[partner] ^ y >> 1 ^ ((y & 1) != 0 ? 0x9908b0df : 0);
  };
  for (std::size_t i = 0; i < size - shift; ++i) step(i, i + 1, i + shift);
  for (std::size_t i = size - shift; i < size - 1; ++i) step(i, i + 1, i + shift - size);
  step(size - 1, 0, shift - 1);
  next_ = 0;
}

std::vector<std::uint64_t> MersenneTwister::state() const {
  std::vector<std::uint64_t> state(state_.begin(), state_.end());
  state.push_back(next_);
  return state;
}

bool MersenneTwister::set_state(std::span<const std::uint64_t> state) {
  if (state.size() != size + 1 || state.back() > size) return false;
  if (std::ranges::any_of(state, [](std::uint64_t word) { return word >> 32 != 0; })) return false;
  std::ranges::transform(state.first(size), state_.begin(),
                         [](std::uint64_t word) { return static_cast<std::uint32_t>(word); });
  next_ = static_cast<std::size_t>(state.back());
  return true;
}

}  // namespace eingrad

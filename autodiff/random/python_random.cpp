#include <array>
#include <bit>
#include <cstddef>
#include <span>

#include <autodiff/error.hpp>
#include <autodiff/random/python_random.hpp>

#include <fmt/format.h>

namespace eingrad {
namespace {

/// The key is the number's 32-bit words, lowest first; leading zero words are left out.
MersenneTwister seeded(std::uint64_t n) {
  const std::array words{static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(n >> 32)};
  return MersenneTwister(std::span(words).first(words[1] == 0 ? 1 : 2));
}

}  // namespace

PythonRandom::PythonRandom(std::uint64_t n) : twister_(seeded(n)) {}

std::uint64_t PythonRandom::getrandbits(int count) {
  if (count <= 32) return twister_.word() >> (32 - count);
  const std::uint64_t low = twister_.word();  // the other way round than word64()
  const std::uint64_t high = twister_.word() >> (64 - count);
  return high << 32 | low;
}

std::int64_t PythonRandom::randint(std::int64_t low, std::int64_t high, Location at) {
  const auto first = static_cast<std::uint64_t>(low);
  const std::uint64_t count = static_cast<std::uint64_t>(high) - first + 1;
  if (low > high || count == 0) {
    throw Report("PythonRandom::randint", fmt::format("cannot draw from {} to {}", low, high), at)
        .hint("low <= high, and fewer than 2^64 integers")
        .as<value_error>();
  }
  const auto bits = static_cast<int>(std::bit_width(count));
  std::uint64_t value = 0;
  do {
    value = getrandbits(bits);
  } while (value >= count);
  return static_cast<std::int64_t>(first + value);
}

}  // namespace eingrad

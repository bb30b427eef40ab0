#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include <tests/reference/sha256.hpp>

#include <fmt/format.h>

namespace eingrad::testing {
namespace {

using Words = std::array<std::uint32_t, 8>;

/// The first 32 bits of the fractional part.
std::uint32_t fraction(long double x) { return static_cast<std::uint32_t>((x - std::floor(x)) * 0x1p32L); }

constexpr std::array<int, 64> primes() {
  std::array<int, 64> primes{};
  std::size_t count = 0;
  for (int n = 2; count < primes.size(); ++n) {
    bool prime = true;
    for (std::size_t i = 0; i < count; ++i) prime = prime && n % primes[i] != 0;
    if (prime) primes[count++] = n;
  }
  return primes;
}

void absorb(Words& hash, std::span<const std::byte, 64> block) {
  static const auto constants = [] {
    std::array<std::uint32_t, 64> k{};
    for (std::size_t i = 0; i < k.size(); ++i)
      k[i] = fraction(std::cbrt(static_cast<long double>(primes()[i])));
    return k;
  }();
  const auto sigma = [](std::uint32_t x, int a, int b, int c) {
    return std::rotr(x, a) ^ std::rotr(x, b) ^ std::rotr(x, c);
  };

  std::array<std::uint32_t, 64> w{};
  for (std::size_t i = 0; i < 64; ++i) w[i / 4] = w[i / 4] << 8 | std::to_integer<std::uint32_t>(block[i]);
  for (std::size_t t = 16; t < 64; ++t) {
    const std::uint32_t s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ w[t - 15] >> 3;
    const std::uint32_t s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }

  auto [a, b, c, d, e, f, g, h] = hash;
  for (std::size_t t = 0; t < 64; ++t) {
    const std::uint32_t t1 = h + sigma(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + constants[t] + w[t];
    const std::uint32_t t2 = sigma(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  const Words mixed{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] += mixed[i];
}

}  // namespace

std::string sha256(std::span<const std::byte> message) {
  std::vector<std::byte> padded(message.begin(), message.end());
  padded.push_back(std::byte{0x80});
  while (padded.size() % 64 != 56) padded.push_back(std::byte{0});
  const std::uint64_t bits = std::uint64_t{message.size()} * 8;
  for (int shift = 56; shift >= 0; shift -= 8) padded.push_back(static_cast<std::byte>(bits >> shift & 0xff));

  Words hash{};
  for (std::size_t i = 0; i < hash.size(); ++i)
    hash[i] = fraction(std::sqrt(static_cast<long double>(primes()[i])));
  for (std::span<const std::byte> rest = padded; !rest.empty(); rest = rest.subspan(64)) {
    absorb(hash, rest.first<64>());
  }
  std::string digest;
  for (const std::uint32_t word : hash) digest += fmt::format("{:08x}", word);
  return digest;
}

}  // namespace eingrad::testing

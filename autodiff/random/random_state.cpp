#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include <autodiff/error.hpp>
#include <autodiff/random/random_state.hpp>

#include <fmt/format.h>

namespace eingrad {
namespace {

std::uint32_t checked(std::optional<std::int64_t> seed, Location at) {
  if (!seed) return std::random_device()();
  if (*seed < 0 || *seed > std::numeric_limits<std::uint32_t>::max()) {
    throw Report("RandomState", fmt::format("{} is no seed", *seed), at)
        .hint("an integer from 0 to 2^32 - 1")
        .as<value_error>();
  }
  return static_cast<std::uint32_t>(*seed);
}

}  // namespace

RandomState::RandomState(std::optional<std::int64_t> seed, Location at) : twister_(checked(seed, at)) {}

double RandomState::standard_normal() {
  if (spare_) return *std::exchange(spare_, std::nullopt);
  double x1 = 0;
  double x2 = 0;
  double r2 = 0;
  do {
    x1 = 2 * random_sample() - 1;
    x2 = 2 * random_sample() - 1;
    r2 = x1 * x1 + x2 * x2;
  } while (r2 >= 1 || r2 == 0);
  const double factor = std::sqrt(-2 * std::log(r2) / r2);
  spare_ = factor * x1;
  return factor * x2;
}

std::uint64_t RandomState::interval(std::uint64_t max) {
  if (max == 0) return 0;
  const bool wide = max > std::numeric_limits<std::uint32_t>::max();
  const std::uint64_t mask = ~std::uint64_t{0} >> std::countl_zero(max);
  std::uint64_t value = 0;
  do {
    value = (wide ? twister_.word64() : twister_.word()) & mask;
  } while (value > max);
  return value;
}

std::int64_t RandomState::randint(std::int64_t low, std::int64_t high, Location at) {
  if (low >= high) {
    throw Report("RandomState::randint", fmt::format("there is no integer from {} up to {}", low, high), at)
        .hint("low < high; high itself is never drawn")
        .as<value_error>();
  }
  const auto first = static_cast<std::uint64_t>(low);
  return static_cast<std::int64_t>(first + interval(static_cast<std::uint64_t>(high) - first - 1));
}

std::vector<std::int64_t> RandomState::permutation(std::int64_t n, Location at) {
  if (n < 0)
    throw Report("RandomState::permutation", fmt::format("n is {}", n), at).hint("n >= 0").as<value_error>();
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  shuffle(std::span(order));
  return order;
}

}  // namespace eingrad

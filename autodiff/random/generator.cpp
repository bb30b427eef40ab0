#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include <autodiff/error.hpp>
#include <autodiff/random/box_muller.hpp>
#include <autodiff/random/generator.hpp>

#include <fmt/format.h>

namespace eingrad {

void Generator::manual_seed(std::uint64_t seed) {
  twister_ = MersenneTwister(static_cast<std::uint32_t>(seed));
  seed_ = seed;
  spare_normal_.reset();
}

std::vector<std::uint64_t> Generator::state() const {
  std::vector<std::uint64_t> state = twister_.state();
  state.push_back(spare_normal_ ? 1 : 0);
  state.push_back(std::bit_cast<std::uint64_t>(spare_normal_.value_or(0)));
  state.push_back(seed_);
  return state;
}

void Generator::set_state(std::span<const std::uint64_t> state, Location at) {
  MersenneTwister twister(0);
  const bool fits =
      state.size() > 3 && state[state.size() - 3] <= 1 && twister.set_state(state.first(state.size() - 3));
  if (!fits)
    throw Report("set_state", "this is no state of a generator", at)
        .hint("what state() gave")
        .as<value_error>();
  twister_ = twister;
  spare_normal_.reset();
  if (state[state.size() - 3] == 1) spare_normal_ = std::bit_cast<double>(state[state.size() - 2]);
  seed_ = state.back();
}

template <>
double Generator::uniform<double>() {
  return static_cast<double>(word64() & ((std::uint64_t{1} << 53) - 1)) * 0x1p-53;
}
template <>
float Generator::uniform<float>() {
  return static_cast<float>(word() & ((std::uint32_t{1} << 24) - 1)) * 0x1p-24F;
}

double Generator::normal() {
  if (spare_normal_) return *std::exchange(spare_normal_, std::nullopt);
  const double angle = 2 * std::numbers::pi * uniform<double>();
  const double radius = std::sqrt(-2 * std::log(1 - uniform<double>()));
  spare_normal_ = radius * std::sin(angle);
  return radius * std::cos(angle);
}

template <std::floating_point T>
void Generator::fill_uniform(std::span<T> out, double low, double high, Location at) {
  const T start = static_cast<T>(low);
  const T width = static_cast<T>(high) - start;
  if (!(low <= high) || !std::isfinite(width)) {
    throw Report("uniform", fmt::format("cannot draw from {} to {}", low, high), at)
        .hint("low <= high, both finite")
        .as<value_error>();
  }
  for (T& x : out) x = std::fma(uniform<T>(), width, start);
}

template <std::floating_point T>
void Generator::fill_normal(std::span<T> out, double mean, double std, Location at) {
  if (!(std >= 0) || !std::isfinite(std) || !std::isfinite(mean)) {
    throw Report("normal", fmt::format("the mean is {}, the standard deviation {}", mean, std), at)
        .hint("a standard deviation >= 0, both finite")
        .as<value_error>();
  }
  constexpr std::size_t block = box_muller_block;
  if (out.size() < block) {
    for (T& x : out) x = static_cast<T>(std::fma(normal(), std, mean));
    return;
  }
  fill_uniform(out);
  const std::size_t whole = out.size() / block * block;
  box_muller(out.first(whole), static_cast<T>(mean), static_cast<T>(std));
  if (whole == out.size()) return;
  // What is left over is a block of new numbers at the end, which writes over some of the one before.
  const std::span<T> last = out.last(block);
  fill_uniform(last);
  box_muller(last, static_cast<T>(mean), static_cast<T>(std));
}

template <Element T>
void Generator::fill_bernoulli(std::span<T> out, double p, Location at) {
  if (!(p >= 0 && p <= 1)) {
    throw Report("bernoulli", fmt::format("{} is no probability", p), at)
        .hint("0 <= p <= 1")
        .as<value_error>();
  }
  for (T& x : out) x = static_cast<T>(uniform<double>() < p);
}

template void Generator::fill_uniform(std::span<float>, double, double, Location);
template void Generator::fill_uniform(std::span<double>, double, double, Location);
template void Generator::fill_normal(std::span<float>, double, double, Location);
template void Generator::fill_normal(std::span<double>, double, double, Location);
template void Generator::fill_bernoulli(std::span<bool>, double, Location);
template void Generator::fill_bernoulli(std::span<std::int64_t>, double, Location);
template void Generator::fill_bernoulli(std::span<float>, double, Location);
template void Generator::fill_bernoulli(std::span<double>, double, Location);

void Generator::fill_randint(std::span<std::int64_t> out, std::int64_t low, std::int64_t high, Location at) {
  if (low >= high) {
    throw Report("randint", fmt::format("there is no integer from {} up to {}", low, high), at)
        .hint("low < high; high itself is never drawn")
        .as<value_error>();
  }
  const auto first = static_cast<std::uint64_t>(low);
  const std::uint64_t count = static_cast<std::uint64_t>(high) - first;
  const bool wide = count > std::numeric_limits<std::uint32_t>::max();
  // The remainder favours small numbers a little where count is large; PyTorch keeps it so.
  for (std::int64_t& x : out) x = static_cast<std::int64_t>(first + (wide ? word64() : word()) % count);
}

void Generator::fill_randperm(std::span<std::int64_t> out) {
  std::iota(out.begin(), out.end(), std::int64_t{0});
  for (std::size_t i = 0; i + 1 < out.size(); ++i) std::swap(out[i], out[i + word() % (out.size() - i)]);
}

Generator& default_generator() noexcept {
  thread_local Generator generator;
  return generator;
}

void manual_seed(std::uint64_t seed) { default_generator().manual_seed(seed); }

}  // namespace eingrad

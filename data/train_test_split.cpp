#include <cmath>

#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/random/random_state.hpp>
#include <data/rows.hpp>
#include <data/train_test_split.hpp>

#include <fmt/format.h>

namespace eingrad::data {
namespace {

std::int64_t test_rows(const SplitOptions& options, std::int64_t n, Location at) {
  const auto check = [&](bool possible, auto size, std::string_view allowed) {
    if (possible) return;
    throw Report("train_test_split", fmt::format("test_size is {}, of {} rows", size, n), at)
        .hint(allowed)
        .template as<value_error>();
  };
  if (const auto* count = std::get_if<std::int64_t>(&options.test_size)) {
    check(0 < *count && *count < n, *count,
          "an integer from 1 to the number of rows less one, or a fraction like 0.25");
    return *count;
  }
  const double fraction = std::get<double>(options.test_size);
  constexpr std::string_view allowed =
      "a fraction above 0 and below 1 that leaves a row for each part, or an integer";
  check(0 < fraction && fraction < 1, fraction, allowed);
  const auto count = static_cast<std::int64_t>(std::ceil(fraction * static_cast<double>(n)));
  check(0 < count && count < n, fraction, allowed);
  return count;
}

Tensor indices(const std::vector<std::int64_t>& order, std::int64_t start, std::int64_t stop) {
  return tensor(std::vector(order.begin() + start, order.begin() + stop));
}

}  // namespace

void detail::train_test_split(std::span<const Tensor> tensors, std::span<Tensor> results,
                              const SplitOptions& options, Location at) {
  const std::int64_t n = common_rows("train_test_split", tensors, at);
  const std::int64_t tests = test_rows(options, n, at);
  if (!options.shuffle) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      results[2 * i] = tensors[i].slice(0, 0, n - tests, 1, at);
      results[2 * i + 1] = tensors[i].slice(0, n - tests, n, 1, at);
    }
    return;
  }
  const std::vector<std::int64_t> order = RandomState(options.random_state, at).permutation(n);
  const Tensor test = indices(order, 0, tests);
  const Tensor train = indices(order, tests, n);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Operand a(tensors[i], at.file, at.line);
    results[2 * i] = index_select(a, 0, train);
    results[2 * i + 1] = index_select(a, 0, test);
  }
}

std::array<Tensor, 2> train_test_split(const Tensor& a, const SplitOptions& options, Location at) {
  return train_test_split(std::array{a}, options, at);
}

std::array<Tensor, 4> train_test_split(const Tensor& a, const Tensor& b, const SplitOptions& options,
                                       Location at) {
  return train_test_split(std::array{a, b}, options, at);
}

}  // namespace eingrad::data

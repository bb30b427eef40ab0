#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include <autodiff/tensor.hpp>

namespace eingrad::data {

struct SplitOptions {
  /// A fraction of the rows above 0 and below 1, rounded up to whole rows; or their number.
  std::variant<double, std::int64_t> test_size = 0.25;
  std::optional<std::int64_t> random_state = {};  ///< 0 to 2^32 - 1; without one, another order at every call
  bool shuffle = true;                            ///< if not, the last rows are the test rows
};

namespace detail {
void train_test_split(std::span<const Tensor> tensors, std::span<Tensor> results, const SplitOptions& options,
                      Location at);
}

/// Splits tensors along their first axis, all of them by the same rows, which are those that scikit-learn's
/// train_test_split draws. The results alternate as there: the first tensor's training and test rows, the
/// second's … shape_error if the numbers of rows differ, value_error if a part would be empty.
///
///     auto [x_train, x_test, y_train, y_test] = train_test_split(x, y, {.test_size = 0.2});
std::array<Tensor, 2> train_test_split(const Tensor& a, const SplitOptions& options = {},
                                       Location at = Location::current());
std::array<Tensor, 4> train_test_split(const Tensor& a, const Tensor& b, const SplitOptions& options = {},
                                       Location at = Location::current());

/// The same for any number of tensors, into twice as many results.
template <std::size_t N>
std::array<Tensor, 2 * N> train_test_split(const std::array<Tensor, N>& tensors,
                                           const SplitOptions& options = {},
                                           Location at = Location::current()) {
  std::array<Tensor, 2 * N> results;
  detail::train_test_split(tensors, results, options, at);
  return results;
}

}  // namespace eingrad::data

#pragma once
#include <cstdint>
#include <limits>
#include <variant>
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// start : stop : step of an axis, as in Python; a step of 1 or more.
struct Slice {
  std::int64_t start = 0, stop = std::numeric_limits<std::int64_t>::max(), step = 1;
};
/// As many whole axes as are not indexed otherwise.
struct Ellipsis {};
/// A new axis of extent 1.
struct NewAxis {};

/// What stands between the brackets for one axis: an integer, which drops it, a Slice, an int64 tensor of
/// indices, or a boolean tensor, which stands for as many axes as it has.
struct Index {
  std::variant<std::int64_t, Slice, Ellipsis, NewAxis, Tensor> what;

  Index(Integer auto i) : what(static_cast<std::int64_t>(i)) {}
  Index(Slice slice) : what(slice) {}
  Index(Ellipsis all) : what(all) {}
  Index(NewAxis axis) : what(axis) {}
  Index(const Tensor& indices) : what(indices) {}
};

/// a[…] as in PyTorch: `index(a, {0, Slice{1, 3}, labels})`. Axes that are not named stay whole. Tensors of
/// indices broadcast to one shape, which stands where the first of them stood if they are neighbours, else in
/// front. index_error where there is no such element or there are too many indices.
Tensor index(const Operand& a, const std::vector<Index>& indices);
/// `a` with a[…] = values, which broadcast, or a[…] += values with `accumulate`. Where an element is named
/// twice the last value stays, and the sum with `accumulate`.
Tensor index_put(const Operand& a, const std::vector<Index>& indices, const Operand& values,
                 bool accumulate = false);

}  // namespace eingrad

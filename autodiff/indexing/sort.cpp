#include <algorithm>
#include <numeric>

#include <autodiff/create.hpp>
#include <autodiff/indexing/gather.hpp>
#include <autodiff/indexing/reshape.hpp>
#include <autodiff/indexing/slice.hpp>
#include <autodiff/indexing/sort.hpp>
#include <autodiff/replay/perform.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

// NaN comes last.
template <class T>
bool before(T a, T b) {
  return a < b || (b != b && a == a);
}

}  // namespace

Tensor argsort(const Operand& operand, std::int64_t axis, bool descending) {
  const Tensor& a = operand.tensor();
  Tensor indices = zeros(a.shape(), int64, operand.at);
  if (a.dim() == 0) return indices;
  const std::size_t i = normalize_axis(axis, a.shape().size(), "sort", operand.at, &a);
  const std::int64_t extent = a.shape()[i], inner = numel_behind(a.shape(), i);
  with_element_type(a.dtype(), [&]<class T>() {
    replay::perform("sort", *indices.get(), {a.get()}, [=, from = a.get(), result = indices.get()] {
      auto* const to = static_cast<std::int64_t*>(result->data);
      std::vector<std::int64_t> order(static_cast<std::size_t>(extent));
      for (std::int64_t row = 0; row < numel_before(from->shape, i) * inner; ++row) {
        const std::int64_t first = row / inner * extent * inner + row % inner;
        const T* const x = static_cast<const T*>(from->data) + first;
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, [&](std::int64_t k, std::int64_t l) {
          return descending ? before(x[l * inner], x[k * inner]) : before(x[k * inner], x[l * inner]);
        });
        for (std::int64_t k = 0; k < extent; ++k) to[first + k * inner] = order[static_cast<std::size_t>(k)];
      }
    });
  });
  return indices;
}

Sorted sort(const Operand& operand, std::int64_t axis, bool descending) {
  const Tensor& a = operand.tensor();
  Tensor indices = argsort(operand, axis, descending);
  if (a.dim() == 0) return {a.clone(operand.at), std::move(indices)};
  return {gather(operand, axis, indices), std::move(indices)};
}

Sorted topk(const Operand& operand, std::int64_t k, std::int64_t axis, bool largest) {
  const Tensor& a = operand.tensor();
  const std::int64_t extent = a.dim() == 0 ? 1 : a.size(axis);
  if (k < 0 || k > extent) {
    throw Report("topk", fmt::format("there are no {} elements on an axis of {}", k, extent), operand.at)
        .operand("A", a)
        .hint(fmt::format("0 to {}", extent))
        .as<index_error>();
  }
  if (a.dim() == 0) return sort(operand);
  Tensor indices = slice(argsort(operand, axis, largest), axis, 0, k);
  return {gather(operand, axis, indices), std::move(indices)};
}

}  // namespace eingrad

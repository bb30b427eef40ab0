#include <autodiff/contraction/axes.hpp>
#include <autodiff/contraction/reductions.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/function.hpp>
#include <autodiff/indexing/reshape.hpp>
#include <autodiff/indexing/selection.hpp>
#include <autodiff/reduction/extremes.hpp>
#include <autodiff/reduction/rows.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr SelectionRule max_rule("max"), min_rule("min");

enum class Extreme { largest, smallest };

/// Whether `next` takes the place of `best`. A NaN wins and is not beaten.
template <class T>
bool beats(Extreme extreme, T next, T best) {
  if (best != best) return false;
  return next != next || (extreme == Extreme::largest ? next > best : next < best);
}

/// The index of the extreme among n numbers, one every `stride`.
template <class T>
std::int64_t position(Extreme extreme, const T* x, std::int64_t n, std::int64_t stride) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < n; ++i) {
    if (beats(extreme, x[i * stride], x[best * stride])) best = i;
  }
  return best;
}

void check_not_empty(const char* operation, const Tensor& a, const Shape& result, Location at) {
  if (a.numel() > 0 || result.numel() == 0) return;
  throw Report(operation, "there is no element to choose from", at)
      .operand("A", a)
      .hint("a check of numel() first; an axis of 0 elements has no extreme")
      .as<value_error>();
}

/// The extreme of each row of a matrix.
Tensor of_rows(const char* operation, Extreme extreme, const Tensor& rows, Location at) {
  const auto forward = [extreme](const Tensors& x) {
    const std::int64_t n = x[0].size(1);
    Tensor y(make_node(x[0].dtype(), {x[0].size(0)}, x[0].node().location()));
    with_element_type(y.dtype(), [&]<class T>() {
      replay::perform("max", *y.get(), {x[0].get()}, [=, from = x[0].get(), to = y.get()] {
        const T* row = static_cast<const T*>(from->data);
        for (T& best : std::span(static_cast<T*>(to->data), static_cast<std::size_t>(to->numel()))) {
          best = row[position(extreme, row, n, 1)];
          row += n;
        }
      });
    });
    return y;
  };
  const auto backward = [](const Tensor& ybar, const Tensors& x, const Tensor& y) -> Tensors {
    const Tensor first = eq(x[0], unsqueeze(y, -1)).to(y.dtype());
    return {first * unsqueeze(ybar / sum(first, {1}), -1)};
  };
  return Function(operation, forward, backward)({rows}, at);
}

Tensor extreme_over(const char* operation, Extreme extreme, const Operand& operand, const Shape& axes,
                    bool keepdim) {
  const Tensor& a = operand.tensor("the operand", operation);
  const std::vector<bool> reduced = reduced_axes(operation, a, axes, operand.at);
  const Shape shape = reduced_shape(a.shape(), reduced, keepdim);
  check_not_empty(operation, a, shape, operand.at);
  const Tensor y = of_rows(operation, extreme, as_rows(a, reduced, operand.at), operand.at);
  return reshape(Operand(y, operand.at.file, operand.at.line), shape);
}

Tensor positions(const char* operation, Extreme extreme, const Operand& operand, std::int64_t axis,
                 bool keepdim) {
  const Tensor& a = operand.tensor("the operand", operation);
  const std::size_t i = normalize_axis(axis, a.shape().size(), operation, operand.at, &a);
  const std::int64_t extent = a.shape()[i], inner = numel_behind(a.shape(), i);
  std::vector<bool> reduced(a.shape().size(), false);
  reduced[i] = true;
  const Shape shape = reduced_shape(a.shape(), reduced, keepdim);
  check_not_empty(operation, a, shape, operand.at);
  Tensor indices(make_node(int64, shape, operand.at));
  with_element_type(a.dtype(), [&]<class T>() {
    replay::perform(operation, *indices.get(), {a.get()}, [=, from = a.get(), to = indices.get()] {
      const T* x = static_cast<const T*>(from->data);
      auto* index = static_cast<std::int64_t*>(to->data);
      for (std::int64_t k = 0; k < to->numel(); ++k)
        index[k] = position(extreme, x + k / inner * extent * inner + k % inner, extent, inner);
    });
  });
  return indices;
}

Extremes with_indices(const SelectionRule& rule, Extreme extreme, const Operand& operand, std::int64_t axis,
                      bool keepdim) {
  const Tensor& a = operand.tensor("the operand", rule.name);
  Tensor indices = positions(rule.name, extreme, operand, axis, keepdim);
  const std::size_t i = normalize_axis(axis, a.shape().size(), rule.name, operand.at, &a);
  const std::int64_t extent = a.shape()[i], inner = numel_behind(a.shape(), i);
  IndexMap map;
  map.run = 1;
  const auto places = [=](auto elements, auto& picks) {
    std::int64_t k = 0;
    for (const std::int64_t index : elements) {
      picks.push_back((k / inner * extent + index) * inner + k % inner);
      ++k;
    }
  };
  const auto map_of_extremes = picked(rule.name, indices, std::move(map), places);
  return {select(rule, a, map_of_extremes, indices.shape(), operand.at), std::move(indices)};
}

Tensor position_among_all(const char* operation, Extreme extreme, const Operand& operand) {
  const Tensor flat = reshape(operand, {operand.tensor("the operand", operation).numel()});
  return positions(operation, extreme, Operand(flat, operand.at.file, operand.at.line), 0, false);
}

}  // namespace

Tensor amax(const Operand& a, const Shape& axes, bool keepdim) {
  return extreme_over("amax", Extreme::largest, a, axes, keepdim);
}
Tensor amin(const Operand& a, const Shape& axes, bool keepdim) {
  return extreme_over("amin", Extreme::smallest, a, axes, keepdim);
}
Extremes max(const Operand& a, std::int64_t axis, bool keepdim) {
  return with_indices(max_rule, Extreme::largest, a, axis, keepdim);
}
Extremes min(const Operand& a, std::int64_t axis, bool keepdim) {
  return with_indices(min_rule, Extreme::smallest, a, axis, keepdim);
}
Tensor max(const Operand& a) { return extreme_over("max", Extreme::largest, a, {}, false); }
Tensor min(const Operand& a) { return extreme_over("min", Extreme::smallest, a, {}, false); }
Tensor argmax(const Operand& a, std::int64_t axis, bool keepdim) {
  return positions("argmax", Extreme::largest, a, axis, keepdim);
}
Tensor argmin(const Operand& a, std::int64_t axis, bool keepdim) {
  return positions("argmin", Extreme::smallest, a, axis, keepdim);
}
Tensor argmax(const Operand& a) { return position_among_all("argmax", Extreme::largest, a); }
Tensor argmin(const Operand& a) { return position_among_all("argmin", Extreme::smallest, a); }

}  // namespace eingrad

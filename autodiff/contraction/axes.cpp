#include <numeric>

#include <autodiff/contraction/axes.hpp>
#include <autodiff/contraction/contract.hpp>
#include <autodiff/kernels/sum_product.hpp>
#include <autodiff/replay/perform.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr ContractionRule transpose_rule("transpose"), expand_rule("expand"), sum_to_rule("sum_to");

bool is_total(const Tensor& a, const Shape& shape) {
  const bool all = shape.numel() == 1 && shape.size() <= a.shape().size() && is_floating(a.dtype());
  return all && !should_record({&a});
}

/// a = the sum of all its elements, in a shape of one: the commonest contraction, without any letters.
void total(Tensor& a, const Shape& shape) {
  Node& terms = *a.get();
  const bool in_place = terms.references == 1 && terms.is_leaf() && replay::listener == nullptr;
  Tensor y = in_place ? Tensor() : Tensor(make_node(terms.dtype, shape, terms.location()));
  with_floating_type(terms.dtype, [&]<class T>() {
    const auto sum = [x = static_cast<const T*>(terms.data), n = static_cast<std::size_t>(terms.numel())] {
      return kernels::sum_product_kernels<T>().sum(x, n);
    };
    if (in_place) {
      const T value = sum();
      terms.shrink_to_one(shape);
      *static_cast<T*>(terms.data) = value;
    } else {
      replay::perform("sum_to", *y.get(), {&terms},
                      [sum, to = static_cast<T*>(y.get()->data)] { *to = sum(); });
    }
  });
  if (!in_place) a = std::move(y);
}

}  // namespace

Tensor permute(const Operand& operand, const Shape& axes) {
  const Tensor& a = operand.tensor();
  const std::size_t rank = a.shape().size();
  const std::string from = axis_letters(rank);
  std::string to;
  Shape shape;
  for (std::int64_t axis : axes) to += from[normalize_axis(axis, rank, "permute", operand.at, &a)];
  std::string sorted = to;
  std::ranges::sort(sorted);
  if (sorted != from) {
    throw Report("permute", fmt::format("{} does not name each axis once", to_string(axes)), operand.at)
        .operand("A", a)
        .hint("each axis of 0 to n - 1 once, in the new order")
        .as<index_error>();
  }
  shape = Shape::filled(rank);
  for (std::size_t i = 0; i < rank; ++i) shape[i] = a.shape()[static_cast<std::size_t>(to[i] - 'A')];
  return contract(transpose_rule, a, from, to, shape, operand.at);
}

Tensor transpose(const Operand& operand, std::int64_t axis0, std::int64_t axis1) {
  const std::size_t rank = operand.tensor().shape().size();
  Shape axes = Shape::filled(rank);
  std::iota(axes.begin(), axes.end(), 0);
  std::swap(axes[normalize_axis(axis0, rank, "transpose", operand.at, &operand.tensor())],
            axes[normalize_axis(axis1, rank, "transpose", operand.at, &operand.tensor())]);
  return permute(operand, axes);
}

Tensor expand(const Operand& operand, const Shape& wanted) {
  const Tensor& a = operand.tensor();
  const std::size_t rank = a.shape().size();
  const auto fail = [&](const char* problem, const char* hint) {
    throw Report("expand", problem, operand.at)
        .operand("A", a)
        .line("shape", to_string(wanted))
        .rule("aligned at the last axis, an extent of 1 is repeated and others stay")
        .hint(hint)
        .as<shape_error>();
  };
  if (wanted.size() < rank) {
    fail("the shape has fewer axes than the tensor",
         "the extents of its other axes, too, or -1 for each that stays");
  }
  const std::size_t added = wanted.size() - rank;
  const std::string from = axis_letters(rank);
  std::string to = axis_letters(added, rank);
  Shape shape = wanted;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    std::int64_t& extent = shape[added + axis];
    const std::int64_t have = a.shape()[axis];
    if (extent == -1) extent = have;
    if (have != extent && have != 1)
      fail("an axis cannot be repeated to this extent",
           "-1 for an axis that stays; unsqueeze for one of 1 to repeat");
    to += have == extent ? from[axis] : static_cast<char>('A' + wanted.size() + axis);
  }
  if (std::ranges::any_of(shape, [](std::int64_t extent) { return extent < 0; }))
    fail("a new axis needs its extent", "a number of 0 or more; -1 is for axes that the tensor has");
  return contract(expand_rule, a, from, to, shape, operand.at);
}

namespace {

// Kept out of sum_to, which undoes the broadcast of a scalar in every step of a regression.
[[gnu::noinline]] Tensor sum_over_axes(const Tensor& a, const Shape& shape, Location at) {
  const std::size_t rank = a.shape().size();
  const std::string from = axis_letters(rank);
  std::string to;
  bool fits = shape.size() <= rank;
  for (std::size_t axis = 0; fits && axis < shape.size(); ++axis) {
    const std::size_t aligned = rank - shape.size() + axis;
    const bool kept = shape[axis] == a.shape()[aligned];
    to += kept ? from[aligned] : static_cast<char>('A' + rank + axis);
    fits = kept || shape[axis] == 1;
  }
  if (!fits) {
    throw Report("sum_to", fmt::format("nothing of shape {} was repeated to this one", to_string(shape)), at)
        .operand("A", a)
        .hint("a shape that expand() turns into this one")
        .as<shape_error>();
  }
  return contract(sum_to_rule, a, from, to, shape, at);
}

}  // namespace

[[gnu::hot]] void undo_broadcast(Tensor& a, const Shape& shape) {
  if (is_total(a, shape)) return total(a, shape);
  a = sum_over_axes(a, shape, a.node().location());
}

Tensor sum_to(const Tensor& a, const Shape& shape, Location at) {
  static_cast<void>(a.node(at, "the operand"));
  if (!is_total(a, shape)) return sum_over_axes(a, shape, at);
  Tensor sum = a;
  total(sum, shape);
  return sum;
}

std::vector<bool> reduced_axes(const char* operation, const Tensor& a, const Shape& axes, Location at) {
  const std::size_t rank = a.shape().size();
  std::vector<bool> reduced(rank, axes.empty());
  for (const std::int64_t axis : axes) {
    auto mark = reduced[normalize_axis(axis, rank, operation, at, &a)];
    if (mark) {
      throw Report(operation, fmt::format("axis {} is named twice", axis), at)
          .operand("A", a)
          .hint("each axis once; negative ones count from the back")
          .as<index_error>();
    }
    mark = true;
  }
  return reduced;
}

Shape reduced_shape(const Shape& shape, const std::vector<bool>& reduced, bool keepdim) {
  std::vector<std::int64_t> left;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (!reduced[axis]) left.push_back(shape[axis]);
    if (reduced[axis] && keepdim) left.push_back(1);
  }
  return left;
}

}  // namespace eingrad

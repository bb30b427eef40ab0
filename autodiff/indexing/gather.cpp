#include <algorithm>

#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/gather.hpp>
#include <autodiff/indexing/selection.hpp>
#include <autodiff/indexing/slice.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr SelectionRule gather_rule("gather"), scatter_add_rule("scatter_add"), take_rule("take");

void check_index(const char* operation, const Tensor& index, Location at) {
  if (index.node(at, "the index", operation).dtype == int64) return;
  throw Report(operation, "the index is not an int64 tensor", at)
      .operand("i", index)
      .hint("to(int64) on it")
      .as<dtype_error>();
}

std::int64_t from_front(const char* operation, Node& a, std::int64_t index, std::int64_t extent,
                        Location at) {
  if (index >= -extent && index < extent) return index < 0 ? index + extent : index;
  throw Report(operation, fmt::format("there is no index {} on an axis of {}", index, extent), at)
      .operand("A", Tensor(retain(&a)))
      .hint(detail::places(extent))
      .as<index_error>();
}

/// Where in `a` each element of the index points along an axis, in the index' own place on the others.
std::shared_ptr<const IndexMap> map_along(const char* operation, const Tensor& a, std::int64_t axis,
                                          const Tensor& index, Location at) {
  check_index(operation, index, at);
  const std::size_t rank = a.shape().size(), along = normalize_axis(axis, rank, operation, at, &a);
  bool fits = index.shape().size() == rank;
  for (std::size_t i = 0; fits && i < rank; ++i) fits = i == along || index.shape()[i] <= a.shape()[i];
  if (!fits) {
    throw Report(operation, "the index does not lie within the operand on the other axes", at)
        .operand("A", a)
        .operand("i", index)
        .hint("narrow the index, or expand the operand, on the other axes")
        .as<shape_error>();
  }
  kernels::Loops<1> loops;  // over the index, by its place in `a` with 0 on the axis
  for (std::size_t i = 0; i < rank; ++i)
    loops.add(index.shape()[i], {i == along ? 0 : numel_behind(a.shape(), i)});
  IndexMap map;
  map.run = 1;
  map.picks.reserve(static_cast<std::size_t>(index.numel()));
  const std::int64_t stride = numel_behind(a.shape(), along), extent = a.shape()[along];
  return picked(operation, index, std::move(map), [=, source = a.get()](auto elements, auto& picks) {
    if (elements.empty()) return;
    auto next = elements.begin();
    loops.each([&](const auto& place) {
      picks.push_back(place[0] + stride * from_front(operation, *source, *next++, extent, at));
    });
  });
}

}  // namespace

Tensor gather(const Operand& operand, std::int64_t axis, const Tensor& index) {
  const Tensor& a = operand.tensor();
  auto map = map_along("gather", a, axis, index, operand.at);
  return select(gather_rule, a, std::move(map), index.shape(), operand.at);
}

Tensor scatter_add(const Operand& operand, std::int64_t axis, const Tensor& index, const Operand& source) {
  const Tensor& a = operand.tensor();
  if (source.tensor("the source").shape() != index.node(operand.at, "the index").shape) {
    throw Report("scatter_add", "source and index differ in shape", operand.at)
        .operand("s", source.tensor())
        .operand("i", index)
        .hint("a source of the shape of the index; expand() for a number")
        .as<shape_error>();
  }
  const Tensor& added = source.tensor(a.dtype());
  const auto map = map_along("scatter_add", a, axis, index, operand.at);
  return add(operand, spread(scatter_add_rule, added, map, a.shape(), operand.at));
}

Tensor take(const Operand& operand, const Tensor& index) {
  const Tensor& a = operand.tensor();
  check_index("take", index, operand.at);
  IndexMap map;
  map.run = 1;
  const auto places = [source = a.get(), at = operand.at](auto elements, auto& picks) {
    for (const std::int64_t i : elements)
      picks.push_back(from_front("take", *source, i, source->numel(), at));
  };
  return select(take_rule, a, picked("take", index, std::move(map), places), index.shape(), operand.at);
}

Tensor one_hot(const Tensor& labels, std::int64_t classes, Location at) {
  static_cast<void>(labels.node(at, "the tensor of labels"));
  check_index("one_hot", labels, at);
  if (classes == -1) {
    const auto known = labels.span<std::int64_t>();
    classes = (known.empty() ? -1 : std::ranges::max(known)) + 1;
  }
  std::vector<std::int64_t> shape(labels.shape().begin(), labels.shape().end());
  shape.push_back(std::max<std::int64_t>(classes, 0));
  Tensor y = empty(shape, int64, at);
  Node *const read = labels.get(), *const written = y.get();
  replay::Work work{"one_hot", {&written, 1}, {&read, 1}};
  work.may_fail = true;
  replay::perform(work, [from = labels.get(), to = y.get(), classes, at] {
    const std::span indices(static_cast<const std::int64_t*>(from->data),
                            static_cast<std::size_t>(from->numel()));
    const auto has_class = [classes](std::int64_t label) { return label >= 0 && label < classes; };
    if (classes < 1 || !std::ranges::all_of(indices, has_class)) {
      throw Report("one_hot", fmt::format("the labels do not number {} classes", classes), at)
          .operand("labels", Tensor(retain(from)))
          .hint("0 to classes - 1; -1 for the number of classes counts them")
          .as<index_error>();
    }
    auto* row = static_cast<std::int64_t*>(to->data);
    std::fill_n(row, to->numel(), 0);
    for (const std::int64_t label : indices) {
      row[label] = 1;
      row += classes;
    }
  });
  return y;
}

}  // namespace eingrad

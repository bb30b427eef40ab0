#include <cstring>

#include <autodiff/create.hpp>
#include <autodiff/indexing/selection.hpp>

namespace eingrad {

namespace {

constexpr SelectionRule transposed_rule("scatter");

template <class T>
void gather(const IndexMap& map, const T* x, T* y) {
  if (map.picks.empty()) return kernels::strided_copy(y + map.to, x + map.from, map.loops);
  for (const std::int64_t pick : map.picks) {
    for (std::int64_t i = 0; i < map.run; ++i) *y++ = x[pick + i];
  }
}

// An element that was taken twice gets both.
template <class T>
void scatter(const IndexMap& map, const T* y, T* x) {
  if (map.picks.empty()) {
    map.loops.each([&](const auto& at) {
      T& target = x[map.from + at[1]];
      const T value = y[map.to + at[0]];
      target = map.overlaps ? static_cast<T>(target + value) : value;
    });
    return;
  }
  for (const std::int64_t pick : map.picks) {
    for (std::int64_t i = 0; i < map.run; ++i) x[pick + i] = static_cast<T>(x[pick + i] + *y++);
  }
}

/// to = S from, or Sᵀ from: what no element is mapped to keeps its value.
void move(const IndexMap& map, bool transposed, const Node& from, Node& to) {
  if (from.numel() == 0 || to.numel() == 0) return;
  with_element_type(to.dtype, [&]<class T>() {
    const auto* source = static_cast<const T*>(from.data);
    auto* target = static_cast<T*>(to.data);
    if (transposed) {
      scatter(map, source, target);
    } else {
      gather(map, source, target);
    }
  });
}

Tensor pulled_back(const SelectionRule& rule, const std::shared_ptr<const IndexMap>& map, bool transposed,
                   const Tensor& cotangent, const Shape& shape, Location at) {
  Tensor x(make_node(cotangent.dtype(), shape, at));
  replay::perform(rule.name, *x.get(), {cotangent.get()},
                  [map, transposed, from = cotangent.get(), to = x.get()] {
                    std::memset(to->data, 0, to->bytes());
                    move(*map, transposed, *from, *to);
                  });
  if (should_record({&cotangent})) {
    auto selection = std::make_unique<Selection>();
    selection->maps = {map};
    selection->transposed = transposed;
    record(x, rule, {&cotangent}, std::move(selection));
  }
  return x;
}

}  // namespace

Tensor select(const SelectionRule& rule, const std::vector<Tensor>& x, std::vector<IndexMap> maps,
              const Shape& shape, Location at) {
  Tensor y(make_node(x.front().dtype(), shape, at));
  auto selection = std::make_unique<Selection>();
  std::vector<Node*> from;
  for (std::size_t i = 0; i < x.size(); ++i) {
    selection->maps.push_back(std::make_shared<const IndexMap>(std::move(maps[i])));
    from.push_back(x[i].get());
  }
  Node* const to = y.get();
  replay::perform({rule.name, {&to, 1}, from}, [from, to, parts = selection->maps] {
    for (std::size_t i = 0; i < from.size(); ++i) move(*parts[i], false, *from[i], *to);
  });
  if (should_record(x)) record(y, rule, x, std::move(selection));
  return y;
}

Tensor select(const SelectionRule& rule, const Tensor& x, std::shared_ptr<const IndexMap> map,
              const Shape& shape, Location at) {
  Tensor y(make_node(x.dtype(), shape, at));
  replay::perform(rule.name, *y.get(), {x.get()},
                  [map, from = x.get(), to = y.get()] { move(*map, false, *from, *to); });
  if (should_record({&x})) {
    auto selection = std::make_unique<Selection>();
    selection->maps.push_back(std::move(map));
    record(y, rule, {&x}, std::move(selection));
  }
  return y;
}

Tensor select(const SelectionRule& rule, const Tensor& x, IndexMap map, const Shape& shape, Location at) {
  return select(rule, x, std::make_shared<const IndexMap>(std::move(map)), shape, at);
}

Tensor spread(const SelectionRule& rule, const Tensor& x, std::shared_ptr<const IndexMap> map,
              const Shape& shape, Location at) {
  return pulled_back(rule, map, true, x, shape, at);
}

void SelectionRule::backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const {
  const Node& node = y.node();
  const auto& selection = static_cast<const Selection&>(*node.attributes());
  for (std::size_t i = 0; i < node.operand_count; ++i) {
    if (!operands.wants(i)) continue;
    const Shape& shape = node.operands()[i].node->shape;
    operands.give(i, pulled_back(transposed_rule, selection.maps[i], !selection.transposed, cotangent, shape,
                                 node.location()));
  }
}

// The same elements of the tangents.
Tensor SelectionRule::push_forward(const Tensor& y, std::span<const Tensor> tangents) const {
  const Node& node = y.node();
  const auto& selection = static_cast<const Selection&>(*node.attributes());
  if (selection.transposed)
    return pulled_back(*this, selection.maps[0], true, tangents[0], y.shape(), node.location());
  std::vector<Tensor> all;
  std::vector<IndexMap> maps;
  for (std::size_t i = 0; i < tangents.size(); ++i) {
    const Node& operand = *node.operands()[i].node;
    all.push_back(tangents[i].defined() ? tangents[i] : zeros(operand.shape, y.dtype()));
    maps.push_back(*selection.maps[i]);
  }
  return select(*this, all, std::move(maps), y.shape(), node.location());
}

}  // namespace eingrad

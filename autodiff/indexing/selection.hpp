#pragma once
#include <memory>
#include <vector>

#include <autodiff/kernels/strided.hpp>
#include <autodiff/replay/perform.hpp>
#include <autodiff/rule.hpp>

namespace eingrad {

/// Which elements of an operand are which elements of the result: y[to + …] = x[from + …] for every step of
/// the loops (y's strides first), or, if there are picks, y[r * run + i] = x[picks[r] + i] for i < run.
struct IndexMap {
  kernels::Loops<2> loops;
  std::int64_t to = 0, from = 0;
  std::vector<std::int64_t> picks;
  std::int64_t run = 0;
  bool overlaps = false;  ///< whether the loops come to an element of x more than once, as picks may

  /// The map of a tensor of n elements to itself.
  static IndexMap identity(std::int64_t n) {
    IndexMap map;
    map.loops.add(n, {1, 1});
    return map;
  }
};

/// The indexing kind of operation, y = S x with a map S for each operand. Its backward is the transpose, x̄ +=
/// Sᵀ ȳ, which is of the same kind: `transposed` says which of the two a node is.
struct Selection : Attributes {
  std::vector<std::shared_ptr<const IndexMap>> maps;
  bool transposed = false;
};

struct SelectionRule final : Rule {
  using Rule::Rule;

  void backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const override;
  Tensor push_forward(const Tensor& y, std::span<const Tensor> tangents) const override;
  bool reads_operand(const Node&, std::size_t) const override { return false; }
};

/// A map whose picks come from the elements of an index tensor: find(elements, picks) appends them, and
/// throws if an index is out of range.
template <class Find>
std::shared_ptr<const IndexMap> picked(const char* operation, const Tensor& index, IndexMap map, Find find) {
  auto shared = std::make_shared<IndexMap>(std::move(map));
  replay::require(operation, {&index.node()},
                  [shared, find,
                   elements = std::span(static_cast<const std::int64_t*>(index.node().data),
                                        static_cast<std::size_t>(index.numel()))] {
                    shared->picks.clear();
                    find(elements, shared->picks);
                  });
  return shared;
}

/// Computes and records y = S x; the maps of all operands together fill `shape`.
Tensor select(const SelectionRule& rule, const Tensor& x, IndexMap map, const Shape& shape, Location at);
Tensor select(const SelectionRule& rule, const Tensor& x, std::shared_ptr<const IndexMap> map,
              const Shape& shape, Location at);
Tensor select(const SelectionRule& rule, const std::vector<Tensor>& x, std::vector<IndexMap> maps,
              const Shape& shape, Location at);

/// The other way round: y = Sᵀ x. An element of y to which several of x are mapped is their sum, one without
/// any is 0.
Tensor spread(const SelectionRule& rule, const Tensor& x, std::shared_ptr<const IndexMap> map,
              const Shape& shape, Location at);

}  // namespace eingrad

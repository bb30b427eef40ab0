#include <algorithm>
#include <map>

#include <autodiff/explain/axes.hpp>

namespace eingrad::einstein {

namespace {

constexpr std::size_t none = ~std::size_t{0};

}  // namespace

std::vector<std::size_t> long_axes(const Shape& shape) {
  std::vector<std::size_t> axes;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] != 1) axes.push_back(axis);
  }
  return axes;
}

Axes::Axes(const std::vector<Vertex>& vertices) : vertices_(vertices) {
  for (const Vertex& vertex : vertices) {
    std::vector<std::size_t> own(vertex.value.shape().size(), none);
    for (const std::size_t axis : long_axes(vertex.value.shape())) {
      own[axis] = parent_.size();
      parent_.push_back(parent_.size());
      extents_.push_back(vertex.value.shape()[axis]);
    }
    of_.push_back(std::move(own));
  }
  for (std::size_t vertex = 0; vertex < vertices.size(); ++vertex) join_along(vertex);
}

std::size_t Axes::class_of(std::size_t axis) const {
  while (parent_[axis] != axis) axis = parent_[axis];
  return axis;
}

bool Axes::join(std::size_t a, std::size_t b) {
  if (a == none || b == none || extents_[a] != extents_[b]) return false;
  parent_[class_of(a)] = class_of(b);
  return true;
}

void Axes::join_along(std::size_t vertex) {
  using Kind = Vertex::Kind;
  const Vertex& y = vertices_[vertex];
  const std::vector<std::size_t>& own = of_[vertex];
  switch (y.kind) {
    case Kind::elementwise:
    case Kind::softmax:
      for (const std::size_t operand : y.operands) {
        const std::vector<std::size_t>& axes = of_[operand];
        for (std::size_t back = 1; back <= axes.size(); ++back)
          join(axes[axes.size() - back], own[own.size() - back]);
      }
      break;
    case Kind::contraction: {
      std::map<char, std::size_t> first;
      const auto walk = [&](const std::string& letters, const std::vector<std::size_t>& axes) {
        for (std::size_t axis = 0; axis < letters.size(); ++axis) {
          if (axes[axis] == none) continue;
          const auto [known, is_new] = first.emplace(letters[axis], axes[axis]);
          if (!is_new) join(axes[axis], known->second);
        }
      };
      walk(y.letters.out, own);
      walk(y.letters.a, of_[y.operands[0]]);
      if (y.operands.size() > 1) walk(y.letters.b, of_[y.operands[1]]);
      break;
    }
    case Kind::logsumexp:
    case Kind::largest: {
      // What is left of the operand's axes, in order, with or without places for those that are gone.
      std::vector<std::size_t> left, kept;
      for (std::size_t axis = 0; axis < of_[y.operands[0]].size(); ++axis) {
        const bool is_gone = std::ranges::find(y.along, axis) != y.along.end();
        if (!is_gone && of_[y.operands[0]][axis] != none) left.push_back(of_[y.operands[0]][axis]);
      }
      for (const std::size_t axis : own) {
        if (axis != none) kept.push_back(axis);
      }
      for (std::size_t i = 0; i < std::min(left.size(), kept.size()); ++i) join(left[i], kept[i]);
      break;
    }
    case Kind::same: {
      std::vector<std::size_t> from;
      for (const std::size_t axis : of_[y.operands[0]]) {
        if (axis != none) from.push_back(axis);
      }
      std::size_t next = 0;
      for (const std::size_t axis : own) {
        if (axis != none) join(axis, from[next++]);
      }
      break;
    }
    default:
      break;
  }
}

std::vector<std::size_t> Axes::of(std::size_t vertex) const {
  std::vector<std::size_t> classes;
  for (const std::size_t axis : of_[vertex]) {
    if (axis != none) classes.push_back(class_of(axis));
  }
  return classes;
}

}  // namespace eingrad::einstein

#pragma once
#include <cstddef>
#include <vector>

#include <autodiff/explain/vertices.hpp>

namespace eingrad::einstein {

/// Which axes of a graph's tensors are one: those that an operation walks along together. An axis of one
/// element is none; nothing is summed or told apart along it.
class Axes {
 public:
  explicit Axes(const std::vector<Vertex>& vertices);

  /// For each axis of a vertex with more than one element the number of its class, in order.
  std::vector<std::size_t> of(std::size_t vertex) const;
  /// How many elements an axis of the class has.
  std::int64_t extent(std::size_t axis) const { return extents_[axis]; }

  /// The class that an axis belongs to by now.
  std::size_t class_of(std::size_t axis) const;

  /// Makes two classes one, as the user does who gives them one letter; false if their extents differ.
  bool join(std::size_t a, std::size_t b);

 private:
  void join_along(std::size_t vertex);

  const std::vector<Vertex>& vertices_;
  std::vector<std::vector<std::size_t>> of_;  // the axes of each vertex, none for an extent of 1
  std::vector<std::size_t> parent_;
  std::vector<std::int64_t> extents_;
};

/// The axes of a tensor that have more than one element.
std::vector<std::size_t> long_axes(const Shape& shape);

}  // namespace eingrad::einstein

#pragma once
#include <string>
#include <vector>

#include <autodiff/draw_graph.hpp>
#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// A named tensor of a graph.
struct Quantity {
  std::string name;
  Indices indices;                      ///< the letters of its axes, in its definition
  Tensor tensor;                        ///< in the graph
  std::string operation;                ///< if it has no index notation: what computes it
  std::vector<std::string> operands{};  ///< and from what
  std::vector<std::size_t> places{};    ///< which operands of the operation these are
  bool is_unnamed_data = false;         ///< data that the user did not name, though other data
};

/// A graph in index notation: formulas for what has one, the values at which it was computed.
struct GraphFormulas {
  Problem problem;
  Values values;                     ///< of all names, without axes of one element
  std::vector<Quantity> quantities;  ///< in the order of computation, the output last
  std::vector<std::string> seen;     ///< assumptions that the values fulfil and that nobody stated

  std::vector<std::string> users_letters{};  ///< axes that the user named

  const Quantity& quantity(const std::string& name) const;
  /// A letter for this axis that is none of those in use: the user's own if it is free.
  Index fresh_letter(const std::string& axis, Indices in_use) const;
  const Quantity& output() const { return quantities.back(); }
};

/// Reads the formulas off the graph that computed a tensor.
///
/// `names` are the user's: {{"w", w}, {"X[n,i]", x}}, where letters name axes, or a module's
/// named_parameters(); those of tensors that are not in the graph are not used, and what else needs a name
/// gets one. `declare` is for the names of sizes, "m = |n|".
/// Axes of one element are left out. Classes that labels pick become a one-hot tensor.
/// graph_error if a backward pass has freed the graph, or if a value was overwritten since.
GraphFormulas read_graph(const Tensor& output, const Names& names = {}, std::string_view declare = "");

}  // namespace eingrad::einstein

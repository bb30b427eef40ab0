#pragma once
#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include <autodiff/anomaly.hpp>
#include <autodiff/draw_graph.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad {

/// A tensor in brief.
struct Summary {
  Shape shape;
  /// All elements if there are at most three. Of more, the least and the greatest, and how many of them are
  /// NaN.
  std::array<double, 3> numbers{};
};

/// What the rule of a step handed to one of its operands.
struct Contribution {
  std::uint32_t operand;  ///< which one: 0 is the first
  std::uint32_t to;       ///< the step of the operand, later in the list
  std::uint32_t count;    ///< 1 for the first contribution that arrived there, 2 for the second, …
  std::string rule;       ///< how it came about: "wbar = yhatbar * x"
  Shape given;     ///< its shape before it was summed over the axes along which the operand was broadcast
  Summary value;   ///< what arrived, in the operand's shape
  Summary so_far;  ///< with what had arrived before
};

/// One tensor that a gradient flows to.
struct TraceStep {
  std::string name;       ///< the user's, or v1, v2, … by the number of the step, counted from 1
  std::string operation;  ///< that made it; empty for a leaf
  std::string notation;   ///< "w * x"
  Location location;
  std::optional<Summary> cotangent;  ///< of it, all contributions together; none where nothing arrived
  bool hooked = false;               ///< hooks were called with it, and the cotangent is what they made of it
  std::vector<std::uint32_t> sources;  ///< the steps that contributed, in order; one twice if it did so twice
  std::vector<Contribution> contributions;  ///< to the operands that want a gradient
  Tensor gradient;  ///< what backward adds to grad(): of leaves, and where retain_grad() was called
};

/// The ledger of a backward pass: who handed what to whom. Results come in the order in which backward visits
/// them, each after all that it contributed to; then the leaves. Values are in brief, so it grows with the
/// number of steps and not with the size of the tensors.
struct BackwardTrace {
  std::vector<TraceStep> steps;
  /// Why it ended early: which operation's derivative by which operand made the first NaN, where it stands,
  /// and from what. Empty if it went to the end.
  std::string stopped;
};

struct TraceOptions {
  Tensor cotangent{};               ///< of the output; one of a single element needs none
  Anomaly stop_at = Anomaly::none;  ///< end at the first NaN, or the first NaN or infinity
};

/// Walks as output.backward() would and writes down each step. Nothing changes: no grad(), no value, and the
/// graph stays. Hooks are called, since they belong to what backward computes. `names` as for to_dot. Throws
/// what backward would: graph_error on a tensor without graph, a freed graph or an overwritten value.
BackwardTrace trace_backward(const Tensor& output, const Names& names = {}, const TraceOptions& options = {},
                             Location at = Location::current());

/// For reading, on lines of 100 characters: each step with what comes in, the rules and what they hand on,
/// then for each leaf its gradient and the lines that it came from.
std::string to_string(const BackwardTrace& trace);
std::ostream& operator<<(std::ostream& stream, const BackwardTrace& trace);

}  // namespace eingrad

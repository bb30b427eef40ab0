#pragma once
#include <iosfwd>
#include <map>
#include <optional>

#include <autodiff/einstein/check.hpp>
#include <autodiff/explain/chain_rule.hpp>

namespace eingrad::einstein {

struct ExplainOptions {
  /// What to differentiate by. By itself all leaves with a name that require a gradient; all leaves that
  /// require one, if none of them has a name.
  std::vector<std::string> of{};
  /// Names of sizes, "m = |n|", for axes that the user named.
  std::string declare{};
};

/// How far a formula's value is from the engine's gradient, hooks included, and from differences of the
/// formulas of the forward pass: the largest difference, relative to the largest element.
struct Agreement {
  std::string name;
  /// None where backward has no gradient of it: it is data, or stands inside a fused operation.
  std::optional<double> autograd{};
  /// None where an operation on the way has no formula.
  std::optional<double> differences{};
};

/// A derivation from a graph: formulas, derivatives, and how they agree with what the engine computes.
struct Explanation {
  GraphFormulas graph;
  std::vector<std::string> of;
  std::vector<Gradient> gradients;
  std::vector<Agreement> checks;
  /// What the formulas of the gradients come to, each with the axes of its tensor that have more than one
  /// element. Where an operation without a formula has more than ten million derivatives, what lies behind it
  /// is left out.
  std::map<std::string, Tensor> values;

  /// The derivative by a name. value_error if there is none.
  const Gradient& gradient(const std::string& name) const;
};

/// Derives the gradients of a loss in index notation, from the graph that computed it: the formulas of the
/// forward pass, the derivatives that the chain rule needs, each worked out one rule a line, their product,
/// its form in matrices, and the check against backward and against differences. Nothing is changed: no
/// grad(), no graph.
///
///   std::cout << explain(loss, {{"w", w}, {"b", b}});
///
/// `names` are as for read_graph. What has no index notation (an index that is computed, a decomposition of a
/// matrix) is one factor, ∂u/∂x, with its shape.
/// graph_error after backward has freed the graph or for a loss that depends on nothing that requires a
/// gradient, shape_error for one of several elements, value_error for a name in `of` that the graph lacks.
Explanation explain(const Tensor& loss, const Names& names = {}, const ExplainOptions& options = {});

/// Checks a claim against the formulas of a graph. value_error if these have an operation without index
/// notation.
Verdict check(std::string_view claim, const Tensor& output, const Names& names,
              std::string_view declare = "");

/// As plain text, as Markdown, or as a part of a LaTeX document (with amsmath).
std::string to_string(const Explanation& explanation, Format format = Format::text);
std::ostream& operator<<(std::ostream& out, const Explanation& explanation);

}  // namespace eingrad::einstein

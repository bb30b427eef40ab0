#pragma once
#include <string>
#include <vector>

#include <autodiff/einstein/derivation.hpp>
#include <autodiff/explain/read_graph.hpp>

namespace eingrad::einstein {

/// ∂ŷ_p/∂w: of a quantity by one that stands in its formula, everything else in it held constant.
struct LocalDerivative {
  Symbol of, by;
  Derivation derivation;
  bool is_opaque = false;  ///< the operation has no index notation: the derivative stays as it is
  std::vector<std::string> held_constant{};  ///< if it is the output's: what depends on `by` on other ways
};

/// The derivative of a graph's output by one of its quantities.
struct Gradient {
  Symbol by;
  std::vector<LocalDerivative> local;  ///< of each quantity that is computed from it
  Derivation product;                  ///< by the chain rule; without steps if the output is the only one

  /// ∂L/∂by; what was long is left in it as a derivative, ∂L/∂z_nh, whose formula stands further up.
  const Expr& formula() const { return product.result(); }
};

/// The derivatives of a graph's output by the quantities of these names and by all that lie between, in the
/// order of a backward pass.
std::vector<Gradient> chain_rule(const GraphFormulas& graph, const std::vector<std::string>& names);

}  // namespace eingrad::einstein

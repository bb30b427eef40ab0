#pragma once
#include <string>
#include <vector>

#include <autodiff/draw_graph.hpp>
#include <autodiff/einstein/declarations.hpp>
#include <autodiff/explain/vertices.hpp>

namespace eingrad::einstein {

/// What the user calls a tensor: "w", "X[n,i]" with letters for its axes, "Y[n,k] simplex(k)" with what is
/// known of it, or a module's "0.weight", which becomes w1.
struct GivenName {
  std::string name;
  std::vector<std::string> letters{};
  std::vector<Declarations::Assumed> assumptions{};
  Tensor tensor{};
};
/// value_error for a name that no formula can have.
std::vector<GivenName> given_names(const Names& names);

/// The names of vertices; empty for those that stand inside another one's formula or are not needed. What
/// nobody named gets a name where a person would give it one: a tensor that is used twice, what a nonlinear
/// function is applied to, the argument of a loss, a sum that is spread out again.
std::vector<std::string> names_of(const Vertices& vertices, const std::vector<GivenName>& given);

}  // namespace eingrad::einstein

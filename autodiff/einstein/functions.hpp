#pragma once
#include <string_view>
#include <vector>

#include <autodiff/einstein/expr.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad::einstein {

/// An elementwise operation of the engine, read on expressions.
struct KnownFunction {
  std::string_view name;
  std::size_t arity;
  /// f(a, …): a sum, a product or a power where it is one.
  Expr (*of)(const std::vector<Expr>& arguments);
  /// ∂f/∂a, …, from the operation's own definition; 0 by a condition.
  std::vector<Expr> (*partials)(const std::vector<Expr>& arguments, const Expr& f);
  Tensor (*call)(const std::vector<Tensor>& arguments);
};

/// All of them, in the order of autodiff/elementwise/list.hpp.
const std::vector<KnownFunction>& known_functions();
/// Null if there is none of this name.
const KnownFunction* find_function(std::string_view name);
/// The same, also by the names that formulas have for some: sigma is sigmoid.
const KnownFunction* known_function(std::string_view name);

/// max(a, b); of 0 and a it is relu(a), whose derivative at the kink is the one that people mean.
Expr larger_of_two(const std::vector<Expr>& both);

}  // namespace eingrad::einstein

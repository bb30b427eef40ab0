#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/differentiate.hpp>
#include <autodiff/einstein/evaluate.hpp>

namespace eingrad::einstein {

/// What a formula is checked against: declarations, and definitions of some of the names.
struct Problem {
  Declarations declarations;
  Definitions definitions;

  /// Adds a definition, yhat_n = b + w x_n, and declares what it defines, if nothing else does (see
  /// implied_declaration.hpp). value_error if it is none, or if it leads back to itself.
  void define(std::string_view line);
  /// The names that have no definition, in order.
  std::vector<std::string> inputs() const;
};

/// How the points are drawn at which formulas are compared.
struct Drawing {
  std::uint32_t seed = 0;
  double scale = 1;               ///< of the inputs: some comparisons decide otherwise for large numbers
  double low = -1.5, high = 1.5;  ///< between which the inputs are drawn, times the scale
  bool symmetric = false;         ///< all tensors of two equal axes
  std::string single = "";        ///< an axis of one element
  std::string simplex = "";       ///< a tensor that sums to 1
  std::string along = "";         ///< the axis along which it does
};

/// Random values for the inputs, as the declarations say, and what they make of the defined names. No two
/// axes have one size, and another seed gives other sizes.
Values draw(const Problem& problem, const Drawing& drawing);

}  // namespace eingrad::einstein

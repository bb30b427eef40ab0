#pragma once
#include <string>
#include <string_view>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/spelling.hpp>

namespace eingrad::einstein {

// A square may be a name of its own, as the variance sigma^2 is, of which no sheet has the root.

inline constexpr std::string_view square_sign = "^2";

inline bool is_square_name(std::string_view name) { return name.ends_with(square_sign); }
/// sigma of sigma^2; any other name as it is.
inline std::string without_square(std::string_view name) {
  return std::string(is_square_name(name) ? name.substr(0, name.size() - square_sign.size()) : name);
}

/// With the names of squares where they are declared in front of their letters, sigma^2_j for sigma_j^2, and
/// even powers of their roots as powers of them: sigma^2_j^2 for sigma_j^4.
Canonical with_named_squares(Canonical formula, const Declarations& declarations);

}  // namespace eingrad::einstein

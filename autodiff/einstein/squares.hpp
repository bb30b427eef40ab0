#pragma once
#include <string>
#include <string_view>

namespace eingrad::einstein {

// A square may be a name of its own, as the variance sigma^2 is, of which no sheet has the root.

inline constexpr std::string_view square_sign = "^2";

inline bool is_square_name(std::string_view name) { return name.ends_with(square_sign); }
/// sigma of sigma^2; any other name as it is.
inline std::string without_square(std::string_view name) {
  return std::string(is_square_name(name) ? name.substr(0, name.size() - square_sign.size()) : name);
}

}  // namespace eingrad::einstein

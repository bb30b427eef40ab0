#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace eingrad::einstein {

/// A = B = C as A = B and A = C, in the spelling it has; what has no '=' as it is. An '=' in brackets, as in
/// [a = b] and \sum_{n=1}, is part of a formula.
std::vector<std::string> equations_of(std::string_view chain);

/// Whether an '=' stands in it that is no part of a formula.
bool is_equation(std::string_view line);

/// A step of a derivation, "= …", with the left side of its first line, if it has none of its own.
std::string with_left_side(const std::string& line, const std::string& first);

}  // namespace eingrad::einstein

#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace eingrad::einstein {

/// A = B = C as A = B and A = C, in the spelling it has; what has no '=' as it is. An '=' in brackets, as in
/// [a = b] and \sum_{n=1}, is part of a formula.
std::vector<std::string> equations_of(std::string_view chain);

}  // namespace eingrad::einstein

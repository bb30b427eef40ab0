#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace eingrad {

struct Node;

/// How the operation that made `y` is written, with a, b, c, … for its operands: "a * b", "tanh(a)" or
/// "einsum("ij,jk->ik", a, b)"; empty for leaves.
std::string notation_of(const Node& y);

/// How its rule makes the cotangent of operand i, "abar", from the cotangent of the result, "ybar":
/// "abar = ybar * cos(a)", or "bbar = einsum("ik,ij->jk", ybar, a)", or that it is a rule of its own.
std::string rule_of(const Node& y, std::size_t i);

/// What operand i is called in these: a, b, c, …
std::string operand_name(std::size_t i);

/// Such a text with names for a, b, c, … and for the result y, and for abar, …, ybar the same with "bar".
std::string with_names(std::string_view text, const std::vector<std::string>& operands,
                       const std::string& result);

}  // namespace eingrad

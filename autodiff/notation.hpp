#pragma once
#include <string>

namespace eingrad {

struct Node;

/// How the operation that made `y` is written: "a * b" of an elementwise one, with a, b, c for its operands,
/// and "ij,jk->ik" of a contraction; empty for others and for leaves.
std::string notation_of(const Node& y);

/// How its rule makes the cotangent of operand i, "abar", from the cotangent of y, "ybar":
/// "abar = ybar * cos(a)", or "bbar = einsum("ik,ij->jk", ybar, a)", or that it is a rule of its own.
std::string rule_of(const Node& y, std::size_t i);

/// What an operand is called in these: a, b, c, …
std::string operand_name(std::size_t i);

}  // namespace eingrad

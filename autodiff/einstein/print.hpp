#pragma once
#include <string>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

enum class Spelling { ascii, unicode, latex };
enum class Sums {
  implied,  ///< left out where parse() puts the same sums in again, given the letters that are free
  shown,
};

struct PrintOptions {
  Spelling spelling = Spelling::ascii;
  Sums sums = Sums::implied;
  int digits = 17;      ///< of a number that is no fraction; fewer are not read back as the same one
  bool braces = false;  ///< x_{n}, not xₙ, in Unicode: for a text some of whose letters have no small form
};

/// Whether all letters of an expression have a small form in Unicode.
bool has_small_letters(const Expr& e);

/// The expression as people write it; parse() reads it again as the same one. Sizes are called by the names
/// that the declarations give them.
std::string print(const Expr& e, const Declarations& declarations, PrintOptions options = {});

}  // namespace eingrad::einstein

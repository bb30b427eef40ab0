#pragma once
#include <string>
#include <string_view>

#include <autodiff/einstein/declarations.hpp>

namespace eingrad::einstein {

/// The declarations, and with them the name that a definition gives a value where none declares it: yhat_n =
/// … declares yhat[n], and Yhat = X W, in matrix form, the axes that its value has. L is a number, as a loss
/// is. Nothing is added for a name that is hardly one: dw, of a declared w, the letter of an axis, yht or
/// Yhat beside a declared yhat.
Declarations with_defined_name(std::string_view line, const Declarations& declarations);

/// The declarations, and with them the sizes of axes that a sum ends with: N = |n| of sum_{n=1}^N.
Declarations with_sizes_of_sums(std::string_view line, const Declarations& declarations);

/// With spaces for the arguments on the left side of f(x, y) = …, where all of them are declared tensors.
std::string without_arguments(std::string_view line, const Declarations& declarations);

/// The name that stands left of '=', declared or not, without its letters; empty if there is none.
std::string defined_name(std::string_view line, const Declarations& declarations);

}  // namespace eingrad::einstein

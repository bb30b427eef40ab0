#pragma once
#include <string>
#include <string_view>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/differentiate.hpp>

namespace eingrad::einstein {

/// The declarations, and with them the name that a definition gives a value where none declares it: yhat_n =
/// … declares yhat[n], and Yhat = X W, in matrix form, the axes that its value has; L, J, loss and cost are
/// numbers. Nothing is added for what is hardly a new name (see is_new_name).
Declarations with_defined_name(std::string_view line, const Declarations& declarations,
                               const Definitions& definitions);

/// The declarations, and with them the sizes of axes that a sum ends with: N = |n| of sum_{n=1}^N.
Declarations with_sizes_of_sums(std::string_view line, const Declarations& declarations);

/// With spaces for the arguments on the left side of f(x, y) = …, where all of them are declared tensors.
std::string without_arguments(std::string_view line, const Declarations& declarations);

/// Whether it is what a loss is called: L, J, loss or cost, a number, whatever its formula is a first attempt
/// at.
bool is_loss_name(const std::string& name);

/// What stands between the brackets of f(x, y) = …, in ASCII.
std::string arguments_of(std::string_view line);

/// The name that stands left of '=', declared or new, without its letters; empty if there is none.
std::string defined_name(std::string_view line, const Declarations& declarations,
                         const Definitions& definitions);

/// With the names in the brackets of f(x) = … as numbers, if they are new and carry no letters in the line.
Declarations with_arguments(std::string_view line, const Declarations& declarations,
                            const Definitions& definitions);

}  // namespace eingrad::einstein

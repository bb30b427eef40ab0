#pragma once
#include <string>
#include <string_view>

#include <autodiff/einstein/differentiate.hpp>

namespace eingrad::einstein {

class Declarations;

/// Whether one may be the other, misspelled: in another case, with or without an underscore, or with one
/// letter that is left out, put in, changed, or exchanged with the next. Short names are all different.
bool resemble(std::string_view a, std::string_view b);

/// Whether it is how a gradient is called elsewhere: grad, w_grad, gradw, dw, or, of a loss L, Lw, Ldw, dLdw
/// and w_bar.
bool is_gradient_name(const std::string& name, const Declarations& declarations);

/// Whether somebody who writes a definition of it means the name to be new: not that of a function, of a
/// gradient (w_grad, Lw, dw) or, of a number, of an axis' letter, and not one that resembles a tensor without
/// a definition.
bool is_new_name(const std::string& name, bool is_number, const Declarations& declarations,
                 const Definitions& definitions);

}  // namespace eingrad::einstein

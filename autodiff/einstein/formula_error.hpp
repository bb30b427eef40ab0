#pragma once
#include <autodiff/error.hpp>

namespace eingrad::einstein {

/// What is wrong with a formula before its value is looked at.
enum class Fault {
  syntax,       ///< it cannot be read
  name,         ///< a name that is not declared
  count,        ///< a tensor with too many or too few letters
  axis,         ///< a letter where another axis is
  free_letter,  ///< a letter on the left that no term on the right has
  used_once,    ///< a letter that is neither on the left nor summed
};

/// A formula that cannot be read, with what is wrong.
struct formula_error : value_error {
  using value_error::value_error;
  Fault fault = Fault::syntax;
};

[[noreturn]] inline void refuse(const Report& report, Fault fault) {
  formula_error error = report.as<formula_error>();
  error.fault = fault;
  throw error;
}

}  // namespace eingrad::einstein

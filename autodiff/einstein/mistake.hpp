#pragma once
#include <string>
#include <string_view>
#include <utility>

#include <autodiff/error.hpp>

namespace eingrad::einstein {

/// What is wrong with a claim, in the order in which it is looked for.
enum class Mistake {
  none,
  syntax,          ///< it cannot be read
  name,            ///< a name that is not declared
  count,           ///< a tensor with too many or too few letters
  axis,            ///< a letter where another axis is
  free_letter,     ///< a letter on the left that no term on the right has
  used_once,       ///< a letter that is neither on the left nor summed
  factor,          ///< right but for a constant: -1, 2, 1/|n| …
  path_cut,        ///< right if a defined tensor that depends on the variable were constant
  sign,            ///< of one term
  prime,           ///< a function instead of its derivative, or the other way round
  tensor,          ///< another tensor of the same axes
  extra_factor,    ///< right without a factor, or two
  missing_factor,  ///< right with one factor more
  reused_letter,   ///< a letter of the left side is meant to be summed where it stands once more
  letters,         ///< right with other letters at one tensor
  missing_term,    ///< a term of the derivative is left out
  extra_term,      ///< right without one term
  term_factor,     ///< one term has a wrong constant
  exponent,        ///< right with another exponent, or one that is exchanged with a factor
  special_case,    ///< right for symmetric tensors, for axes of one element, or on a diagonal only
  different,       ///< none of these
};

/// "missing-factor" …
std::string_view name_of(Mistake mistake);

/// A formula that cannot be read, for one of the first of these.
struct formula_error : value_error {
  using value_error::value_error;
  Mistake mistake = Mistake::syntax;
  std::string undeclared = {};  ///< the name that is not declared, where that is the mistake

  formula_error of(Mistake kind, std::string_view unknown) && {
    mistake = kind;
    undeclared = unknown;
    return std::move(*this);
  }
};

/// What an error says, without its class and its operation in front: "value_error: einstein: …".
inline std::string message_of(const error& refused) {
  const std::string_view text = refused.what();
  const std::size_t operation = text.find(": "), message = text.find(": ", operation + 2);
  return std::string(message == std::string_view::npos ? text : text.substr(message + 2));
}

[[noreturn]] inline void refuse(const Report& report, Mistake mistake, std::string_view undeclared = "") {
  throw report.as<formula_error>().of(mistake, undeclared);
}

}  // namespace eingrad::einstein

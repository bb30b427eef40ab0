#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace eingrad::einstein {

/// A formula in the canonical spelling, ASCII, and where each of its characters came from.
struct Canonical {
  std::string text;
  std::vector<std::size_t> columns;  ///< of each character and of the end: the place in the formula, from 1
};

/// Spells a formula that is written in Unicode or LaTeX in ASCII: ŷₙ and \hat{y}_n are yhat_n, ∂L/∂w and
/// \frac{\partial L}{\partial w} are partialL/partialw, Σₙ and \sum_n are sum_n, W^{(1)} is W1, ‖x‖ is
/// norm(x), h_\theta(x^{(i)}) is h_i. What is ASCII already stays. value_error, with the column, for a
/// character or a command that it does not know.
Canonical canonical(std::string_view formula);

}  // namespace eingrad::einstein

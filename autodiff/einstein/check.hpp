#pragma once
#include <string>
#include <string_view>

#include <autodiff/einstein/mistake.hpp>
#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// What a claim is, with a sentence that says it.
struct Verdict {
  Mistake mistake = Mistake::none;
  std::string message;

  bool is_right() const { return mistake == Mistake::none; }
};

/// Checks a claim such as dL/dw = 2/m (yhat_n - y_n) x_n against a problem's definitions. Both sides are
/// compared at random points, where the sizes of all axes differ, to 1e-8, so that any way of writing the
/// right thing is right. A wrong claim is searched for the one mistake that explains it; what is not sure is
/// not said. value_error if the derivative is finite at no point that was tried.
Verdict check(std::string_view claim, const Problem& problem);

}  // namespace eingrad::einstein

#pragma once
#include <string>
#include <string_view>
#include <vector>

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
/// not said. Of a chain, dL/dw = A = B, it is the verdict on the first wrong side. value_error if the
/// derivative is finite at no point that was tried.
Verdict check(std::string_view claim, const Problem& problem);

/// One right side of a derivation.
struct CheckedStep {
  std::size_t line;  ///< in which of the lines it stands, from 0
  Verdict verdict;
  /// Wrong, but equal to the step before, so that the mistake is not made here.
  bool follows = false;
};

struct CheckedDerivation {
  std::vector<CheckedStep> steps;
  std::string outline;  ///< "steps 1 to 3 hold; step 4 is wrong (factor)"
  std::string summary;  ///< "steps 1 to 3 hold; step 4 is wrong (factor): it is 1/2 times the right one"

  bool is_right() const;
};

/// Checks a derivation: the first line has a left side, each further one begins with '='; a line may be a
/// chain. Every right side has to be the derivative. A wrong one is compared with the side before it, for
/// there the mistake was made; what only follows from a wrong one is no mistake of its own. Errors as of
/// check().
CheckedDerivation check_derivation(const std::vector<std::string>& lines, const Problem& problem);

}  // namespace eingrad::einstein

#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <autodiff/einstein/parse.hpp>
#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// The claims of a sheet from the first on, to see whether a wrong one is right with what those above it say:
/// dZ = A - Y, which forgets 1/m, is made good by dW = 1/m dZ A^T.
class ClaimsAbove {
 public:
  explicit ClaimsAbove(const Problem& problem) : problem_(problem) {}

  /// Notes what a line claims.
  void add(const std::string& claim, std::size_t line, bool is_right);

  struct Line {
    std::string left;  ///< its left side, as it is written
    std::size_t line;
  };
  /// The wrong lines with whose derivatives a wrong claim would be right, one alone if that is enough; none
  /// if there are none, or if it would be too long to say.
  std::vector<Line> made_good_by(const std::string& claim) const;

 private:
  struct Claimed {
    Derivative derivative;
    Expr value;
    Line line;
    bool is_right;
  };
  class Substitution;
  /// The last of the first so many claims that is of this derivative; null if there is none.
  const Claimed* last_of(const Derivative& d, std::size_t count) const;

  const Problem& problem_;
  std::vector<Claimed> claimed_;
};

}  // namespace eingrad::einstein

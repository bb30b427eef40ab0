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
  /// The wrong line with whose derivative a wrong claim would be right; nothing if there is none.
  std::optional<Line> made_good_by(const std::string& claim) const;

 private:
  struct Claimed {
    Derivative derivative;
    Expr value;                 // with those of the lines above in it
    std::optional<Line> wrong;  // it, or one that it rests on
  };
  /// With the value that was claimed last in the place of each derivative.
  Expr with_claimed(const Expr& e, std::optional<Line>& wrong) const;

  const Problem& problem_;
  std::vector<Claimed> claimed_;
};

}  // namespace eingrad::einstein

#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// A line of a sheet.
struct Line {
  std::size_t line;  ///< its number, from 1
  std::string text;
  std::string comment;  ///< what stands behind '#'
};

/// A derivative that somebody claims, dL/dw = …, and the lines below it that begin with '='.
struct Claim : Line {
  std::vector<Line> continued = {};

  /// All of it, as check_derivation() takes it.
  std::vector<Line> lines() const;
  std::vector<std::string> texts() const;
};

/// Homework: a problem, and claims about it.
struct Sheet {
  Problem problem;
  std::vector<Claim> claims;
};

/// Reads a sheet line by line. A line is a list of declarations (X[n,i] b[] m = |n|), a definition
/// (yhat_n = b + w x_n), a claim (dL/dw = …), or the next step of one (= …), each of these in ASCII, Unicode
/// or LaTeX. What follows '#' is a comment. value_error, beginning with the number of the line, for
/// declarations or a definition that cannot be read; a claim is not looked at here.
Sheet read_sheet(std::string_view text);

}  // namespace eingrad::einstein

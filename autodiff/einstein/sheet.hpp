#pragma once
#include <optional>
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

/// A declaration or definition that cannot be read, and why.
struct RefusedLine : Line {
  std::string message;
  /// The name that it would have defined, empty if it cannot be told; nothing if it is no definition, or one
  /// of a name that has another.
  std::optional<std::string> defines;
};

/// Homework: a problem, and claims about it.
struct Sheet {
  Problem problem;
  std::vector<Claim> claims;
  std::vector<RefusedLine> refused;

  /// The first refused line that may have declared a name: one of declarations, or a list of names with this
  /// one in it. Else null.
  const RefusedLine* refused_declaration(const std::string& name) const;
  /// The first refused line without which a claim's derivative may be another one; else null.
  const RefusedLine* missing_for(const Claim& claim) const;
};

/// Reads a sheet line by line. A line is a list of declarations (X[n,i] b[] m = |n|), a definition
/// (yhat_n = b + w x_n), a claim (dL/dw = …), or the next step of one (= …), each of these in ASCII, Unicode
/// or LaTeX. A left side may stand alone above its '= …', and a formula below a '=' that ends its line. A
/// definition that names a derivative, δ = dL/dz, makes what else δ is said to be a claim about that. What
/// follows '#' or '%' is a comment. Declarations and definitions that cannot be read are put aside as
/// refused, and the rest is read; a claim is not looked at here.
Sheet read_sheet(std::string_view text);

}  // namespace eingrad::einstein

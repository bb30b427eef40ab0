#pragma once
#include <string>
#include <vector>

#include <autodiff/einstein/print.hpp>
#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// A derivative, worked out line by line.
struct Derivation {
  Expr start;
  std::vector<Step> steps;

  const Expr& result() const { return steps.empty() ? start : steps.back().result; }
};

/// Goes on by the rules of simplification, and takes common factors out of the result.
void simplify(Derivation& derivation, const Declarations& declarations);

/// The expression with a defined name for its formula: a² for tanh(z)².
Expr called_by_name(const Expr& e, const std::string& name, const Definition& definition);

/// Differentiates through the problem's definitions, then simplifies, one rule a line.
Derivation derive(const Expr& derivative, const Problem& problem);

enum class Format { text, markdown, latex };

/// A line for each step, with its rule behind it: Unicode with all sums shown, or LaTeX in an align*
/// environment, which Markdown puts between dollars. With `braces` all letters are written _{n}; else where
/// one of them has no small form. `left` is what to write on the left side if not the expression itself.
std::string to_string(const Derivation& derivation, const Declarations& declarations,
                      Format format = Format::text, bool braces = false, const std::string& left = "");

/// Whether all letters of a derivation have a small form in Unicode.
bool has_small_letters(const Derivation& derivation);
/// A rule with the names in it spelled as in the formulas.
std::string rule_text(const std::string& rule, const Declarations& declarations, Format format);

}  // namespace eingrad::einstein

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

/// Differentiates through the problem's definitions, then simplifies, one rule a line.
Derivation derive(const Expr& derivative, const Problem& problem);

enum class Format { text, markdown, latex };

/// A line for each step, with its rule behind it: Unicode with all sums shown, or LaTeX in an align*
/// environment, which Markdown puts between dollars.
std::string to_string(const Derivation& derivation, const Declarations& declarations,
                      Format format = Format::text);

}  // namespace eingrad::einstein

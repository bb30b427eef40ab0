#pragma once
#include <map>
#include <string>

#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// The names that a sheet gives to gradients of numbers, delta2 = dL/dz2. What else such a name is said to be
/// is a claim about the gradient: delta2 = p - y is dL/dz2 = p - y, and delta_n = … is dL/dz_n = ….
class DerivativeNames {
 public:
  /// Reads a definition, of which it notes whether it names a gradient. The claim that a chain goes on with,
  /// as in delta2 = dL/dz2 = p - y; empty for any other. Errors as of Problem::define().
  std::string define(const std::string& line, Problem& problem);
  /// The claim that a line is about such a name, or goes on with below it, = p - y; empty if it is none.
  std::string claim_of(const std::string& line, const Problem& problem);

 private:
  std::map<std::string, std::string> gradients_;  // without letters, by their names
  std::string before_;                            // what the line before named, with its letters
};

}  // namespace eingrad::einstein

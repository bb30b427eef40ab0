#pragma once
#include <map>
#include <string>

#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// The names that a sheet gives to derivatives, delta2 = dL/dz2. What else such a name is said to be is a
/// claim about the derivative: delta2 = p - y is dL/dz2 = p - y.
class DerivativeNames {
 public:
  /// Reads a definition, of which it notes whether it names a derivative. The claim that a chain goes on
  /// with, as in delta2 = dL/dz2 = p - y; empty for any other. Errors as of Problem::define().
  std::string define(const std::string& line, Problem& problem);
  /// The claim that a line is about such a name, or goes on with below it, = p - y; empty if it is none.
  std::string claim_of(const std::string& line);

 private:
  std::map<std::string, std::string> derivatives_;  // by what stands left of '=', without spaces
  std::string before_;                              // the one that the line before names
};

}  // namespace eingrad::einstein

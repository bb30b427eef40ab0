#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

/// yhat_n = b + w x_n: the letters of the name stand for any others.
struct Definition {
  Indices indices;
  Expr value;
};
using Definitions = std::map<std::string, Definition>;

/// One line of a derivation: an expression, and the rule by which it follows from the one before, with names
/// of tensors between backticks.
struct Step {
  std::string rule;
  Expr result;
};

/// Whether a name stands in an expression, or in the definition of one that does.
bool depends_on(const Expr& e, const std::string& name, const Definitions& definitions = {});

/// The value of a defined name at these letters.
Expr defined_as(const Definition& definition, const Symbol& symbol);

/// Works out the first derivative in an expression by one rule (through the definitions that it goes
/// through); nothing if there is none left. Every rule puts derivatives of smaller expressions in the place
/// of one, so it ends.
std::optional<Step> differentiation_step(const Expr& e, const Definitions& definitions = {});

/// ∂a/∂by, worked out, not simplified.
Expr differentiate(const Expr& a, const Symbol& by, const Definitions& definitions = {});

}  // namespace eingrad::einstein

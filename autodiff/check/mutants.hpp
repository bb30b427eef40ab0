#pragma once
#include <memory>
#include <string>
#include <vector>

#include <autodiff/rule.hpp>

namespace eingrad {

/// A wrong rule: another one whose backward makes one mistake.
class Mutant : public Rule {
 public:
  virtual ~Mutant() = default;

  std::string mistake;

  bool reads_operand(const Node& y, std::size_t i) const final { return original_.reads_operand(y, i); }
  bool reads_result(const Node& y) const final { return original_.reads_result(y); }

 protected:
  Mutant(const Rule& original, std::string description)
      : Rule(original.name), mistake(std::move(description)), original_(original) {}

  const Rule& original_;
};

/// Every wrong rule that can take the place of y's own: a wrong sign or factor, a broadcast that is not
/// summed, something transposed, operands exchanged, operand and result taken for each other, a cotangent
/// that is left out. Those that cannot make a difference, since the rule does not read what they change, are
/// left out.
std::vector<std::unique_ptr<Mutant>> mutants_of(const Node& y);

}  // namespace eingrad

#pragma once
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include <autodiff/function.hpp>

namespace eingrad {

/// A check of gradients: whether it finds nothing wrong with those of f at the inputs.
using GradientCheck = std::function<bool(const TensorFunction& f, const std::vector<Tensor>& inputs)>;

/// A check that many people write: inputs and cotangent of ones, each entry against a central difference. It
/// cannot see what is transposed or exchanged, nor whether the cotangent is used at all.
bool all_ones_check(const TensorFunction& f, const std::vector<Tensor>& inputs);

/// How good a check is: what it makes of f if the rule of one of its operations is wrong.
struct MutationScore {
  struct Verdict {
    std::string operation, mistake;
    bool caught;
  };
  std::vector<Verdict> verdicts;
  std::size_t not_among_inputs =
      0;  ///< how many tensors in the graph require a gradient that is not compared

  std::size_t caught() const;
  std::size_t count() const { return verdicts.size(); }
};

/// Puts every wrong rule that applies in the place of each operation's in the graph of f, one at a time, and
/// asks the check, which is gradcheck by itself. value_error if the check finds the right rules wrong, for
/// then it can tell nothing apart; gradcheck's says where, and what it found.
MutationScore mutation_score(const TensorFunction& f, const std::vector<Tensor>& points,
                             GradientCheck check = {});

/// "caught 9 of 15", and a line for each mistake that was not.
std::ostream& operator<<(std::ostream& out, const MutationScore& score);

}  // namespace eingrad

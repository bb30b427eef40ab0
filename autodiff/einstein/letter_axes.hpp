#pragma once
#include <string>
#include <vector>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

/// Which axis each letter of a line runs over: the one that is declared, else the one of the place where it
/// stands first, for wherever it stands.
class LetterAxes {
 public:
  /// A letter behind a tensor's name, with the axis that is there.
  struct Use {
    Index index;
    std::size_t at;
    std::string name;
  };

  explicit LetterAxes(const Declarations& declarations) : declarations_(declarations) {}

  void note(Use use) { uses_.push_back(std::move(use)); }
  std::size_t count() const { return uses_.size(); }
  void forget_after(std::size_t count) { uses_.resize(count); }

  /// Empty if nothing says it.
  std::string axis_of(const std::string& letter) const;
  /// The first use of a letter where another axis is, or null.
  const Use* contradiction() const;
  /// All letters that stand at tensors, each once, with the axes that they run over.
  Indices letters() const;
  /// All letters of the tensor that a use is of.
  Indices letters_of(const Use& use) const;
  /// The letter of a δ or a Σ that stands nowhere else; empty if there is none.
  std::string unknown_letter(const Expr& e) const;
  /// The expression with the axes of all letters.
  Expr given_to(const Expr& e) const;

 private:
  Index given(const Index& index) const;

  const Declarations& declarations_;
  std::vector<Use> uses_;
};

}  // namespace eingrad::einstein

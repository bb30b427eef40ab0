#pragma once
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <autodiff/einstein/print.hpp>

namespace eingrad::einstein {

/// An expression that is printed with all its sums.
struct Shown {
  Expr e;
};

/// A sentence that quotes expressions, one for each {} in it. Many are made for one that is told.
struct Phrase {
  using Quoted = std::variant<Expr, Shown, std::string>;
  std::string text;
  std::vector<Quoted> quoted = {};
};

template <class... Quoted>
Phrase phrase(std::string text, Quoted... quoted) {
  return {std::move(text), {Phrase::Quoted(std::move(quoted))...}};
}

/// Tells phrases about a claim in the notation that it is written in.
class Teller {
 public:
  enum class Form { letters, matrices };

  /// `letters` are those of the claim's left side.
  Teller(const Declarations& declarations, Indices letters, Form form)
      : declarations_(declarations), letters_(std::move(letters)), form_(form) {}

  std::string operator()(const Phrase& phrase) const;

 private:
  std::vector<std::string> in_letters(const Phrase& phrase, Sums sums) const;
  /// Nothing where one of them has no form in matrices, or two that differ have the same.
  std::vector<std::string> in_matrices(const Phrase& phrase) const;
  Indices letters_of(const Expr& e) const;

  const Declarations& declarations_;
  Indices letters_;
  Form form_;
};

}  // namespace eingrad::einstein

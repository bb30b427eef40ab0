#pragma once
#include <string>
#include <vector>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

/// A piece of a text about one quantity, with the formulas that tell whether another one looks alike.
struct Piece {
  std::string name, text;
  std::vector<Expr> formulas;
};

/// So many blocks of so many pieces that follow each other.
struct Repetition {
  std::size_t length = 1, times = 1;
};

/// The blocks that begin at a piece and look alike, but for the numbers in their names, if there are three or
/// more; else the piece itself.
Repetition repetition_at(const std::vector<Piece>& pieces, std::size_t at, const Declarations& declarations);

}  // namespace eingrad::einstein

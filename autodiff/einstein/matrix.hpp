#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

/// An expression as a matrix: one letter runs down its rows, one across its columns. A column vector has only
/// the first, a row vector only the second, a scalar neither. The two are never the same letter, and all
/// other letters of the value stand under a Σ. An axis without a name is one of ones, as long as its
/// neighbour asks.
struct Matrix {
  Expr value;
  std::optional<Index> down, across;
  std::string text;        ///< as it was written, for errors, but without the
  std::string scale = {};  ///< scalars in front of it, within it and below it: 1/m of X/m

  bool is_scalar() const { return !down && !across; }
  Indices letters() const;
};

/// I, or a multiple of it, whose two axes its neighbours name.
bool is_identity(const Matrix& a);
inline bool is_square(const Matrix& a) { return a.down && a.across && a.down->axis == a.across->axis; }

/// Matrices that cannot stand together so.
struct AxisMismatch {
  std::string problem;
  std::vector<std::string> meant;      ///< formulas that may have been meant by it
  std::string otherwise;               ///< what to try where none of them fits
  std::string diagonal = {};           ///< what may have been meant where the first two of them do not fit
  std::vector<std::string> less = {};  ///< with one of them only, for the case that the other is too many
  std::pair<std::string, std::string> axes = {};  ///< of a product, the two that are not the same
  bool is_of_product = false;                     ///< whether it is one of factors, in a term
  std::string column = {};  ///< the name of a column beside a row, both of the first of these axes
};

/// The axis' own letter if it has one that is not in use, else another.
Index letter_of(const std::string& axis, const Indices& in_use);

/// A tensor of at most two axes, with letters of its own: the first runs down, the second across; that of a
/// row runs across.
Matrix as_matrix(const std::string& name, const Declarations& declarations);

/// "[n,i]", "[n,1]" for a column, "[1,n]" for a row, "[]" for a scalar.
std::string shape_of(const Matrix& a);

/// In a bracket if it stands for a factor only so. A quotient of matrices has spaces around its sign, a
/// derivative has none.
std::string bracketed(const std::string& text);
/// What is written of a product, one of whose factors may be empty.
std::string side_by_side(const std::string& a, const std::string& b);

Matrix transposed(const Matrix& a);
/// The matrix product: the letter across a is that down b, and is summed. AxisMismatch if these are of
/// different axes, or if only one of them is there; a scalar multiplies anything.
Matrix multiplied(const Matrix& a, const Matrix& b);
/// Both as one: all letters those of the largest. A vector is repeated along the axis of a matrix that it
/// lacks: down as a column or across as a row if its axis is there, else the other way. `doing` is for
/// errors: "plus", say. AxisMismatch if they have different axes.
std::vector<Matrix> aligned(std::vector<Matrix> all, const std::string& doing);
/// Both, aligned, element by element.
Matrix multiplied_by_elements(const Matrix& a, const Matrix& b);
/// With these letters in place of its own, none of which may be missing there.
Matrix with_letters(const Matrix& a, const std::optional<Index>& down, const std::optional<Index>& across);

}  // namespace eingrad::einstein

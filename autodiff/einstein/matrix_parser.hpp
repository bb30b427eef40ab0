#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/einstein/formula_reader.hpp>
#include <autodiff/einstein/matrix.hpp>
#include <autodiff/einstein/parse.hpp>

namespace eingrad::einstein {

/// Reads formulas in matrix form, and gives every tensor its letters on the way.
class MatrixParser final : FormulaReader {
 public:
  MatrixParser(std::string_view line, const Declarations& declarations) : FormulaReader(line, declarations) {}

  Statement statement(Broadcast broadcast);

 private:
  // The grammar, in matrix_form.cpp.
  Matrix target();
  Matrix sum_of_terms();
  Matrix term();
  Matrix product();
  Matrix factor();
  Matrix primary();
  Matrix ones_or_number();
  static Matrix column_of_ones();
  Matrix condition();
  Matrix size_or_absolute();
  Matrix in_brackets();
  Matrix power(const Matrix& base, std::size_t start);
  Expr fitted(const Matrix& right, const Matrix& target, std::size_t start, Broadcast broadcast) const;

  // What begins with a name, in matrix_names.cpp.
  Matrix named();
  std::optional<Matrix> derivative_by_name();
  ReadTensor bare_tensor();
  Matrix with_letters_given(Differentials read, std::size_t start) const;
  std::optional<Matrix> reduction_by_name();
  void refuse_ambiguous_power(std::string_view name, std::size_t start);
  Matrix total(Over kind, const Matrix& of) const;
  Matrix along_letters(Over kind, const Indices& letters, const Matrix& of, std::size_t start) const;
  Matrix softmax_call(std::size_t start);
  Matrix call(const std::string& name);
  std::vector<Matrix> arguments(std::size_t start);
  Matrix tensor(const std::string& name);
  /// The one of a matrix' two letters that runs over the axis of this letter.
  Index letter_along(const Index& letter, const Matrix& of, std::size_t start) const;

  /// What was read since `start`.
  std::string written(std::size_t start) const;
  Matrix scalar(Expr e) const { return {std::move(e), {}, {}, ""}; }
  /// `combine()`, with the place at hand in what it refuses.
  template <class Combine>
  auto at(std::size_t start, Combine combine) const {
    try {
      return combine();
    } catch (const AxisMismatch& mismatch) {
      fail_at(start, mismatch.problem, mismatch.hint, Mistake::axis);
    }
  }
};

}  // namespace eingrad::einstein

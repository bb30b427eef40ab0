#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <autodiff/einstein/formula_reader.hpp>
#include <autodiff/einstein/matrix.hpp>
#include <autodiff/einstein/matrix_form.hpp>
#include <autodiff/einstein/parse.hpp>

namespace eingrad::einstein {

/// Reads formulas in matrix form, and gives every tensor its letters on the way.
class MatrixParser final : FormulaReader {
 public:
  MatrixParser(std::string_view line, const Declarations& declarations, Judge judge = {})
      : FormulaReader(line, declarations), judge_(std::move(judge)) {}

  Statement statement(Broadcast broadcast);
  /// Of an expression alone.
  MatrixAxes axes();

 private:
  // The grammar, in matrix_form.cpp, and of products, in matrix_products.cpp.
  Matrix target();
  Matrix sum_of_terms();
  Matrix term();
  Matrix product();
  Matrix factor();
  void note_factor(std::size_t product, std::size_t begin, const Matrix& factor);
  Matrix primary();
  Matrix ones_or_number();
  static Matrix column_of_ones();
  static Matrix identity();
  Matrix condition();
  Matrix compared(const std::string& relation, const Matrix& left, std::size_t start, std::size_t sign);
  Matrix size_or_absolute();
  Matrix in_brackets();
  Matrix power(const Matrix& base, std::size_t start);
  /// Where the left operand of an operation begins, and its sign begins and ends. The right one was read
  /// last.
  struct Operation {
    std::size_t start, sign, behind;
  };
  Matrix multiplied_by_elements(const Operation& place, const Matrix& a, const Matrix& b) const;
  Matrix multiplied_side_by_side(const Operation& place, const Matrix& a, const Matrix& b) const;
  std::vector<Matrix> aligned_at(const Operation& place, const Matrix& a, const Matrix& b,
                                 const std::string& doing) const;

  // Whether the right side has the axes of the left one, and what may have been meant by axes that do not
  // fit, in matrix_meant.cpp, with proposals in matrix_proposals.cpp. `start` is where it begins that the
  // reader is behind.
  Expr fitted(const Matrix& right, const Matrix& target, Broadcast broadcast) const;
  [[noreturn]] void refuse(const AxisMismatch& mismatch, std::size_t start, std::size_t column) const;
  [[noreturn]] void refuse_repeated(const std::string& problem, const Matrix& right,
                                    const Matrix& target) const;
  [[noreturn]] void refuse_unsummed(const std::string& problem, const std::string& letters,
                                    const Matrix& right, const Matrix& target) const;
  /// Whole right sides with which the line can be read, each of which says something else, and those of them
  /// that are judged to be true.
  struct Proposals {
    std::vector<std::string> all, right;
  };
  Proposals tried(const std::vector<std::string>& right_sides) const;
  /// Only the true ones, if there is one.
  std::vector<std::string> fitting(const std::vector<std::string>& right_sides) const;
  /// The same, and that they are wrong, if there is a judge.
  std::vector<std::string> not_right_yet(std::vector<std::string> formulas) const;
  /// Right sides with these formulas in the place of what was read since `start`.
  std::vector<std::string> in_place(const std::vector<std::string>& formulas, std::size_t start) const;
  /// Right sides with a sum over another axis, one that the left side does not have.
  std::vector<std::string> with_other_sums(const Matrix& target) const;
  /// Right sides with a matrix product in place of an operation element by element.
  std::vector<std::string> as_matrix_products() const;
  /// Right sides with x x^T in the place of x^T x.
  std::vector<std::string> as_outer_products() const;
  /// Right sides with what is summed in the place of its sum(…) or mean(…), over the size of an axis or not.
  std::vector<std::string> without_totals() const;
  /// Right sides with another tensor as a factor, of all the axes that the left side has.
  std::vector<std::string> with_a_tensor(const std::string& factor, const Matrix& target) const;
  /// Right sides with a tensor in front of it or behind, transposed or not.
  std::vector<std::string> with_a_factor(const Matrix& right) const;
  /// The operation with a tensor in front of one of its operands, transposed or not.
  std::vector<std::string> with_a_factor_in(const Operation& place, const Matrix& a, const Matrix& b) const;
  /// The operation with its right operand transposed, and with its left one.
  std::vector<std::string> with_transposes(const Operation& place, const Matrix& a, const Matrix& b) const;
  /// All of these texts put into the line, each in the place of some characters: its right side.
  struct Change {
    std::size_t at, count;
    std::string text;
  };
  std::string with_changes(std::vector<Change> changes) const;
  /// The transpose of what is read, B^T A^T of a product A B.
  std::string reversed(const Matrix& product) const;
  /// The factors of the term that is read, scalars, too; none if one cannot be read.
  std::vector<std::string_view> factors_of_term() const;
  /// Right sides with a * in front of each of the last factors of the term, A (B * C * D) for A B * C D, and
  /// with these changes in front of it.
  std::vector<std::string> by_elements_from_a_factor(const std::vector<Change>& before = {}) const;
  /// The same in a sum over one axis, where it stands in one over all.
  std::vector<std::string> by_elements_in_a_sum() const;

  // What begins with a name, in matrix_names.cpp.
  Matrix named();
  std::optional<Matrix> derivative_by_name();
  ReadTensor bare_tensor();
  Matrix with_letters_given(Differentials read, std::size_t start) const;
  std::optional<Matrix> reduction_by_name();
  Matrix total(Over kind, const Matrix& of) const;
  Matrix norm(const Matrix& of);
  Matrix along_letters(Over kind, const Indices& letters, const Matrix& of, std::size_t start) const;
  Matrix softmax_call(std::size_t start);
  Matrix by_elements(const KnownFunction& known, std::vector<Matrix> arguments, bool prime,
                     std::size_t start) const;
  Matrix call(const std::string& name);
  Matrix tensor(const std::string& name);
  /// The one of a matrix' two letters that runs over the axis of this letter.
  Index letter_along(const Index& letter, const Matrix& of, std::size_t start) const;

  static Matrix scalar(Expr e, std::string text = "") { return {std::move(e), {}, {}, std::move(text)}; }
  /// `combine()`, with the column at hand in what it refuses, of what begins at `start`.
  template <class Combine>
  auto at(std::size_t column, Combine combine, std::size_t start = 0) const {
    try {
      return combine();
    } catch (const AxisMismatch& mismatch) {
      refuse(mismatch, start, column);
    }
  }

  /// Where in the line a sum(…) or mean(…) stands.
  struct Total {
    std::size_t begin, name_end, bracket, end;
    Indices over;
    std::size_t term_end = 0;  ///< where its term ends
  };
  std::vector<Total> totals_;
  std::vector<Change> open_totals_;       // what stands between the name and the bracket that is read
  std::vector<std::size_t> sum_letters_;  // where the letter of a sum_n stands

  /// An operation element by element, up to behind its sign, and what is left of it as a factor.
  struct ByElements {
    std::size_t start, behind;
    Matrix left;
  };
  std::vector<ByElements> by_elements_;

  /// A factor that is no scalar, and which product it is of.
  struct Factor {
    std::size_t product, begin, end;
    std::string transposed;
  };
  std::vector<Factor> factors_;

  std::size_t value_at_ = 0;  // where the right side begins
  std::size_t term_at_ = 0;   // and the term that is read
  bool is_trial_ = false;     // whether only a formula is tried
  Judge judge_;               // of what is proposed; may be empty
};

}  // namespace eingrad::einstein

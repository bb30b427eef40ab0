#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <autodiff/einstein/formula_reader.hpp>
#include <autodiff/einstein/letter_axes.hpp>
#include <autodiff/einstein/parse.hpp>

namespace eingrad::einstein {

/// Reads formulas whose tensors carry letters. The sums that the notation leaves out are not in yet.
class Parser final : FormulaReader {
 public:
  Parser(std::string_view line, const Declarations& declarations, Judge judge = {})
      : FormulaReader(line, declarations), axes_(declarations), judge_(std::move(judge)) {}

  Statement statement();
  Expr expression(const Indices& free);

 private:
  // The grammar, in parse.cpp.
  Expr target();
  Expr whole();
  Expr sum_of_terms();
  Expr term();
  void refuse_ambiguous_sum(const Indices& summed, const Expr& term, std::size_t start) const;
  Expr factor();
  Expr primary();
  Expr in_brackets();
  Expr ones_or_number();
  bool begins_condition() const;
  Expr condition();
  Expr size_or_absolute();
  Expr with_axes(const Expr& e);
  void check_deltas(const Expr& e) const;

  // What begins with a name, in parse_names.cpp.
  Expr named();
  Expr symbol_or_size(const std::string& name);
  Symbol symbol(const std::string& name);
  [[noreturn]] void refuse_count(const std::string& name, const Indices& letters, std::size_t start) const;
  std::optional<Expr> derivative_by_name();
  Expr derivative_of_term(std::size_t start);
  std::optional<Expr> softmax_by_name();
  std::optional<Expr> reduction_by_name();
  Expr of_whole(std::string_view name, Over kind);
  void refuse_free_letters(const Indices& over, std::size_t at) const;
  Expr call(const std::string& name);
  Expr norm(const std::vector<Expr>& arguments, std::size_t start);
  std::optional<Expr> norm_of_bare_tensor();
  Expr delta();

  // Tensors with one letter less than they have axes, in parse_vectors.cpp. `open` is which one it is.
  struct Vector {
    std::string name;
    Indices letters;
    std::size_t open, at;
  };
  Vector vector(const std::string& name, const Indices& letters, std::size_t at) const;
  std::optional<Vector> vector_here();
  const std::string& axis_of(const Vector& vector) const;
  Symbol filled(const Vector& vector, const Index& letter);
  /// One that stands nowhere in the line.
  Index unwritten_letter(const std::string& axis);
  /// With the letter that is open, if it is of that axis.
  std::optional<Symbol> with_open_letter(const Vector& vector);
  bool is_open_vector(const Expr& e) const;
  [[noreturn]] void refuse_open_target(const Expr& value) const;
  [[noreturn]] void refuse_side_by_side(std::size_t at) const;
  void refuse_number_beside_vector(const Expr& e, std::size_t at) const;
  bool is_bracket_transposed() const;
  std::optional<Expr> vector_behind(const std::string& row);
  std::optional<Expr> inner_product();
  std::optional<Expr> open_vector();

  // What may have been meant by letters that do not fit, in letters_meant.cpp.
  [[noreturn]] void refuse_axis(const LetterAxes::Use& use);
  std::vector<std::string> tensors_meant(const LetterAxes::Use& use);
  /// Whether the line can be read with another text in the place of some of its characters, and whether it is
  /// judged to be true then.
  struct Trial {
    bool is_read = false, is_right = false;
  };
  Trial tried(std::size_t begin, std::size_t end, const std::string& text) const;

  // Letters alone that are read as the sizes of their axes, in lone_letters.cpp.
  struct LoneLetter {
    std::string letter;
    std::size_t at;
    bool is_below;  // a line
  };
  enum class Sizes { all, above };
  [[noreturn]] void refuse_size(const LoneLetter& size) const;
  void refuse_sizes_over(const Indices& letters, std::size_t first, Sizes which) const;
  void refuse_sizes_in(const Expr& term, std::size_t first) const;
  std::vector<LoneLetter> sizes_;

  LetterAxes axes_;
  Judge judge_;            // of what is proposed; may be empty
  bool is_trial_ = false;  // whether only a proposal is tried
  /// The letter that tensors are written without, here or within a bracket: that of the left side's.
  struct Open {
    Index letter;  // without an axis before a tensor says which one it is
    std::size_t at = 0;
    std::string name;
    Indices letters;  // with which it is written
    bool is_used = false;
  };
  std::optional<Open> open_;
  std::optional<Indices> written_;  // the letters that stand in the line
  bool in_target_ = false;          // whether the left side is read
  Indices free_;                    // the letters of the left side
  Indices meant_;                   // others that stand for something here, as those of a sum around it
};

}  // namespace eingrad::einstein

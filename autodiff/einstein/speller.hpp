#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <autodiff/einstein/spelling.hpp>

namespace eingrad::einstein {

/// Spells a formula in ASCII from left to right.
class Speller {
 public:
  explicit Speller(std::string_view formula);
  Canonical spelled();

 private:
  // The place in characters, not bytes.
  std::size_t column(std::size_t position) const { return columns_[position]; }
  void put(std::string_view text, std::size_t from);
  [[noreturn]] void fail(std::size_t at, const std::string& problem,
                         const std::string& hint = "ASCII, such as dL/dw = 2/m * (yhat_n - y_n) * x_n") const;
  void spell(std::size_t at, std::size_t end);
  std::size_t spell_next(std::size_t at, std::size_t end);
  /// How long the sign of a norm is that a text begins with, as in ‖x‖ and \|x\|; 0 if there is none. What
  /// || is, only the parser can say.
  static std::size_t sign_of_norm(std::string_view rest);
  /// Whether what is spelled so far asks for an operand, so that no norm can end here.
  bool is_incomplete() const;
  /// Whether the sign that closes a norm stands right in front of a place.
  bool is_behind_norm(std::size_t at) const;
  /// ‖x‖^2_2 is ‖x‖_2^2.
  std::size_t power_of_norm(std::size_t at, std::size_t end);
  /// How many bytes of small characters stand here, which are put; 0 if there are none.
  std::size_t put_small_characters(std::size_t at, std::size_t end);
  /// Whether what is spelled so far ends with what a power may be of.
  bool is_behind_operand() const;
  /// Puts a layer's number behind the name: in front of its letters, if these are there already.
  void put_layer(std::string_view number, std::size_t from);
  /// W^{(1)} is the name W1, x^{2} is x^2, x^{-1} is x^(-1), A^\top is A^T.
  std::size_t superscript(std::size_t at, std::size_t end);
  /// The letter of (i), which numbers samples; empty if it is none.
  static std::string_view sample_letter(std::string_view inside);
  /// Puts it in front of the other letters: x^{(i)}_j and x_j^{(i)} are x_ij. What follows begins at `at`.
  std::size_t put_sample(std::string_view letter, std::size_t at, std::size_t end);
  /// Behind the \odot of x^{\odot 2}: powers are element by element.
  std::size_t skip_sign_of_elements(std::size_t at, std::size_t end) const;
  /// -(3/2), as \frac is spelled, becomes -3/2 where an exponent is nothing else.
  void drop_brackets_of_fraction(std::size_t begin);
  std::size_t skip_spaces(std::size_t at, std::size_t end) const;
  std::size_t closing_brace(std::size_t open, std::size_t end) const;
  /// The argument of a command: in braces, or the next character.
  std::pair<std::size_t, std::size_t> argument(std::size_t& at, std::size_t end) const;
  std::size_t command(std::size_t at, std::size_t end);
  /// Whether what stands between two places is a letter or digits: (1/N) needs no more brackets.
  bool is_word(const std::pair<std::size_t, std::size_t>& part) const;
  /// What stands above and below a line, with texts in front, between and behind.
  void put_fraction(const std::pair<std::size_t, std::size_t>& over,
                    const std::pair<std::size_t, std::size_t>& under,
                    const std::array<std::string_view, 3>& around);
  /// ∂_w L is nabla_w L.
  std::size_t put_partial(std::size_t at, std::size_t next, std::size_t end);

  std::string_view formula_;
  std::vector<std::size_t> columns_;  // of each byte
  Canonical result_;
  int depth_ = 0;
  std::optional<std::size_t> norm_;  // where one was opened, which the next sign closes
};

}  // namespace eingrad::einstein

#pragma once
#include <cctype>
#include <string>
#include <string_view>

#include <autodiff/einstein/expr.hpp>
#include <autodiff/einstein/mistake.hpp>
#include <autodiff/einstein/spelling.hpp>

namespace eingrad::einstein {

inline bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
inline bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
inline bool is_alphanumeric(char c) { return is_letter(c) || is_digit(c); }

/// Reads a line from left to right, in its canonical spelling, and knows the column in the original.
class Reader {
 public:
  /// `operation` is what errors name.
  Reader(std::string_view operation, std::string_view line)
      : operation_(operation), line_(line), formula_(canonical(line)), text_(formula_.text) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

 protected:
  ~Reader() = default;

  void skip_spaces() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  bool is_at_end() {
    skip_spaces();
    return at_ == text_.size();
  }
  /// The next character that is no space; 0 at the end.
  char peek() { return is_at_end() ? '\0' : text_[at_]; }
  /// The character at the very place; 0 at the end.
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c, std::string_view what);
  bool rest_starts_with(std::string_view word) {
    skip_spaces();
    return text_.substr(at_).starts_with(word);
  }

  /// A number without a sign and without an exponent, 2 or 0.5.
  Number decimal();
  /// The letters behind a name: _io, _{io}, _{i,o} or [i,o], not yet with their axes.
  Indices subscript();

  /// Refuses w_1.
  [[noreturn]] void refuse_number();
  [[noreturn]] void fail_at(std::size_t at, const std::string& problem, const std::string& hint = "",
                            Mistake mistake = Mistake::syntax, std::string_view undeclared = "") const;
  [[noreturn]] void fail_undeclared(std::size_t at, std::string_view name, const std::string& hint) const;
  [[noreturn]] void fail(const std::string& problem, const std::string& hint = "",
                         Mistake mistake = Mistake::syntax) {
    skip_spaces();
    fail_at(at_, problem, hint, mistake);
  }

  std::string operation_, line_;
  Canonical formula_;
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace eingrad::einstein

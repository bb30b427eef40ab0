#include <algorithm>
#include <charconv>
#include <system_error>

#include <autodiff/einstein/reader.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

void Reader::expect(char c, std::string_view what) {
  if (!take(c)) fail(fmt::format("expected '{}' {}", c, what));
}

Number Reader::decimal() {
  double digits = 0, scale = 1;
  const std::size_t start = at_;
  bool in_fraction = false;
  for (; at_ < text_.size() && (is_digit(text_[at_]) || (text_[at_] == '.' && !in_fraction)); ++at_) {
    if (text_[at_] == '.') {
      in_fraction = true;
      continue;
    }
    digits = digits * 10 + (text_[at_] - '0');
    if (in_fraction) scale *= 10;
  }
  if (digits < 1e15 && scale < 1e15) return {digits, scale};
  double value = 0;  // rounded as a whole, not digit by digit
  if (std::from_chars(text_.data() + start, text_.data() + at_, value).ec != std::errc())
    fail_at(start, "this number has too many digits");
  return value;
}

void Reader::refuse_number() {
  fail("an index is a letter, which stands for all elements of its axis",
       "a letter for the number; a one-hot tensor e picks one element, e_i w_i");
}

Indices Reader::subscript() {
  Indices letters;
  const auto add = [&] {
    std::string letter(1, text_[at_++]);
    while (here() == '\'') letter += text_[at_++];
    letters.push_back({letter, ""});
  };
  const char open = text_[at_++];
  const bool braces = open == '_' && here() == '{';
  if (braces) ++at_;
  if (!braces && open == '_') {
    while (is_letter(here())) add();
  } else {
    const char close = braces ? '}' : ']';
    while (!take(close)) {
      if (take(',')) continue;
      if (peek() == '+' || peek() == '-')
        fail("shifted indices are not supported", "a tensor of its own for the shifted values");
      if (is_digit(peek())) refuse_number();
      if (!is_letter(peek())) fail(fmt::format("expected a letter or '{}'", close));
      add();
      if (peek() == '_')
        fail("an index of an index is not supported", "a one-hot tensor times a sum: y_nk p_nk");
    }
  }
  if (letters.empty() && is_digit(here())) refuse_number();
  if (letters.empty()) fail("expected the letters of the axes");
  return letters;
}

void Reader::fail_at(std::size_t at, const std::string& problem, const std::string& hint, Mistake mistake,
                     std::string_view undeclared) const {
  const std::size_t column = formula_.columns[std::min(at, text_.size())];
  Report report(operation_, fmt::format("column {}: {}", column, problem));
  report.line("text", line_).line("", fmt::format("{:>{}}", "^", column));
  if (!hint.empty()) report.hint(hint);
  refuse(report, mistake, undeclared);
}

void Reader::fail_undeclared(std::size_t at, std::string_view name, const std::string& hint) const {
  fail_at(at, fmt::format("{} is not declared", name), hint, Mistake::name, name);
}

}  // namespace eingrad::einstein

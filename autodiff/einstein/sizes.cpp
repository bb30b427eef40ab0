// How many elements an axis has, |n| or n, and sums that end there.
#include <algorithm>
#include <string>

#include <autodiff/einstein/formula_reader.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

FormulaReader::Range FormulaReader::range() {
  Range read{{}, {}, at_};
  const std::size_t equals = text_.find('=', at_);
  const std::size_t close = text_.find('}', at_);
  if (const std::size_t in = text_.find(" in ", at_); text_.substr(at_).starts_with("_{") && in < close) {
    std::string letters(text_.substr(at_ + 2, in - at_ - 2));
    std::erase_if(letters, [](char c) { return !is_letter(c); });
    fail("a letter runs over the whole of its axis", fmt::format("_{} alone", letters));
  }
  if (!text_.substr(at_).starts_with("_{") || equals >= close) {
    read.letters = subscript();
    refuse_size_as_letter(read);
    if (here() != '^') return read;
  } else {
    at_ += 2;
    if (!is_letter(peek())) fail("expected the letter of the sum");
    read.letters.push_back({std::string(1, text_[at_++]), ""});
    expect('=', "with where the sum begins");
    if (!is_digit(peek()) || !(number() == Number(1)))
      fail("a sum is over a whole axis, from 1", "sum_{n=1}^m, where m = |n|");
    expect('}', "behind where the sum begins");
    if (!take('^')) fail("expected '^' with where the sum ends", "sum_{n=1}^m, where m = |n|");
    --at_;
  }
  ++at_;
  const bool in_brackets = take('(');
  const std::string name = declared_name();
  const std::string* axis = declarations_.sized_axis(name);
  std::optional<std::string> bars;
  if (axis != nullptr)
    at_ += name.size();
  else if (bars = size_of_axis(); !bars)
    bars = letter_as_size();
  if (axis == nullptr && !bars) {
    const std::string_view end = is_letter(peek()) ? word() : "m";
    fail("expected the size of an axis, where the sum ends",
         fmt::format("|{0}|, or a line above that names it: {1} = |{0}|", read.letters[0].letter, end));
  }
  read.end = Size{axis != nullptr ? *axis : *bars};
  if (in_brackets) expect(')', "behind where the sum ends");
  return read;
}

// sum_N
void FormulaReader::refuse_size_as_letter(const Range& range) const {
  for (const Index& index : range.letters) {
    const std::string* axis = declarations_.sized_axis(index.letter);
    if (axis != nullptr && declarations_.axis_of(index.letter) == nullptr)
      fail_at(range.at + 1, fmt::format("{} is a number, the size of the axis {}", index.letter, *axis),
              "a sum over its letter, sum_" + *axis);
  }
}

void FormulaReader::check_range(const Range& range, const std::string& axis) const {
  if (!range.end || range.end->axis == axis) return;
  fail_at(range.at,
          fmt::format("{} runs over {}, but the sum ends at the size of {}", range.letters[0].letter, axis,
                      range.end->axis),
          "the size of its own axis", Mistake::axis);
}

std::optional<std::string> FormulaReader::size_of_axis() {
  const std::size_t start = at_;
  if (!take('|')) return {};
  skip_spaces();
  std::string letter;
  while (is_letter(here())) letter += text_[at_++];
  const std::string* axis = declarations_.axis_of(letter);
  if (axis != nullptr && take('|')) {
    if (declarations_.axes_of(letter) != nullptr)
      fail_at(start, fmt::format("the size of the axis {0}, or the absolute values of {0}?", letter),
              fmt::format("abs({0}); a line above names the size, m = |{0}|", letter));
    return *axis;
  }
  at_ = start;
  return {};
}

// 1/n, 1/2n, 1/√n, and in a bracket 1/(2 n) and 1/sqrt(n)
bool FormulaReader::is_below_line(std::size_t at) const {
  const auto is_behind_slash = [&](std::size_t end) {
    std::string_view before = text_.substr(0, end);
    if (before.ends_with("sqrt")) before.remove_suffix(4);
    while (!before.empty() && is_digit(before.back())) before.remove_suffix(1);
    return before.substr(0, before.find_last_not_of(' ') + 1).ends_with('/');
  };
  if (is_behind_slash(at)) return true;
  int depth = 0;
  constexpr std::size_t farthest = 1000;  // of a long line all would be read again for each letter
  for (std::size_t i = at; i-- > at - std::min(at, farthest);) {
    if (text_[i] == ')') ++depth;
    if (text_[i] == '(' && depth-- == 0) {
      if (is_behind_slash(i)) return true;
      depth = 0;
    }
  }
  return false;
}

std::optional<std::string> FormulaReader::letter_as_size() {
  skip_spaces();
  const std::string letter(word_at(at_));
  const bool is_known = letter.size() == 1 && !declarations_.is_reserved(letter);
  const std::string* axis = is_known ? declarations_.axis_of(letter) : nullptr;
  if (axis == nullptr || *axis != letter) return {};  // another letter of the axis numbers its elements
  const auto at = [&](std::size_t place) { return place < text_.size() ? text_[place] : ' '; };
  const char behind = at(at_ + 1), next = at(text_.find_first_not_of(' ', at_ + 1));
  const std::size_t before = text_.substr(0, at_).find_last_not_of(' ');
  const bool is_below = before != std::string_view::npos && text_[before] == '/';
  const bool is_factor = is_below || (before != std::string_view::npos && is_digit(text_[before]));
  const bool is_tensor = behind == '_' || behind == '[' || behind == '\'' || (behind == '(' && !is_factor);
  const bool is_compared = std::string_view("=<>!").find(next) != std::string_view::npos;
  const bool is_differential = letter == "d" && is_letter(next) && !is_below;
  if (is_tensor || is_compared || is_differential) return {};
  ++at_;
  return *axis;
}

}  // namespace eingrad::einstein

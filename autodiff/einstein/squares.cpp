#include <algorithm>

#include <autodiff/einstein/formula_reader.hpp>
#include <autodiff/einstein/squares.hpp>

namespace eingrad::einstein {

namespace {

/// Where the letters of a tensor end that begin at a '_'.
std::size_t end_of_letters(std::string_view text, std::size_t at) {
  if (text.substr(at).starts_with("_{")) {
    const std::size_t close = text.find('}', at);
    return close == std::string_view::npos ? text.size() : close + 1;
  }
  ++at;
  while (at < text.size() && is_letter(text[at])) ++at;
  return at;
}

}  // namespace

void FormulaReader::name_squares() {
  for (const std::string& name : declarations_.names()) {
    if (!is_square_name(name)) continue;
    const std::string with_letters = without_square(name) + "_";
    for (std::size_t at = text_.find(with_letters); at != std::string_view::npos;
         at = text_.find(with_letters, at + 1)) {
      const std::size_t letters = at + with_letters.size() - 1, end = end_of_letters(text_, letters);
      const std::string_view behind = text_.substr(std::min(end, text_.size()));
      if (!behind.starts_with(square_sign) || (behind.size() > 2 && is_digit(behind[2]))) continue;
      const auto rotate = [&](auto begin) {
        const auto place = [&](std::size_t i) { return begin + static_cast<std::ptrdiff_t>(i); };
        std::rotate(place(letters), place(end), place(end + square_sign.size()));
      };
      rotate(formula_.text.begin());
      rotate(formula_.columns.begin());
    }
  }
}

}  // namespace eingrad::einstein

#include <algorithm>
#include <charconv>

#include <autodiff/einstein/reader.hpp>
#include <autodiff/einstein/squares.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

/// Where the letters of a tensor end that may begin here with a '_'.
std::size_t end_of_letters(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '_') return at;
  if (text.substr(at).starts_with("_{")) {
    const std::size_t close = text.find('}', at);
    return close == std::string_view::npos ? text.size() : close + 1;
  }
  ++at;
  while (at < text.size() && is_letter(text[at])) ++at;
  return at;
}

/// An exponent, 4 or (-4), and how many characters it has; 0 if it is another.
struct Exponent {
  int value = 0;
  std::size_t length = 0;
};

Exponent whole_exponent(std::string_view text) {
  const bool in_brackets = text.starts_with('(');
  const std::size_t begin = in_brackets ? 1 : 0;
  Exponent read;
  const auto [end, error] = std::from_chars(text.data() + begin, text.data() + text.size(), read.value);
  const std::size_t behind = static_cast<std::size_t>(end - text.data());
  const bool is_fraction = behind < text.size() && text[behind] == '.';
  if (error != std::errc() || is_fraction || (in_brackets && !text.substr(behind).starts_with(')')))
    return {};
  read.length = behind + (in_brackets ? 1 : 0);
  return read;
}

/// Whether a name may begin here, of which something stands in front: nothing of another name but the sign of
/// a differential.
bool may_begin(std::string_view before) {
  std::size_t begin = before.size();
  while (begin > 0 && (is_alphanumeric(before[begin - 1]) || before[begin - 1] == '_')) --begin;
  const std::string_view word = before.substr(begin);
  return std::ranges::all_of(word, is_digit) || word == "d" || word == "partial";
}

void name_square(Canonical& formula, const std::string& base, const Declarations& declarations) {
  const std::size_t axes = declarations.axes_of(base + std::string(square_sign))->size();
  for (std::size_t at = formula.text.find(base); at != std::string::npos;
       at = formula.text.find(base, at + 1)) {
    const std::string_view text = formula.text;
    const std::size_t letters = at + base.size(), sign = end_of_letters(text, letters);
    if (!may_begin(text.substr(0, at)) || !text.substr(std::min(sign, text.size())).starts_with('^'))
      continue;
    const std::string_view written = text.substr(letters, sign - letters);
    const auto count = static_cast<std::size_t>(std::ranges::count_if(written, is_letter));
    const bool is_longer_name =
        declarations.axes_of(base + std::string(written) + std::string(square_sign)) != nullptr && count > 0;
    if ((count > 0 && count != axes) || is_longer_name) continue;
    const Exponent exponent = whole_exponent(text.substr(sign + 1));
    if (exponent.length == 0 || exponent.value % 2 != 0) continue;
    const std::string power = exponent.value == 2 ? "" : fmt::format("^({})", exponent.value / 2);
    const std::string named =
        std::string(square_sign) + std::string(text.substr(letters, sign - letters)) + power;
    const std::size_t length = sign + 1 + exponent.length - letters;
    const std::size_t column = formula.columns[letters];
    formula.text.replace(letters, length, named);
    const auto begin = formula.columns.begin() + static_cast<std::ptrdiff_t>(letters);
    const auto rest = formula.columns.erase(begin, begin + static_cast<std::ptrdiff_t>(length));
    formula.columns.insert(rest, named.size(), column);
  }
}

}  // namespace

Canonical with_named_squares(Canonical formula, const Declarations& declarations) {
  for (const std::string& name : declarations.names()) {
    if (is_square_name(name)) name_square(formula, without_square(name), declarations);
  }
  return formula;
}

}  // namespace eingrad::einstein

// Commands, braces and exponents in braces.
#include <algorithm>
#include <cctype>
#include <regex>

#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/latex.hpp>
#include <autodiff/einstein/letters.hpp>
#include <autodiff/einstein/speller.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

void Speller::put_layer(std::string_view number, std::size_t from) {
  std::size_t place = result_.text.size();
  const std::size_t letters = result_.text.rfind('_');
  const bool has_letters = letters != std::string::npos &&
                           (result_.text.ends_with('}')
                                ? result_.text.find_first_of("{}", letters + 2) == result_.text.size() - 1
                                : std::ranges::all_of(result_.text.substr(letters + 1),
                                                      [](unsigned char c) { return std::isalpha(c) != 0; }));
  if (has_letters) place = letters;
  result_.text.insert(place, number);
  result_.columns.insert(result_.columns.begin() + static_cast<std::ptrdiff_t>(place), number.size(),
                         column(from));
}

std::size_t Speller::superscript(std::size_t at, std::size_t end) {
  const std::size_t next = skip_spaces(at + 1, end);
  if (next >= end || formula_[next] != '{') {
    put("^", at);
    return at + 1;
  }
  const std::size_t close = closing_brace(next, end);
  const std::size_t begin = skip_sign_of_elements(next + 1, close);
  const std::string_view inside = formula_.substr(begin, close - begin);
  // (1) or [1], and behind it nothing or a transpose
  static const std::regex layer(R"([(\[]([0-9]+)[)\]]\s*(\\top|\\intercal|T)?)");
  std::match_results<std::string_view::const_iterator> found;
  constexpr std::size_t longest = 60;  // a regex is as deep as its text is long
  if (inside.size() <= longest && std::regex_match(inside.begin(), inside.end(), found, layer)) {
    put_layer(found[1].str(), begin + 1);
    if (found[2].matched) put("^T", at);
  } else if (const std::string_view letter = sample_letter(inside); !letter.empty()) {
    return put_sample(letter, close + 1, end);
  } else if (inside == "\\prime" || inside == "'") {
    put("'", at);
  } else {
    const std::size_t before = result_.text.size();
    put("^(", at);
    spell(begin, close);
    drop_brackets_of_fraction(before + 2);
    if (std::string_view(result_.text).substr(before) == "^(T") {  // a transpose, in whatever font
      result_.text.erase(before + 1, 1);
      result_.columns.erase(result_.columns.begin() + static_cast<std::ptrdiff_t>(before + 1));
    } else {
      put(")", close);
    }
  }
  return close + 1;
}

std::string_view Speller::sample_letter(std::string_view inside) {
  const bool is_one = inside.size() == 3 && (inside[0] == '(' || inside[0] == '[') &&
                      std::isalpha(static_cast<unsigned char>(inside[1])) != 0 &&
                      inside[2] == (inside[0] == '(' ? ')' : ']');
  return is_one ? inside.substr(1, 1) : std::string_view();
}

std::size_t Speller::put_sample(std::string_view letter, std::size_t at, std::size_t end) {
  const std::size_t from = static_cast<std::size_t>(letter.data() - formula_.data());
  const std::size_t letters = result_.text.rfind('_');
  const bool has_letters =
      letters != std::string::npos && letters + 1 < result_.text.size() &&
      result_.text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ{},",
                                     letters + 1) == std::string::npos;
  if (has_letters) {  // x_j^{(i)} is x_ij
    const std::size_t place = letters + 1 + (result_.text[letters + 1] == '{' ? 1 : 0);
    result_.text.insert(place, letter);
    result_.columns.insert(result_.columns.begin() + static_cast<std::ptrdiff_t>(place), 1, column(from));
    return at;
  }
  put("_", from);
  put(letter, from);
  std::size_t next = skip_spaces(at, end);
  if (next >= end || formula_[next] != '_') return at;
  const auto others = argument(++next, end);  // x^{(i)}_j
  spell(others.first, others.second);
  return next;
}

std::size_t Speller::skip_sign_of_elements(std::size_t at, std::size_t end) const {
  for (const std::string_view sign : {"\\odot", "\\circ", "⊙", "∘"}) {
    if (formula_.substr(at, end - at).starts_with(sign)) return skip_spaces(at + sign.size(), end);
  }
  return at;
}

void Speller::drop_brackets_of_fraction(std::size_t begin) {
  const std::string_view text = std::string_view(result_.text).substr(begin);
  const std::string_view fraction = text.substr(text.starts_with('-'));
  static const std::regex number("\\((-?[0-9]+|\\(-[0-9]+\\))/(\\([0-9]+\\)|[0-9]+)\\)");
  constexpr std::size_t longest = 60;  // a regex is as deep as its text is long
  if (fraction.size() > longest || !std::regex_match(fraction.begin(), fraction.end(), number)) return;
  for (std::size_t at = result_.text.size(); at-- > begin;) {
    if (result_.text[at] != '(' && result_.text[at] != ')') continue;
    result_.text.erase(at, 1);
    result_.columns.erase(result_.columns.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

std::size_t Speller::closing_brace(std::size_t open, std::size_t end) const {
  int depth = 0;
  for (std::size_t i = open; i < end; ++i) {
    if (formula_[i] == '{') ++depth;
    if (formula_[i] == '}' && --depth == 0) return i;
  }
  fail(open, "this brace is never closed");
}

std::pair<std::size_t, std::size_t> Speller::argument(std::size_t& at, std::size_t end) const {
  at = skip_spaces(at, end);
  if (at >= end) fail(end, "expected the argument of a command");
  if (formula_[at] == '\\') {  // \hat\mathbf{y}
    const std::size_t start = at++;
    while (at < end && std::isalpha(static_cast<unsigned char>(formula_[at])) != 0) ++at;
    if (at < end && formula_[at] == '{') at = closing_brace(at, end) + 1;
    return {start, at};
  }
  if (formula_[at] != '{') {
    ++at;
    return {at - 1, at};
  }
  const std::size_t close = closing_brace(at, end);
  const std::pair inside{at + 1, close};
  at = close + 1;
  return inside;
}

std::size_t Speller::command(std::size_t at, std::size_t end) {
  std::size_t next = at + 1;
  while (next < end && std::isalpha(static_cast<unsigned char>(formula_[next])) != 0) ++next;
  const std::string_view name = formula_.substr(at + 1, next - at - 1);
  if (name.empty()) {  // \, \; \! are spaces, \{ and \_ are themselves
    if (next < end && std::string_view("{}_").find(formula_[next]) != std::string_view::npos)
      put(formula_.substr(next, 1), at);
    else
      put(" ", at);
    return std::min(next + 1, end);
  }
  if (name == "frac" || name == "tfrac" || name == "dfrac") {
    const auto over = argument(next, end), under = argument(next, end);
    const auto is_differential = [&](const std::pair<std::size_t, std::size_t>& part) {
      const std::string_view text = formula_.substr(skip_spaces(part.first, part.second),
                                                    part.second - skip_spaces(part.first, part.second));
      const bool begins = text.starts_with("\\partial") || text.starts_with("\\mathrm{d}") ||
                          text.starts_with("d") || text.starts_with("∂");
      return begins && text.find_first_of("+-*/") == std::string_view::npos;
    };
    if (is_differential(over) && is_differential(under)) {
      put_fraction(over, under, {" ", "/", " "});
    } else if (is_word(over) && is_word(under)) {
      put_fraction(over, under, {"(", "/", ")"});
    } else {
      put_fraction(over, under, {"((", ")/(", "))"});
    }
    return next;
  }
  if (std::ranges::find(latex_accents, name) != std::end(latex_accents)) {
    const auto inside = argument(next, end);
    spell(inside.first, inside.second);
    put(name.ends_with("hat") ? "hat" : name.ends_with("tilde") ? "tilde" : "bar", at);
    return next;
  }
  if (std::ranges::find(fonts, name) != std::end(fonts)) {
    const auto inside = argument(next, end);
    const bool is_last = formula_.find_first_not_of(" ,.;&$", next) == std::string_view::npos;
    const std::string_view text = formula_.substr(inside.first, inside.second - inside.first);
    if (name != "text" || !is_last || !is_prose(text)) spell(inside.first, inside.second);
    return next;
  }
  if (name == "underbrace" || name == "overbrace") {
    const auto inside = argument(next, end);
    spell(inside.first, inside.second);
    const std::size_t sign = skip_spaces(next, end);
    if (sign >= end || formula_[sign] != (name == "underbrace" ? '_' : '^')) return next;
    argument(next = sign + 1, end);  // what is written at the brace
    return next;
  }
  const auto* known = std::ranges::find(commands, name, &Spelled::first);
  if (name == "sqrt") {
    const auto inside = argument(next, end);
    put("sqrt(", at);
    spell(inside.first, inside.second);
    put(")", inside.second);
    return next;
  }
  // Greek letters and functions are called by their names.
  static constexpr std::string_view words[] = {"softmax", "max",  "mean",   "logsumexp", "norm",
                                               "ln",      "ReLU", "arctan", "sgn"};
  if (known == std::end(commands) && spelled_as(greek, name) == nullptr && find_function(name) == nullptr &&
      std::ranges::find(words, name) == std::end(words))
    fail(at, fmt::format("the command \\{} is not known", name),
         name == "begin" ? "a condition for each of the cases, [z > 0] a + [z <= 0] b"
                         : "ASCII, such as dL/dw = 2/m * (yhat_n - y_n) * x_n");
  if (name == "partial") return put_partial(at, next, end);
  put(known != std::end(commands) ? known->second : name, at);
  return next;
}

bool Speller::is_word(const std::pair<std::size_t, std::size_t>& part) const {
  const std::string_view text = formula_.substr(part.first, part.second - part.first);
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  return !text.empty() && (std::ranges::all_of(text, is_digit) ||
                           (text.size() == 1 && std::isalpha(static_cast<unsigned char>(text[0])) != 0));
}

void Speller::put_fraction(const std::pair<std::size_t, std::size_t>& over,
                           const std::pair<std::size_t, std::size_t>& under,
                           const std::array<std::string_view, 3>& around) {
  put(around[0], over.first);
  spell(over.first, over.second);
  put(around[1], over.second);
  spell(under.first, under.second);
  put(around[2], under.second);
}

std::size_t Speller::put_partial(std::size_t at, std::size_t next, std::size_t end) {
  const std::size_t behind = skip_spaces(next, end);
  const bool is_nabla = behind < end && formula_[behind] == '_';
  const bool touches =  // ∂w_i∂w_j
      !result_.text.empty() && std::isalnum(static_cast<unsigned char>(result_.text.back())) != 0;
  put(fmt::format("{}{}", touches ? " " : "", is_nabla ? "nabla" : "partial"), at);
  return skip_spaces(next, end);
}

}  // namespace eingrad::einstein

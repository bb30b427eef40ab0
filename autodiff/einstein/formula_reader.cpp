#include <algorithm>
#include <cctype>

#include <autodiff/einstein/formula_reader.hpp>
#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/letters.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

/// Functions under other names than the operations'.
constexpr std::pair<std::string_view, std::string_view> aliases[] = {
    {"sigma", "sigmoid"}, {"ln", "log"}, {"ReLU", "relu"}, {"arctan", "atan"}, {"sgn", "sign"},
};

bool is_alphanumeric(char c) { return is_letter(c) || is_digit(c); }

}  // namespace

Expr inverse(const Expr& below) {
  std::vector<Expr> factors = factors_of(below);
  for (Expr& factor : factors) factor = raised(factor, -1);
  return product(factors);
}

Number FormulaReader::exponent() {
  const bool in_brackets = take('(');
  const bool negative = take('-');
  if (!in_brackets) take('+');
  if (!is_digit(peek())) {
    const bool is_transpose = peek() == 'T';
    fail(is_transpose ? "a transpose has no place among indices" : "expected a number as the exponent",
         is_transpose ? "the letters in the other order, W_ji for W_ij" : "x^2, x^(-1) or x^(1/2)");
  }
  Number value = number();
  if (in_brackets && take('/')) {
    if (!is_digit(peek())) fail("expected a number below the line");
    const Number under = number();
    if (under == Number(0)) fail("the exponent divides by 0");
    value = value * Number(under.denominator(), under.numerator());
  }
  if (in_brackets) expect(')', "behind the exponent");
  return negative ? -value : value;
}

void FormulaReader::refuse_ambiguous_denominator(std::size_t start, bool is_number) const {
  const std::string_view first = text_.substr(start, at_ - start);
  const bool name_follows = is_alphanumeric(here()) && is_alphanumeric(text_[at_ - 1]);
  const bool bracket_follows = here() == '(' && !is_number && text_[at_ - 1] != ')';
  const bool touches = is_letter(here()) && text_[at_ - 1] == '}';
  if (!name_follows && !bracket_follows && !touches) return;
  fail_at(at_, "what belongs to the denominator?",
          fmt::format("/({} {}…) or /{} * {}…", first, here(), first, here()));
}

void FormulaReader::refuse_touching_number() {
  const char before = at_ > 0 ? text_[at_ - 1] : ' ';
  if (!is_digit(here()) || !(is_letter(before) || before == '}' || before == ']')) return;
  fail("a number touches the name in front of it",
       "a space or '*' between factors; a name with a digit has to be declared", Mistake::name);
}

std::string FormulaReader::function_name() const {
  std::size_t end = at_;
  while (end < text_.size() && (is_alphanumeric(text_[end]) || text_[end] == '_')) ++end;
  const std::string name(text_.substr(at_, end - at_));
  std::size_t next = end;
  while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\'')) ++next;
  const bool is_call = next < text_.size() && text_[next] == '(';
  static constexpr std::string_view others[] = {"norm", "tr", "diag"};
  const bool is_known =
      known_function(name) != nullptr || std::ranges::find(others, name) != std::end(others);
  return is_call && is_known ? name : "";
}

const KnownFunction* FormulaReader::known_function(const std::string& name) {
  const auto* alias = std::ranges::find(aliases, name, [](const auto& entry) { return entry.first; });
  return find_function(alias == std::end(aliases) ? std::string_view(name) : alias->second);
}

void FormulaReader::check_arity(const KnownFunction& known, std::size_t count, bool prime,
                                std::size_t start) const {
  if (count != known.arity)
    fail_at(start, fmt::format("{} takes {} argument{}, not {}", known.name, known.arity,
                               known.arity == 1 ? "" : "s", count));
  if (prime && known.arity != 1)
    fail_at(start, fmt::format("{} has several arguments: which derivative?", known.name));
}

bool FormulaReader::is_inside_a_greek_name(const std::string& declared) const {
  const auto begins = [&](const Spelled& letter) {
    return letter.second.size() > declared.size() && text_.substr(at_).starts_with(letter.second);
  };
  return std::ranges::any_of(greek, begins);
}

void FormulaReader::unknown_name() {
  std::size_t end = at_;
  while (end < text_.size() && is_alphanumeric(text_[end])) ++end;
  fail(fmt::format("{} is not declared", text_.substr(at_, end - at_)),
       fmt::format("one of {}", fmt::join(declarations_.names(), ", ")), Mistake::name);
}

std::optional<std::string> FormulaReader::size_of_axis() {
  const std::size_t start = at_;
  if (!take('|')) return {};
  skip_spaces();
  std::string letter;
  while (is_letter(here())) letter += text_[at_++];
  const std::string* axis = declarations_.axis_of(letter);
  if (axis != nullptr && take('|')) return *axis;
  at_ = start;
  return {};
}

std::optional<std::string> FormulaReader::relation() {
  static constexpr std::pair<std::string_view, const char*> relations[] = {
      {">=", "ge"}, {"<=", "le"}, {"!=", "ne"}, {"==", "eq"}, {">", "gt"}, {"<", "lt"}, {"=", "eq"}};
  for (const auto& [sign, name] : relations) {
    if (!rest_starts_with(sign)) continue;
    at_ += sign.size();
    return name;
  }
  return {};
}

}  // namespace eingrad::einstein

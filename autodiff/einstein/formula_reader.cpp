#include <algorithm>
#include <cctype>
#include <cmath>
#include <span>

#include <autodiff/einstein/formula_reader.hpp>
#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/habits.hpp>
#include <autodiff/einstein/letters.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

Number FormulaReader::power_of_function() {
  if (here() != '^') return 1;
  const std::size_t start = at_++;
  const Number power = exponent();
  if (power.value() > 0) return power;
  fail_at(start, "1/f or the inverse function?", "(f(x))^(-1), or the inverse by its name");
}

Expr inverse(const Expr& below) {
  std::vector<Expr> factors = factors_of(below);
  for (Expr& factor : factors) factor = raised(factor, -1);
  return product(factors);
}

Number FormulaReader::number() {
  const Number digits = decimal();
  if (here() != 'e' || !declared_name().empty()) return digits;
  const char sign = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
  const std::size_t start = at_ + (sign == '-' || sign == '+' ? 2 : 1);
  if (start >= text_.size() || !is_digit(text_[start])) return digits;
  double power = 0;
  for (at_ = start; is_digit(here()); ++at_) power = power * 10 + (here() - '0');
  if (here() == '.') fail_at(start, "the exponent behind e is a whole number", "10^(5/2) for another one");
  const Number ten(std::pow(10, power));
  if (!std::isfinite(ten.value())) fail_at(start, "this number has too many digits");
  return digits * (sign == '-' ? Number(1, ten.value()) : ten);
}

Number FormulaReader::exponent() {
  const bool in_brackets = take('(');
  const bool negative = take('-');
  if (!in_brackets) take('+');
  if (!is_digit(peek())) {
    const bool is_transpose = peek() == 'T';
    if (peek() == 't') fail("expected a number as the exponent", "X^T for the transpose of a matrix");
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
  if (!in_brackets) refuse_ambiguous_exponent(value, negative);
  return negative ? -value : value;
}

std::string FormulaReader::function_name() const {
  std::size_t end = at_;
  while (end < text_.size() && (is_alphanumeric(text_[end]) || text_[end] == '_')) ++end;
  const std::string name(text_.substr(at_, end - at_));
  std::size_t next = end;
  if (next < text_.size() && text_[next] == '^') {  // tanh^2(x)
    ++next;
    const bool in_brackets = next < text_.size() && text_[next] == '(';
    while (next < text_.size() &&
           (is_digit(text_[next]) || (in_brackets && (text_[next] == '(' || text_[next] == '-'))))
      ++next;
    if (in_brackets && next < text_.size() && text_[next] == ')') ++next;
  }
  while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\'')) ++next;
  static constexpr std::string_view others[] = {"norm", "tr", "diag"};
  static constexpr std::string_view bare[] = {"log", "ln",   "exp",  "sin", "cos",
                                              "tan", "sinh", "cosh", "tanh"};
  const auto is_one_of = [&](std::span<const std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
  };
  const char argument = next < text_.size() ? text_[next] : '\0';
  const bool is_called = argument == '(' && (known_function(name) != nullptr || is_one_of(others));
  const bool is_bare = next > end && is_alphanumeric(argument) && is_one_of(bare);
  return is_called || is_bare ? name : "";
}

bool FormulaReader::has_two_arguments(std::size_t bracket) const {
  int depth = 0;
  for (std::size_t at = bracket; at < text_.size(); ++at) {
    depth += std::string_view("([{").find(text_[at]) != std::string_view::npos   ? 1
             : std::string_view(")]}").find(text_[at]) != std::string_view::npos ? -1
                                                                                 : 0;
    if (depth <= 0) return false;
    if (depth == 1 && text_[at] == ',') return true;
  }
  return false;
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

// Y_nk beside y_nk is not its own elements, and Y beside y is not their matrix.
bool FormulaReader::mentions_tensor(const std::string& name, bool with_letters) const {
  for (std::size_t at = text_.find(name); at != std::string_view::npos; at = text_.find(name, at + 1)) {
    const char before = at > 0 ? text_[at - 1] : ' ', behind = at + 1 < text_.size() ? text_[at + 1] : ' ';
    const bool is_tensor = with_letters ? behind == '_' || behind == '[' : !is_alphanumeric(behind);
    if (!is_alphanumeric(before) && is_tensor) return true;
  }
  return false;
}

std::string FormulaReader::declared_name() const {
  const std::string name = declarations_.longest_name(text_.substr(at_));
  if (!name.empty() || at_ >= text_.size()) return name;
  const std::string other = declarations_.other_case_of(text_.substr(at_, 1));
  if (other.empty()) return "";
  const bool is_element = std::islower(static_cast<unsigned char>(here())) != 0;
  const std::size_t letters = letters_behind_here();
  const bool is_meant = is_element ? letters == 1 || letters == 2 : is_matrix_here();
  return is_meant && !mentions_tensor(other, is_element) ? other : "";
}

// Y of elements y_nk, alone.
bool FormulaReader::is_matrix_here() const {
  const char behind = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
  return !is_alphanumeric(behind) && std::string_view("_[(").find(behind) == std::string_view::npos;
}

std::size_t FormulaReader::letters_behind_here() const {
  std::size_t letters = 0, at = at_ + 1;
  const std::string_view behind = text_.substr(std::min(at, text_.size()));
  const bool in_braces = behind.starts_with('[') || behind.starts_with("_{");
  if (!in_braces && !behind.starts_with('_')) return 0;
  for (at += behind.starts_with("_{") ? 2 : 1; at < text_.size(); ++at) {
    if (is_letter(text_[at]))
      ++letters;
    else if (text_[at] != '\'' && !(in_braces && (text_[at] == ',' || text_[at] == ' ')))
      break;
  }
  return letters;
}

std::string FormulaReader::written(std::size_t start) const {
  std::string text(text_.substr(start, at_ - start));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void FormulaReader::close_bracket() {
  if (take(')')) return;
  const std::string problem = "expected ')' to close the bracket";
  const char c = peek();
  if (c == ',') fail(problem, "the axis behind the name, sum_n X or softmax_n(X)");
  if (c == '\0') fail(problem, "a ')' for each '(': one is missing");
  const std::string method = advice_for_method();
  fail(problem, method.empty() ? fmt::format("')' before '{}'", c) : method);
}

void FormulaReader::take_equals() {
  const std::string by = here() == 'd' ? declarations_.longest_name(text_.substr(at_ + 1)) : "";
  if (!by.empty())  // dLdw
    fail("expected '=' between the left side and the right", fmt::format("{}/d{}", text_.substr(0, at_), by));
  if (peek() == '|')
    fail("expected '=' between the left side and the right",
         "the derivative alone, as a function of what it is by");
  if (peek() == '^') fail("a power stands on the left side", "a name for it, v_n = … for s_n^2 = …");
  if (!take('='))
    fail("expected '=' between the left side and the right", here() == '\''           ? "df/dx"
                                                             : rest_starts_with(":=") ? "= for :="
                                                                                      : advice_for_method());
  if (here() == '=') fail_at(at_ - 1, "expected '=', not '=='", "dL/dw = …");
}

bool FormulaReader::close_bars(std::size_t open) {
  if (peek() != '|') fail("expected '|' to close the absolute value", advice_for_bars);
  const std::size_t close = at_++;
  const bool may_open =
      is_alphanumeric(here()) || std::string_view("([-").find(here()) != std::string_view::npos;
  if (text_[close - 1] == ' ' && may_open)  // |2 |x||
    fail_at(close, "does this bar close the one before, or does it open another?", advice_for_bars);
  const bool is_norm = last_bars_ == std::pair(open + 1, close - 1);
  last_bars_ = is_norm ? std::pair<std::size_t, std::size_t>() : std::pair(open, close);
  return is_norm;
}

Expr FormulaReader::norm_of(const Expr& e, const Indices& over) {
  static constexpr std::pair<std::string_view, bool> kinds[] = {
      {"_2", false}, {"_F", false}, {"_{2}", false}, {"_{F}", false}, {"_1", true}, {"_{1}", true}};
  for (const auto& [kind, is_of_absolutes] : kinds) {
    if (!text_.substr(at_).starts_with(kind)) continue;
    at_ += kind.size();
    if (is_of_absolutes) return reduction(Over::sum, over, function("abs", {e}));
    break;
  }
  if (here() == '_') fail("a norm is ||x||_2 or ||x||_1", "max_i |x_i| for another one");
  return raised(reduction(Over::sum, over, raised(e, 2)), {1, 2});
}

bool FormulaReader::take_root() {
  if (!rest_starts_with("sqrt") || declared_name().size() >= 4 || !function_name().empty()) return false;
  const char next = at_ + 4 < text_.size() ? text_[at_ + 4] : ' ';
  if (next == '\'') return false;
  at_ += 4;
  return true;
}

bool FormulaReader::take_power_of_e() {
  if (!rest_starts_with("e^") || rest_starts_with("e^T") || !declared_name().empty()) return false;
  at_ += 2;
  if (peek() == '-') fail("where does the exponent end?", "e^(-x)");
  return true;
}

bool FormulaReader::starts_factor() {
  const char c = peek();
  return is_alphanumeric(c) || c == '(' || c == '[' || (c == '|' && !in_bars_);
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

#include <algorithm>
// What cannot be read, or can be read in two ways, with what to try.
#include <cmath>

#include <autodiff/einstein/formula_reader.hpp>
#include <autodiff/einstein/habits.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

// x^2/2 is (x^2)/2 to all, but who writes x^1/2 or x^-3/2 mostly means a root.
void FormulaReader::refuse_ambiguous_exponent(const Number& value, bool negative) {
  const std::string_view rest = text_.substr(at_);
  const std::size_t digit = rest.find_first_not_of(' ', 1);
  if (!rest.starts_with('/') || digit == std::string_view::npos || !is_digit(rest[digit])) return;
  const bool is_odd = value.is_whole() && std::fmod(value.value(), 2) == 1;
  if (!(value == Number(1)) && !(is_odd && negative)) return;
  const std::string_view below = rest.substr(digit, rest.find_first_not_of("0123456789", digit) - digit);
  const std::string over = fmt::format("{}{}", negative ? "-" : "", value.value());
  fail("a root, or a division of the power?",
       fmt::format("^({0}/{1}), or a bracket around the power: (x^{2})/{1}", over, below,
                   negative ? "(" + over + ")" : over));
}

void FormulaReader::refuse_ambiguous_denominator(std::size_t start, bool is_number) const {
  std::string_view first = text_.substr(start, at_ - start);
  first.remove_suffix(first.size() - first.find_last_not_of(' ') - 1);
  const bool touches = start + first.size() == at_, is_bracket = here() == '(';
  const bool name_follows = touches && is_alphanumeric(here()) && is_alphanumeric(first.back());
  const bool bracket_follows = touches && is_bracket && !is_number && first.back() != ')';
  const bool letter_follows = touches && is_letter(here()) && first.back() == '}';
  if (!name_follows && !bracket_follows && !letter_follows) return;
  const std::string next = is_bracket ? "(…)" : fmt::format("{}…", here());
  fail_at(at_, "what belongs to the denominator?", fmt::format("/({0} {1}) or /{0} * {1}", first, next));
}

void FormulaReader::refuse_touching_number() {
  const char before = at_ > 0 ? text_[at_ - 1] : ' ';
  if (!is_digit(here()) || !(is_letter(before) || before == '}' || before == ']')) return;
  fail("a number touches the name in front of it",
       "a space or '*' between factors; a name with a digit has to be declared", Mistake::name);
}

// log p q is log(p) q to one and log(p q) to another.
void FormulaReader::refuse_ambiguous_argument(std::size_t start, std::size_t argument) {
  const std::string_view of = text_.substr(argument, at_ - argument);
  std::string_view function = text_.substr(start, argument - start);
  function.remove_suffix(function.size() - function.find_last_not_of(' ') - 1);
  if (!starts_factor() && std::string_view("^/*@'").find(peek()) == std::string_view::npos) return;
  const std::string problem = fmt::format("what is {} of?", function);
  if (peek() != '^') fail(problem, fmt::format("{0}({1}) …, or {0}({1} …)", function, of));
  const std::size_t sign = at_++;
  exponent();
  const std::string_view power = text_.substr(sign, at_ - sign);
  fail_at(sign, problem, fmt::format("{0}({1}{2}), or {0}({1}){2}", function, of, power));
}

void FormulaReader::refuse_doubled(const std::string& name, std::size_t start) const {
  const std::string_view behind = text_.substr(start + name.size());
  if (behind.starts_with(name) && (behind.size() == name.size() || !is_alphanumeric(behind[name.size()])))
    fail_undeclared(start, name + name, fmt::format("{0}, or {0}^2 for the product", name));
}

void FormulaReader::refuse_called_square(const std::string& name) {
  if (name != "sigma^2") return;
  std::string_view behind = text_.substr(at_);
  if (behind.starts_with("^(")) behind.remove_prefix(std::min(behind.find(')'), behind.size() - 1) + 1);
  const std::size_t next = behind.find_first_not_of(' ');
  if (next != std::string_view::npos && behind[next] == '(')
    fail("is it the function, or are they factors?", "(sigma(…))^2, or sigma^2 * (…)");
}

// A[i,j] for a square matrix: j is an axis of no other tensor.
std::string FormulaReader::advice_for_one_axis(const std::pair<std::string, std::string>& mismatched) const {
  for (const auto& [lone, other] : {mismatched, std::pair(mismatched.second, mismatched.first)}) {
    std::vector<std::string> with_lone;
    for (const std::string& name : declarations_.names()) {
      const auto* axes = declarations_.axes_of(name);
      if (axes != nullptr && std::ranges::find(*axes, lone) != axes->end()) with_lone.push_back(name);
    }
    if (with_lone.size() != 1) continue;
    std::vector<std::string> axes = *declarations_.axes_of(with_lone[0]);
    if (std::ranges::find(axes, other) == axes.end()) continue;
    std::ranges::replace(axes, lone, other);
    return fmt::format("; if {0} and {1} are one axis, it has one name: {2}[{3}], with axis {1}: {0}", lone,
                       other, with_lone[0], fmt::join(axes, ","));
  }
  return "";
}

void FormulaReader::refuse_open_bracket() {
  fail("expected ']' to close the bracket, or a sign of comparison",
       "a ']' for each '['; [a > b], which is 1 where it holds, else 0");
}

void FormulaReader::refuse_as_factor() {
  const char c = peek();
  if (c == '\0') fail("expected a factor, not the end", in_bars_ ? advice_for_bars : "");
  const std::string problem = fmt::format("expected a factor, not '{}'", c);
  const bool is_twice = at_ > 0 && text_[at_ - 1] == c;
  if (c == '-') fail(problem, "(-x), or the minus in front of the term");
  if (c == '<') fail(problem, "a_i b_i for the scalar product, a^T b in matrix form");
  if (c == '^') fail(problem, "a power behind its base, x^2");
  if (c == '*' && is_twice) fail(problem, "x^2 for a power");
  if (c == '/' && is_twice) fail(problem, "# in front of a comment");
  fail(problem);
}

void FormulaReader::refuse_rest() {
  const char c = peek();
  const std::string problem = fmt::format("expected an operator or the end, not '{}'", c);
  if (c == '=') fail(problem, "a line for each step: dL/dw = A, then dL/dw = B");
  if (rest_starts_with(".^") || rest_starts_with(".*"))
    fail(problem, "x^2 and x * y, which are element by element");
  if (c == '\'') fail(problem, "X^T for the transpose; a prime stands behind a function, tanh'(x)");
  if (c == '_') fail(problem, "letters behind the tensors: softmax_k(z_nk), f(x_n)");
  if (c == ')') fail(problem, "a '(' for each ')': one is missing, or this one is too many");
  fail(problem, advice_for_method());
}

std::string FormulaReader::advice_for_method() {
  return peek() == '.' ? std::string(advice_for(word_at(at_ + 1))) : "";
}

// sum(D)^2 is (sum(D))^2 to one and sum(D^2) to another.
void FormulaReader::refuse_ambiguous_power(std::string_view name, std::size_t start) {
  if (peek() != '^' || rest_starts_with("^T")) return;
  const std::string call = written(start), bracket = call.substr(call.find('('));
  const std::size_t sign = at_++;
  const bool is_square = exponent() == Number(2);
  const std::string inside = bracket.substr(1, bracket.size() - 2), power = written(sign);
  fail_at(sign, fmt::format("a power of the {}, or of each element?", name),
          fmt::format("{0}({1}{2}), or ({0}{1}){2}{3}", name, bracket, power,
                      is_square && name == "sum" ? ", or ||" + inside + "||^2" : ""));
}

void FormulaReader::refuse_tower() {
  if (peek() == '^' && !rest_starts_with("^T")) fail("a power of e^x, or of x?", "e^(x^2), or (e^x)^2");
}

}  // namespace eingrad::einstein

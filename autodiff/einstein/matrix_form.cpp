#include <algorithm>
#include <utility>

#include <autodiff/einstein/bound_letters.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/matrix_form.hpp>
#include <autodiff/einstein/matrix_parser.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

Statement MatrixParser::statement(Broadcast broadcast) {
  const Matrix left = target();
  take_equals();
  skip_spaces();
  value_at_ = at_;
  const Matrix right = sum_of_terms();
  if (!is_at_end()) refuse_rest();
  const Indices free = free_indices(left.value);
  const Expr value = without_letters(fitted(right, left, broadcast), free);
  const auto has_no_axis = [](const Index& index) { return index.axis.empty(); };
  if (std::ranges::any_of(all_indices(value), has_no_axis))  // sum(I)
    fail_at(value_at_, "nothing says how many rows I has", "diag(1_n) for an identity along the axis n",
            Mistake::axis);
  return {left.value, value, free};
}

MatrixAxes MatrixParser::axes() {
  const Matrix value = sum_of_terms();
  if (!is_at_end()) refuse_rest();
  std::vector<std::string> all;
  for (const Index& index : value.letters()) {
    if (index.axis.empty()) fail("nothing says how many ones these are", "1_n for ones along the axis n");
    all.push_back(index.axis);
  }
  return {all, value.across && !value.down};
}

Matrix MatrixParser::target() {
  skip_spaces();
  const std::size_t start = at_;
  const std::optional<Differentials> gradient = this->gradient(bare_tensor());
  Matrix left = gradient ? with_letters_given(*gradient, start) : primary();
  const auto* d = left.value.as<Derivative>();
  if (left.value.as<Symbol>() == nullptr && d == nullptr)
    fail_at(start, "expected a name or a derivative in front of '='", "Yhat = … or dL/dW = …");
  left.text = written(start);
  constexpr std::string_view sign = "partial";
  for (std::size_t place = 0; d != nullptr && (place = left.text.find(sign, place)) != std::string::npos;)
    left.text.replace(place, sign.size(), "∂");
  return left;
}

Matrix MatrixParser::sum_of_terms() {
  const Depth guard(*this);
  skip_spaces();
  const std::size_t start = at_;
  const bool negative = take('-');
  if (!negative) take('+');
  Matrix all = term();
  if (negative) all = {-all.value, all.down, all.across, written(start)};
  while (true) {
    const char sign = peek();
    if (sign != '+' && sign != '-') break;
    const std::size_t here = at_++;
    const Matrix next = term();
    const std::vector<Matrix> both = aligned_at({start, here, here + 1}, all, next, "plus");
    all = {sign == '-' ? both[0].value - both[1].value : both[0].value + both[1].value, both[0].down,
           both[0].across, written(start)};
  }
  return all;
}

Matrix MatrixParser::factor() {
  skip_spaces();
  const std::size_t start = at_;
  Matrix base = primary();
  base.text = written(start);
  base.scale.clear();
  while (true) {
    const bool is_power = peek() == '^';
    if (!is_power && !(here() == '.' && text_.substr(at_).starts_with(".T"))) return base;
    ++at_;
    if (peek() == 'T') {
      ++at_;
      base = transposed(base);
    } else {
      base = power(base, start);
    }
    base.text = written(start);
  }
}

Matrix MatrixParser::power(const Matrix& base, std::size_t start) {
  const Number by = exponent();
  if (is_square(base) || (!base.is_scalar() && by.value() < 0)) {
    fail_at(start,
            fmt::format("a power of {} {} by its elements, or of the matrix?", base.text, shape_of(base)),
            is_square(base) ? fmt::format("{0} {0} or {0} * {0}", base.text)
                            : fmt::format("1/{} by elements; an inverse is not supported", base.text));
  }
  return {raised(base.value, by), base.down, base.across, base.text};
}

Matrix MatrixParser::in_brackets() {
  expect('(', "in front of what it is of");
  const bool outer_bars = std::exchange(in_bars_, false);
  skip_spaces();
  const std::size_t start = at_;
  Matrix inside = sum_of_terms();
  in_bars_ = outer_bars;
  const std::size_t sign = at_;
  if (const std::optional<std::string> name = relation()) inside = compared(*name, inside, start, sign);
  close_bracket();
  return inside;
}

Matrix MatrixParser::primary() {
  const Depth guard(*this);
  const char c = peek();
  if (is_digit(c)) return ones_or_number();
  if (c == '(') return in_brackets();
  if (c == '[') return condition();
  if (c == '|') return size_or_absolute();
  if (is_letter(c)) return named();
  refuse_as_factor();
}

// As many as the neighbour asks for.
Matrix MatrixParser::column_of_ones() {
  const Index unnamed{"1", ""};
  return {Delta{unnamed, unnamed}, unnamed, {}, "1"};
}

// Of as many rows as the neighbours ask for.
Matrix MatrixParser::identity() {
  const Index down{"1", ""}, across{"2", ""};
  return {Delta{down, across}, down, across, "I"};
}

// 1_n is a column of ones, 1^T a row of as many as its neighbour asks for.
Matrix MatrixParser::ones_or_number() {
  const Number value = number();
  if (here() == '_') {
    const std::size_t start = at_;
    Matrix ones = scalar(value);
    for (const Index& letter : subscript()) {
      const std::string* axis = declarations_.axis_of(letter.letter);
      if (axis == nullptr)
        fail_at(start, fmt::format("nothing says which axis the letter {} runs over", letter.letter));
      if (ones.across) fail_at(start, "a matrix has two axes at most");
      const Index index{letter.letter, *axis};
      ones.value = ones.value * Delta{index, index};
      (ones.down ? ones.across : ones.down) = index;
    }
    return ones;
  }
  if (value == Number(1) && peek() == '^' && text_.substr(at_).starts_with("^T")) return column_of_ones();
  return scalar(value);
}

Matrix MatrixParser::condition() {
  skip_spaces();
  ++at_;
  skip_spaces();
  const std::size_t start = at_;
  const bool outer_bars = std::exchange(in_bars_, false);
  Matrix left = sum_of_terms();
  in_bars_ = outer_bars;
  if (take(']')) return left;
  const std::size_t sign = at_;
  const std::optional<std::string> name = relation();
  if (!name) refuse_open_bracket();
  const Matrix all = compared(*name, left, start, sign);
  expect(']', "behind the condition");
  return all;
}

Matrix MatrixParser::compared(const std::string& relation, const Matrix& left, std::size_t start,
                              std::size_t sign) {
  const std::size_t behind = at_;
  const Matrix right = sum_of_terms();
  const std::vector<Matrix> both = aligned_at({start, sign, behind}, left, right, "against");
  return {function(relation, {both[0].value, both[1].value}), both[0].down, both[0].across, ""};
}

Matrix MatrixParser::size_or_absolute() {
  if (const std::optional<std::string> axis = size_of_axis()) return scalar(Size{*axis});
  skip_spaces();
  const std::size_t start = at_++;
  const bool outer_bars = std::exchange(in_bars_, true);
  Matrix inside = sum_of_terms();
  in_bars_ = outer_bars;
  if (close_bars(start)) {
    inside.value = parts(inside.value)[0];
    return norm(inside);
  }
  if (!inside.is_scalar() && peek() == '^' && !rest_starts_with("^T"))  // of numbers it would say nothing
    fail_at(
        start, "a norm, or absolute values?",
        fmt::format("norm({0})^2, or abs({0})", written(start + 1).substr(0, written(start + 1).size() - 1)));
  inside.value = function("abs", {inside.value});
  return inside;
}

Statement parse_matrix_form(std::string_view line, const Declarations& declarations, Broadcast broadcast,
                            const Judge& judge) {
  return MatrixParser(line, declarations, judge).statement(broadcast);
}

MatrixAxes axes_in_matrix_form(std::string_view text, const Declarations& declarations) {
  return MatrixParser(text, declarations).axes();
}

}  // namespace eingrad::einstein

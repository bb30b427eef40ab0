#include <algorithm>

#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/matrix_parser.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

Matrix MatrixParser::named() {
  skip_spaces();
  if (take_root()) {
    Matrix root = primary();
    root.value = raised(root.value, {1, 2});
    return root;
  }
  if (take_power_of_e()) {
    const std::size_t start = at_;
    Matrix power = primary();
    refuse_tower();
    if (is_square(power))
      fail_at(start, "the exponential of each element, or of the matrix?", "exp(…) for that of each element");
    power.value = function("exp", {power.value});
    return power;
  }
  if (auto reduced = reduction_by_name()) return *reduced;
  if (auto d = derivative_by_name()) return *d;
  const std::string declared = declared_name();
  if (is_undeclared_differential(declared)) unknown_name();
  const std::string called = function_name();
  if (called.size() > declared.size()) return call(called);
  if (declared.empty() && word_at(at_) == "I") {
    ++at_;
    return identity();
  }
  if (const std::size_t start = at_; declared.empty() && is_below_line(start)) {
    if (const auto axis = letter_as_size()) return scalar(Size{*axis});
  }
  if (declared.empty() || is_inside_a_greek_name(declared)) unknown_name();
  if (const std::string* axis = declarations_.sized_axis(declared)) {
    at_ += declared.size();
    return scalar(Size{*axis});
  }
  return tensor(declared);
}

Matrix MatrixParser::tensor(const std::string& name) {
  const std::vector<std::string>& axes = *declarations_.axes_of(name);
  if (axes.size() > 2)
    fail(fmt::format("{} has {} axes, and matrix form has two", name, axes.size()),
         fmt::format("letters at all tensors, {}_{}", name, fmt::join(axes, "")), Mistake::count);
  const std::size_t start = at_;
  at_ += name.size();
  if (axes.empty()) refuse_doubled(name, start);
  refuse_called_square(name);
  at_ += declarations_.arguments_at(name, text_.substr(at_));
  return as_matrix(name, declarations_);
}

// dL/dW has the axes of W, dyhat/dw those of yhat down and those of w across.
std::optional<Matrix> MatrixParser::derivative_by_name() {
  const std::size_t start = at_;
  std::optional<Differentials> read = differentials(bare_tensor());
  if (!read) return {};
  return with_letters_given(*read, start);
}

FormulaReader::ReadTensor MatrixParser::bare_tensor() {
  return [this](const std::string& name) {
    at_ += name.size();
    at_ += declarations_.arguments_at(name, text_.substr(at_));
    return Symbol{name, {}};
  };
}

Matrix MatrixParser::with_letters_given(Differentials read, std::size_t start) const {
  Indices letters;
  bool is_row = false;
  const auto give_letters = [&](Symbol& symbol) {
    is_row |= declarations_.is_row(symbol.name);
    for (const std::string& axis : *declarations_.axes_of(symbol.name)) {
      letters.push_back(letter_of(axis, letters));
      symbol.indices.push_back(letters.back());
    }
  };
  give_letters(read.of);
  for (Symbol& by : read.by) give_letters(by);
  if (letters.size() > 2)
    fail_at(start, fmt::format("this derivative has {} axes, and matrix form has two", letters.size()),
            "letters at all tensors, dY_ij/dX_kl", Mistake::count);
  Matrix result = scalar(read.derivative());
  if (is_row && letters.size() == 1) {
    result.across = letters[0];
    return result;
  }
  if (!letters.empty()) result.down = letters[0];
  if (letters.size() > 1) result.across = letters[1];
  return result;
}

// sum(D) is of all elements; sum_n binds an axis to the end of the term, and leaves a column.
std::optional<Matrix> MatrixParser::reduction_by_name() {
  static constexpr std::pair<std::string_view, Over> reductions[] = {
      {"sum", Over::sum}, {"mean", Over::mean}, {"max", Over::max}, {"logsumexp", Over::logsumexp}};
  const std::string declared = declared_name();
  const std::size_t start = at_;
  for (const auto& [name, kind] : reductions) {
    if (!rest_starts_with(name) || declared.size() >= name.size()) continue;
    const char next = at_ + name.size() < text_.size() ? text_[at_ + name.size()] : ' ';
    if (is_letter(next) || is_digit(next)) continue;
    const std::size_t name_end = at_ += name.size();
    if (here() == '_') {
      sum_letters_.push_back(at_ + (text_.substr(at_).starts_with("_{") ? 2 : 1));
      const Range read = range();
      const Matrix of = term();
      for (const Index& letter : read.letters) check_range(read, letter_along(letter, of, start).axis);
      return along_letters(kind, read.letters, of, start);
    }
    if (peek() != '(') fail(fmt::format("{} of what?", name), fmt::format("{0}(…), or {0}_n …", name));
    const std::size_t bracket = at_;
    if (kind == Over::max && has_two_arguments(bracket)) {  // max(0, Z)
      const std::vector<Matrix> both = arguments(
          start, [&] { return sum_of_terms(); }, [&] { return primary(); });
      check_arity(*find_function("maximum"), both.size(), false, start);
      Matrix larger = by_elements(*find_function("maximum"), both, false, start);
      larger.value = larger_of_two(parts(larger.value));
      return larger;
    }
    open_totals_.push_back({name_end, bracket - name_end, ""});
    const Matrix of = in_brackets();
    open_totals_.pop_back();
    if (kind == Over::sum || kind == Over::mean)
      totals_.push_back({start, name_end, bracket, at_, of.letters()});
    refuse_ambiguous_power(name, start);
    return total(kind, of);
  }
  if (!rest_starts_with("softmax") || declared.size() >= 7) return {};
  at_ += 7;
  return softmax_call(start);
}

Matrix MatrixParser::total(Over kind, const Matrix& of) const {
  return scalar(reduction(kind, of.letters(), of.value));
}

Matrix MatrixParser::norm(const Matrix& of) { return scalar(norm_of(of.value, of.letters())); }

Index MatrixParser::letter_along(const Index& letter, const Matrix& of, std::size_t start) const {
  const std::string* axis = declarations_.axis_of(letter.letter);
  const auto runs_over_it = [&](const Index& index) { return axis != nullptr && index.axis == *axis; };
  const Indices letters = of.letters();
  const auto count = std::ranges::count_if(letters, runs_over_it);
  if (count == 1) return *std::ranges::find_if(letters, runs_over_it);
  fail_at(start,
          fmt::format("{} {} has {} along {}", of.text.empty() ? "this" : of.text, shape_of(of),
                      count == 0 ? "no axis" : "two axes", letter.letter),
          "one of its axes, or letters at all tensors", Mistake::axis);
}

Matrix MatrixParser::along_letters(Over kind, const Indices& letters, const Matrix& of,
                                   std::size_t start) const {
  Indices over, left = of.letters();
  for (const Index& letter : letters) {
    over.push_back(letter_along(letter, of, start));
    std::erase(left, over.back());
  }
  Matrix result = scalar(reduction(kind, over, of.value));
  if (!left.empty()) result.down = left[0];
  return result;
}

// Along the letter that is named, else along each row, else along the only axis.
Matrix MatrixParser::softmax_call(std::size_t start) {
  const Indices named_letters = here() == '_' ? subscript() : Indices();
  Matrix of = in_brackets();
  if (of.is_scalar() || named_letters.size() > 1)
    fail_at(start, "a softmax is along one axis", "softmax(Z), which is along each row");
  const Index along = !named_letters.empty() ? letter_along(named_letters[0], of, start)
                      : of.across            ? *of.across
                                             : *of.down;
  of.value = softmax(of.value, along);
  return of;
}

Matrix MatrixParser::by_elements(const KnownFunction& known, std::vector<Matrix> arguments, bool prime,
                                 std::size_t start) const {
  arguments = at(start, [&] { return aligned(arguments, "beside"); });
  Matrix result = arguments[0];
  std::vector<Expr> values;
  for (const Matrix& argument : arguments) values.push_back(argument.value);
  result.value = prime ? function(std::string(known.name), values, true) : known.of(values);
  return result;
}

Matrix MatrixParser::call(const std::string& name) {
  const std::size_t start = at_;
  at_ += name.size();
  const bool prime = take('\'');
  const Number power = power_of_function();
  std::vector<Matrix> arguments = this->arguments(
      start, [&] { return sum_of_terms(); }, [&] { return primary(); });
  if (prime && known_function(name) == nullptr) fail_at(start, fmt::format("{} has no prime", name));
  if (const KnownFunction* known = known_function(name)) {
    check_arity(*known, arguments.size(), prime, start);
    Matrix result = by_elements(*known, arguments, prime, start);
    result.value = raised(result.value, power);
    return result;
  }
  if (!(power == Number(1))) fail_at(start, fmt::format("a power of {}: in a bracket around it", name));
  if (arguments.size() != 1)
    fail_at(start, fmt::format("{} takes 1 argument, not {}", name, arguments.size()));
  const Matrix& of = arguments[0];
  if (name == "norm") return norm(of);
  if (name == "diag") {
    if (!of.down || of.across)
      fail_at(start, fmt::format("diag is of a column, not {}", shape_of(of)), "", Mistake::axis);
    const Index across = fresh_index(of.down->axis, of.letters());
    return {of.value * Delta{*of.down, across}, of.down, across, ""};
  }
  // the trace
  if (!is_square(of))
    fail_at(start, fmt::format("a trace is of a square matrix, not {}", shape_of(of)), "", Mistake::axis);
  return scalar(reduction(Over::sum, {*of.down}, with_letters(of, of.down, of.down).value));
}

}  // namespace eingrad::einstein

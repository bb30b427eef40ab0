#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include <autodiff/einstein/matrix_parser.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

constexpr std::string_view about_signs = "; * is element by element, @ the matrix product";

/// As a sheet declares them: a column has one.
std::string declared_axes(const Matrix& a) {
  return a.down && !a.across ? fmt::format("[{}]", a.down->axis) : shape_of(a);
}

std::string listed(const std::vector<std::string>& formulas) {
  return fmt::format("{}", fmt::join(formulas, ", or "));
}

/// Whether a text ends with a number, 2 of "2 " but not of W2.
bool ends_with_number(std::string_view text) {
  const std::size_t before = text.find_last_not_of("0123456789.");
  return is_digit(text.back()) && (before == std::string_view::npos || !is_letter(text[before]));
}

bool has_axis(const Indices& letters, const std::string& axis) {
  return std::ranges::find(letters, axis, &Index::axis) != letters.end();
}

}  // namespace

// The right side with the letters of the left one. A vector on the right may be repeated in a matrix.
Expr MatrixParser::fitted(const Matrix& right, const Matrix& target, Broadcast broadcast) const {
  const auto agree = [](const std::optional<Index>& a, const std::optional<Index>& b) {
    return a && b && (a->axis == b->axis || a->axis.empty());
  };
  const bool lies =
      target.across && !right.across && !agree(right.down, target.down) && agree(right.down, target.across);
  const Matrix value = lies ? transposed(right) : right;
  if (is_identity(value) && !is_square(target))
    fail_at(value_at_, fmt::format("I is a square matrix, and {} is {}", target.text, declared_axes(target)),
            "1_n for ones along an axis", Mistake::axis);
  const std::string both = fmt::format("{} is {} and the right side {}{}", target.text, declared_axes(target),
                                       value.across && !value.down ? "the row " : "", declared_axes(value));
  if ((!value.down || agree(value.down, target.down)) &&
      (!value.across || agree(value.across, target.across))) {
    const bool is_repeated = value.letters().size() < target.letters().size();
    if (is_repeated && broadcast == Broadcast::in_terms && !value.value.is_number(0))
      refuse_repeated(both + ": no term has the axes that it lacks", right, target);
    return with_letters(value, target.down, target.across).value;
  }
  if (agree(value.down, target.across) || agree(value.across, target.down)) {
    const bool whole = (!value.down || agree(value.down, target.across)) &&
                       (!value.across || agree(value.across, target.down));
    if (whole)
      fail_at(value_at_, both,
              "the transpose of the right side: " +
                  listed(fitting({side_by_side(right.scale, transposed(right).text)}, value_at_)),
              Mistake::axis);
  }
  std::vector<std::string> unsummed;
  for (const Index& index : value.letters()) {
    if (!has_axis(target.letters(), index.axis)) unsummed.push_back(index.axis);
  }
  if (value.letters().size() == target.letters().size() + unsummed.size())
    refuse_unsummed(fmt::format("{}: {} {} neither on the left nor summed", both,
                                fmt::join(unsummed, " and "), unsummed.size() == 1 ? "is" : "are"),
                    fmt::format("{}", fmt::join(unsummed, "")), right, target);
  std::vector<std::string> meant = with_other_sums(target);
  if (meant.empty()) meant = tried(with_a_factor(right), value_at_).right;
  fail_at(value_at_, both, meant.empty() ? "factors in another order, or a transpose" : listed(meant),
          Mistake::axis);
}

// sum_n for sum_o, in one place or in all.
std::vector<std::string> MatrixParser::with_other_sums(const Matrix& target) const {
  std::vector<std::string> all;
  if (sum_letters_.empty()) return all;
  for (const std::string& letter : declarations_.axes()) {
    if (has_axis(target.letters(), letter)) continue;
    std::vector<Change> changes;
    for (const std::size_t place : sum_letters_) {
      changes.push_back({place, 1, letter});
      all.push_back(with_changes({changes.back()}));
    }
    all.push_back(with_changes(changes));
  }
  return fitting(all, value_at_);
}

MatrixParser::Proposals MatrixParser::tried(const std::vector<std::string>& formulas,
                                            std::size_t start) const {
  Proposals found;
  auto& [all, right] = found;
  std::vector<Expr> values;
  if (is_trial_) return found;
  const std::string_view rest = text_.substr(start + written(start).size());
  const bool would_touch = !rest.empty() && (is_alphanumeric(rest[0]) || rest[0] == '(' || rest[0] == '[');
  for (const std::string& formula : formulas) {
    const std::string line =
        fmt::format("{}{}{}{}", text_.substr(0, start), formula, would_touch ? " " : "", rest);
    try {
      MatrixParser trial(line, declarations_);
      trial.is_trial_ = true;
      const Statement read = trial.statement(Broadcast::in_terms);
      const bool is_new =
          std::ranges::none_of(values, [&](const Expr& each) { return same(each, read.value); });
      values.push_back(read.value);
      if (!is_new) continue;
      all.push_back(line.substr(value_at_));
      if (judge_ && judge_(read)) right.push_back(all.back());
    } catch (const value_error&) {  // it was not meant
    }
  }
  return found;
}

std::vector<std::string> MatrixParser::fitting(const std::vector<std::string>& formulas,
                                               std::size_t start) const {
  const Proposals found = tried(formulas, start);
  return found.right.empty() ? not_right_yet(found.all) : found.right;
}

// Of a claim, whose other mistakes stay.
std::vector<std::string> MatrixParser::not_right_yet(std::vector<std::string> formulas) const {
  if (judge_ && !formulas.empty())
    formulas.back() += fmt::format(", which fit{}, but {} not right yet", formulas.size() == 1 ? "s" : "",
                                   formulas.size() == 1 ? "is" : "are");
  return formulas;
}

std::vector<std::string> MatrixParser::with_transposes(const Operation& place, const Matrix& a,
                                                       const Matrix& b) const {
  const auto transpose_of = [](const Matrix& operand) {
    return side_by_side(operand.scale, transposed(operand).text);
  };
  const std::size_t right = text_.find_first_not_of(' ', place.behind);
  const std::size_t left_end = text_.find_last_not_of(' ', place.sign - 1) + 1;
  return {std::string(text_.substr(place.start, right - place.start)) + transpose_of(b),
          transpose_of(a) + written(left_end)};
}

std::string MatrixParser::with_changes(std::vector<Change> changes) const {
  // From the end on; at one place what closes stands in front of what opens.
  std::ranges::sort(changes, std::greater(),
                    [](const Change& change) { return std::pair(change.at, change.text == "("); });
  std::string line(text_);
  for (const Change& change : changes) line.replace(change.at, change.count, change.text);
  return line.substr(value_at_);
}

// A[i,j] for a square matrix: j is an axis of no other tensor.
std::string MatrixParser::advice_for_one_axis(const std::pair<std::string, std::string>& mismatched) const {
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

void MatrixParser::refuse(const AxisMismatch& mismatch, std::size_t start, std::size_t column) const {
  std::vector<std::string> formulas = mismatch.meant;
  if (!mismatch.diagonal.empty() && fitting({formulas[0], formulas[1]}, start).empty())
    formulas.insert(formulas.begin(), mismatch.diagonal);
  const Proposals found = tried(formulas, start);
  std::vector<std::string> meant = found.right;
  if (meant.empty()) meant = tried(mismatch.less, start).right;
  if (meant.empty()) meant = not_right_yet(found.all);
  std::string hint = meant.empty() ? mismatch.otherwise + advice_for_one_axis(mismatch.axes) : listed(meant);
  if (text_[column] == '*' || hint.find_first_of("*@") != std::string::npos) hint += about_signs;
  fail_at(column, mismatch.problem, hint, Mistake::axis);
}

// sum_n D for sum(D), the diagonal matrix of a column; else ones along the other axes.
void MatrixParser::refuse_repeated(const std::string& problem, const Matrix& right,
                                   const Matrix& target) const {
  const std::string whole = side_by_side(right.scale, right.text), factor = bracketed(whole);
  std::set<std::string> axes;
  for (const Total& total : totals_) {
    for (const Index& index : total.over) axes.insert(index.axis);
  }
  std::vector<std::string> meant{"diag(" + whole + ")"};
  for (const std::string& axis : axes) {
    std::vector<Change> changes;
    for (const Total& total : totals_) {
      if (total.over.size() < 2 || !has_axis(total.over, axis)) continue;
      changes.push_back({total.name_end, total.bracket - total.name_end, "_" + axis + " "});
      if (total.end == total.term_end) continue;  // else it would be of what follows, too
      changes.push_back({total.begin, 0, "("});
      changes.push_back({total.end, 0, ")"});
    }
    if (!changes.empty()) meant.push_back(with_changes(changes));
  }
  meant = fitting(meant, value_at_);
  if (meant.empty()) meant = tried(as_outer_products(), value_at_).right;
  if (!meant.empty()) fail_at(value_at_, problem, listed(meant), Mistake::free_letter);
  if (judge_) {  // of a claim, which would be right if all elements were alike
    meant = tried(with_a_tensor(factor, target), value_at_).right;
    if (meant.empty()) meant = tried(without_totals(), value_at_).right;
    fail_at(value_at_, problem,
            meant.empty() ? fmt::format("a factor with the axes {}", declared_axes(target)) : listed(meant),
            Mistake::free_letter);
  }
  for (const Index& index : target.letters()) {
    meant.push_back(fmt::format("{} 1_{}", factor, index.axis));
    meant.push_back(fmt::format("{} 1_{}^T", factor, index.axis));
    meant.push_back(fmt::format("1_{} {}^T", index.axis, factor));
  }
  meant = fitting(meant, value_at_);
  fail_at(value_at_, problem, meant.empty() ? "" : listed(meant) + " if all elements are alike",
          Mistake::free_letter);
}

std::vector<std::string> MatrixParser::as_outer_products() const {
  std::vector<std::string> all;
  for (std::size_t i = 0; i + 1 < factors_.size(); ++i) {
    const Factor &left = factors_[i], &right = factors_[i + 1];
    if (left.product != right.product || left.begin < value_at_) continue;
    all.push_back(
        with_changes({{left.begin, right.end - left.begin, left.transposed + " " + right.transposed}}));
  }
  return all;
}

std::vector<std::string> MatrixParser::without_totals() const {
  std::vector<std::string> all;
  for (const Total& total : totals_) {
    all.push_back(with_changes({{total.begin, total.bracket - total.begin, ""}}));
    const std::string_view in_front = text_.substr(value_at_, total.begin - value_at_);
    const std::size_t last = in_front.find_last_not_of(' ');
    const bool is_scaled = last != std::string_view::npos && ends_with_number(in_front.substr(0, last + 1));
    const std::size_t begin = is_scaled ? value_at_ + last + 1 : total.begin;
    for (const std::string& axis : declarations_.axes())
      all.push_back(with_changes(
          {{begin, total.bracket - begin, fmt::format("{}/|{}| ", is_scaled ? "" : "1", axis)}}));
  }
  return all;
}

std::vector<std::string> MatrixParser::with_a_tensor(const std::string& factor, const Matrix& target) const {
  std::vector<std::string> all;
  for (const std::string& name : declarations_.names()) {
    const auto* axes = declarations_.axes_of(name);
    if (axes == nullptr || axes->size() != target.letters().size()) continue;
    all.push_back(factor + " " + name);
    all.push_back(factor + " " + name + "^T");
  }
  return all;
}

std::vector<std::string> MatrixParser::with_a_factor(const Matrix& right) const {
  std::vector<std::string> all;
  const std::string factor = bracketed(right.text);
  for (const std::string& name : declarations_.names()) {
    if (declarations_.axes_of(name) == nullptr) continue;
    for (const std::string& other : {name, name + "^T"}) {
      all.push_back(side_by_side(right.scale, other + " " + factor));
      all.push_back(side_by_side(right.scale, factor + " " + other));
    }
  }
  return all;
}

// A B and A^T B for A * B.
std::vector<std::string> MatrixParser::as_matrix_products() const {
  std::vector<std::string> all;
  for (const auto& [start, behind, left] : by_elements_) {
    const std::size_t right = text_.find_first_not_of(' ', behind);
    for (const std::string& factor : {bracketed(left.text), transposed(left).text})
      all.push_back(with_changes({{start, right - start, side_by_side(left.scale, factor) + " "}}));
  }
  return fitting(all, value_at_);
}

// X^T D for X^T * D; sum_n D for D; sum(D * R) for sum(D) * R.
void MatrixParser::refuse_unsummed(const std::string& problem, const std::string& letters,
                                   const Matrix& right, const Matrix& target) const {
  const std::string whole = side_by_side(right.scale, right.text), factor = bracketed(whole);
  std::vector<std::string> meant = as_matrix_products();
  if (!meant.empty())
    fail_at(value_at_, problem, listed(meant) + std::string(about_signs), Mistake::used_once);
  if (!totals_.empty()) {
    std::vector<Change> changes;
    for (const Total& total : totals_) {
      if (total.end == total.term_end) continue;
      changes.push_back({total.name_end, total.bracket - total.name_end, "("});
      changes.push_back({total.term_end, 0, ")"});
    }
    if (!changes.empty()) meant = {with_changes(changes)};
  } else if (target.is_scalar()) {
    meant = tried({"mean(" + whole + ")"}, value_at_).right;
    if (meant.empty()) meant = {"sum(" + whole + ")"};
  } else {
    meant = {"sum_" + letters + " " + factor, factor + "^T 1", factor + " 1"};
  }
  meant = fitting(meant, value_at_);
  const std::string otherwise =
      totals_.empty() ? "sum_" + letters + " in front of the term" : "a bracket around all that is summed";
  fail_at(value_at_, problem, meant.empty() ? otherwise : listed(meant), Mistake::used_once);
}

}  // namespace eingrad::einstein

#include <algorithm>
#include <set>
#include <utility>

#include <autodiff/einstein/indices.hpp>
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

}  // namespace

// The right side with the letters of the left one. A vector on the right may be repeated in a matrix.
Expr MatrixParser::fitted(const Matrix& right, const Matrix& target, Broadcast broadcast) const {
  const auto agree = [](const std::optional<Index>& a, const std::optional<Index>& b) {
    return a && b && (a->axis == b->axis || a->axis.empty());
  };
  const bool lies = target.down && target.across && !right.across && !agree(right.down, target.down) &&
                    agree(right.down, target.across);
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
    if (whole) {
      const std::vector<std::string> meant = fitting(
          {side_by_side(right.scale, reversed(right)), side_by_side(right.scale, transposed(right).text)});
      fail_at(value_at_, both,
              "the transpose of the right side" + (meant.empty() ? ", (…)^T" : ": " + listed(meant)),
              Mistake::axis);
    }
  }
  std::vector<std::string> unsummed;
  for (const Index& index : value.letters()) {
    if (!has_axis(target.letters(), index.axis)) unsummed.push_back(index.axis);
  }
  if (!unsummed.empty() && value.letters().size() == target.letters().size() + unsummed.size())
    refuse_unsummed(fmt::format("{}: {} {} neither on the left nor summed", both,
                                fmt::join(unsummed, " and "), unsummed.size() == 1 ? "is" : "are"),
                    fmt::format("{}", fmt::join(unsummed, "")), right, target);
  std::vector<std::string> meant = with_other_sums(target);
  if (meant.empty() && judge_) meant = fitting(with_a_factor(right));
  fail_at(value_at_, both, meant.empty() ? "factors in another order, or a transpose" : listed(meant),
          Mistake::axis);
}

void MatrixParser::refuse(const AxisMismatch& mismatch, std::size_t start, std::size_t column) const {
  if (is_trial_) fail_at(column, mismatch.problem, "", Mistake::axis);
  std::vector<std::string> formulas = mismatch.meant;
  if (!mismatch.diagonal.empty() && fitting(in_place({formulas[0], formulas[1]}, start)).empty())
    formulas.insert(formulas.begin(), mismatch.diagonal);
  const Proposals found = tried(in_place(formulas, start));
  std::vector<std::string> meant = found.right;
  if (meant.empty()) meant = tried(in_place(mismatch.less, start)).right;
  if (meant.empty() && mismatch.is_of_product) {
    const Proposals by_elements = tried(by_elements_from_a_factor());
    meant = by_elements.right;
    if (meant.empty()) meant = tried(by_elements_in_a_sum()).right;
    if (meant.empty() && found.all.empty()) meant = not_right_yet(by_elements.all);
  }
  if (meant.empty()) meant = not_right_yet(found.all);
  std::string hint = meant.empty() ? mismatch.otherwise + advice_for_one_axis(mismatch.axes) : listed(meant);
  if (!mismatch.column.empty())
    hint += fmt::format("; {}[1,{}] declares a row", mismatch.column, mismatch.axes.first);
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
  std::vector<std::string> meant{"diag(" + whole + ")"}, summed;
  for (const std::string& axis : axes) {
    std::vector<Change> changes, sums;  // sums for means, too
    for (const Total& total : totals_) {
      if (total.over.size() < 2 || !has_axis(total.over, axis)) continue;
      changes.push_back({total.name_end, total.bracket - total.name_end, "_" + axis + " "});
      sums.push_back({total.begin, total.bracket - total.begin, "sum_" + axis + " "});
      if (total.end == total.term_end) continue;  // else it would be of what follows, too
      for (std::vector<Change>* all : {&changes, &sums}) {
        all->push_back({total.begin, 0, "("});
        all->push_back({total.end, 0, ")"});
      }
    }
    if (changes.empty()) continue;
    meant.push_back(with_changes(changes));
    summed.push_back(with_changes(sums));
  }
  const std::vector<std::string> right_sums = tried(summed).right;
  meant = right_sums.empty() ? fitting(meant) : right_sums;
  if (meant.empty()) meant = tried(as_outer_products()).right;
  if (!meant.empty()) fail_at(value_at_, problem, listed(meant), Mistake::free_letter);
  if (judge_) {  // of a claim, which would be right if all elements were alike
    meant = tried(with_a_tensor(factor, target)).right;
    if (meant.empty()) meant = tried(without_totals()).right;
    fail_at(value_at_, problem,
            meant.empty() ? fmt::format("a factor with the axes {}", declared_axes(target)) : listed(meant),
            Mistake::free_letter);
  }
  for (const Index& index : target.letters()) {
    meant.push_back(fmt::format("{} 1_{}", factor, index.axis));
    meant.push_back(fmt::format("{} 1_{}^T", factor, index.axis));
    meant.push_back(fmt::format("1_{} {}^T", index.axis, factor));
  }
  meant = fitting(meant);
  fail_at(value_at_, problem, meant.empty() ? "" : listed(meant) + " if all elements are alike",
          Mistake::free_letter);
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
    if (judge_ && tried(meant).right.empty()) {  // X^T mean(D) for 1/m X^T D
      const std::vector<std::string> without = tried(without_totals()).right;
      if (!without.empty()) meant = without;
    }
  } else if (target.is_scalar()) {
    meant = tried({"mean(" + whole + ")"}).right;
    if (meant.empty()) meant = {"sum(" + whole + ")"};
  } else {
    meant = {"sum_" + letters + " " + factor, factor + "^T 1", factor + " 1"};
  }
  meant = fitting(meant);
  const std::string otherwise =
      totals_.empty() ? "sum_" + letters + " in front of the term" : "a bracket around all that is summed";
  fail_at(value_at_, problem, meant.empty() ? otherwise : listed(meant), Mistake::used_once);
}

}  // namespace eingrad::einstein

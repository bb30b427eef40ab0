#include <set>

#include <autodiff/einstein/matrix_parser.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

/// Where sum(…) or mean(…) begins in a formula, and which of them it is.
struct Total {
  std::size_t at;
  std::string name, of;  ///< `of` is what follows the name
};

std::vector<Total> totals_in(const std::string& formula) {
  std::vector<Total> all;
  for (const std::string name : {"sum", "mean"}) {
    const std::size_t at = formula.find(name);
    const std::size_t open = at == std::string::npos ? at : formula.find_first_not_of(' ', at + name.size());
    if (open != std::string::npos && formula[open] == '(') all.push_back({at, name, formula.substr(open)});
  }
  return all;
}

std::string listed(const std::vector<std::string>& formulas) {
  return fmt::format("{}", fmt::join(formulas, ", or "));
}

}  // namespace

std::vector<std::string> MatrixParser::fitting(std::vector<std::string> formulas, std::size_t start) const {
  if (is_trial_) return {};
  std::erase_if(formulas, [&](const std::string& formula) {
    const std::string line = fmt::format("{}{} {}", text_.substr(0, start), formula, text_.substr(at_));
    try {
      MatrixParser trial(line, declarations_);
      trial.is_trial_ = true;
      trial.statement(Broadcast::in_terms);
      return false;
    } catch (const value_error&) {
      return true;
    }
  });
  return formulas;
}

void MatrixParser::refuse(const AxisMismatch& mismatch, std::size_t start, std::size_t column) const {
  const std::vector<std::string> meant = fitting(mismatch.meant, start);
  std::string hint = meant.empty() ? mismatch.otherwise : listed(meant);
  if (text_[column] == '*' || hint.find_first_of("*@") != std::string::npos)
    hint += "; * is element by element, @ the matrix product";
  fail_at(column, mismatch.problem, hint, Mistake::axis);
}

// sum(D) for sum_n D, a column for its diagonal matrix; else ones along the other axes.
void MatrixParser::refuse_repeated(const std::string& problem, const Matrix& target,
                                   std::size_t start) const {
  const std::string right = written(start), factor = bracketed(right);
  std::set<std::string> axes;
  for (const std::string& name : declarations_.names()) {
    const auto* of = declarations_.axes_of(name);
    if (of != nullptr) axes.insert(of->begin(), of->end());
  }
  std::vector<std::string> meant{"diag(" + right + ")"};
  for (const auto& [at, name, of] : totals_in(right)) {
    for (const std::string& axis : axes)
      meant.push_back(fmt::format("{}{}_{} {}", right.substr(0, at), name, axis, of));
  }
  meant = fitting(meant, start);
  if (!meant.empty()) fail_at(start, problem, listed(meant), Mistake::free_letter);
  for (const Index& index : target.letters()) {
    meant.push_back(fmt::format("{} 1_{}", factor, index.axis));
    meant.push_back(fmt::format("{} 1_{}^T", factor, index.axis));
    meant.push_back(fmt::format("1_{} {}^T", index.axis, factor));
  }
  meant = fitting(meant, start);
  fail_at(start, problem, meant.empty() ? "" : listed(meant) + " if all elements are alike",
          Mistake::free_letter);
}

// sum_n D for D; sum(D * R) for sum(D) * R.
void MatrixParser::refuse_unsummed(const std::string& problem, const std::string& letters,
                                   const Matrix& target, std::size_t start) const {
  const std::string right = written(start), factor = bracketed(right);
  std::vector<std::string> meant;
  for (const auto& [at, name, of] : totals_in(right))
    meant.push_back(fmt::format("{}{}({})", right.substr(0, at), name, of));
  const bool has_total = !meant.empty();
  if (!has_total && target.is_scalar()) meant = {"sum(" + right + ")"};
  if (!has_total && !target.is_scalar())
    meant = {"sum_" + letters + " " + factor, factor + "^T 1", factor + " 1"};
  meant = fitting(meant, start);
  const std::string otherwise =
      has_total ? "a bracket around all that is summed" : "sum_" + letters + " in front of the term";
  fail_at(start, problem, meant.empty() ? otherwise : listed(meant), Mistake::used_once);
}

}  // namespace eingrad::einstein

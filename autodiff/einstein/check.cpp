#include <algorithm>
#include <optional>

#include <autodiff/einstein/check.hpp>
#include <autodiff/einstein/comparison.hpp>
#include <autodiff/einstein/diagnose.hpp>
#include <autodiff/einstein/diagonals.hpp>
#include <autodiff/einstein/equations.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/matrix_form.hpp>
#include <autodiff/einstein/named_derivatives.hpp>
#include <autodiff/einstein/parse.hpp>
#include <autodiff/einstein/print.hpp>
#include <autodiff/einstein/special_cases.hpp>
#include <autodiff/einstein/undeclared.hpp>
#include <autodiff/grad_mode.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

Verdict refusal(const formula_error& refused, std::string_view claim, const Problem& problem) {
  return {refused.mistake, message_of(refused, claim, problem.declarations)};
}

/// What is wrong with a claim before its value is looked at.
Verdict refusal_of(std::string_view claim, const Problem& problem, const Judge& judge) {
  try {
    static_cast<void>(parse_statement(claim, problem.declarations, Broadcast::in_terms, judge));
  } catch (const formula_error& refused) {
    return refusal(refused, claim, problem);
  }
  return {};
}

/// What a left side stands for.
Expr meaning(const Expr& target, const Problem& problem, std::string_view line) {
  const Symbol& of = differentiated(target);
  const auto found = problem.definitions.find(of.name);
  const auto* d = target.as<Derivative>();
  if (d != nullptr && d->by.name == of.name) return worked_out(target, problem.definitions);
  if (found == problem.definitions.end()) {
    Report report("einstein", fmt::format("{} has no definition", of.name));
    report.line("text", std::string(line)).hint(fmt::format("a line that defines it: {} = …", of.name));
    refuse(report, Mistake::name);
  }
  return d != nullptr ? worked_out(target, problem.definitions) : defined_as(found->second, of);
}

/// The letters of a left side: those of what is differentiated, then those of what by.
Indices letters_in_order(const Expr& target) {
  Indices all = own_indices(differentiated(target));
  if (const auto* d = target.as<Derivative>())
    all.insert(all.end(), d->by.indices.begin(), d->by.indices.end());
  return all;
}

/// Checks the sides of a derivation one after the other.
class Checker {
 public:
  explicit Checker(const Problem& problem) : problem_(problem) {}

  /// Of an equation; all have the same left side.
  CheckedStep check(const std::string& equation) {
    Statement read;
    try {
      read = parse_statement(equation, problem_.declarations, Broadcast::anywhere, judge(equation));
      find_truth(read, equation);
    } catch (const formula_error& refused) {
      before_.reset();
      const Verdict stricter = refusal_of(equation, problem_, judge(equation));
      return {0, explained(stricter.is_right() ? refusal(refused, equation, problem_) : stricter, equation)};
    }
    // As it was written, but for derivatives in it.
    const Expr value = without_derivatives(read.value, problem_.definitions);
    CheckedStep step = compared(equation, read, value);
    before_ = Side{value, step.verdict};
    return step;
  }

 private:
  struct Side {
    Expr value;
    Verdict verdict;
  };

  void find_truth(const Statement& read, const std::string& equation) {
    if (!truth_) truth_.emplace(problem_, read.free, meaning(read.target, problem_, equation));
  }

  /// Of what is proposed for an equation, which may have another left side.
  Judge judge(const std::string& equation) {
    return [this, equation](const Statement& read) {
      try {
        if (!proposed_ || !same(proposed_->target, read.target)) {
          proposed_.emplace(Proposed{read.target, {}});
          proposed_->truth.emplace(problem_, read.free, meaning(read.target, problem_, equation));
        }
        if (!proposed_->truth) return false;
        const Expr value = without_derivatives(read.value, problem_.definitions);
        // What targets have to sum to is told when it is claimed.
        return proposed_->truth->is_right(value) ||
               find_missing_assumption(value, *proposed_->truth, problem_).has_value();
      } catch (const value_error&) {  // nothing says what is true
        return false;
      }
    };
  }

  Teller::Form form_of(const std::string& equation) const {
    return is_in_matrix_form(equation, problem_.declarations) ? Teller::Form::matrices
                                                              : Teller::Form::letters;
  }

  /// Instead of letters that do not fit together, the one factor by which they do not.
  Verdict explained(const Verdict& refused, const std::string& equation) {
    const bool is_of_letters =
        refused.mistake == Mistake::used_once || refused.mistake == Mistake::free_letter;
    if (!is_of_letters || form_of(equation) == Teller::Form::matrices) return refused;
    try {
      const Statement written = parse_letters(equation, problem_.declarations);
      find_truth(written, equation);
      const NamedDerivatives named = with_named_derivatives(written.value, problem_);
      const Comparison comparison(named.problem, truth_->letters(), truth_->truth());
      return diagnose_letters(named.claim, written.target, comparison, named.problem).value_or(refused);
    } catch (const value_error&) {  // nothing says what is true
      return refused;
    }
  }

  /// What is wrong with a claim that can be read.
  Verdict diagnosed(const std::string& equation, const Statement& read, const Comparison& comparison) const {
    const NamedDerivatives named = with_named_derivatives(read.value, problem_);
    const Teller tell(named.problem.declarations, letters_in_order(read.target), form_of(equation));
    return diagnose(named.claim, read.target,
                    Comparison(named.problem, comparison.letters(), comparison.truth()), named.problem, tell);
  }

  /// Whether a mistake matters more than a letter of the left side that the right one lacks. Matrices are
  /// told by their axes, with what to write, unless the whole is off.
  static bool is_before_letters(Mistake mistake, Teller::Form form) {
    if (form == Teller::Form::matrices) return mistake == Mistake::factor || mistake == Mistake::path_cut;
    return mistake != Mistake::different && mistake != Mistake::special_case;
  }

  /// `value` is the right side with its derivatives worked out.
  CheckedStep compared(const std::string& equation, const Statement& read, const Expr& value) {
    const bool after_wrong = before_ && !before_->verdict.is_right();
    if (truth_->is_right(value))
      return {0,
              {Mistake::none, after_wrong ? "it is right, but the step before is not"
                              : before_   ? "it is right"
                                          : praise(read.target)}};
    if (after_wrong && truth_->is_right_for(value, before_->value))
      return {0, {before_->verdict.mistake, "it follows from the step before, which is wrong"}, true};
    const Verdict refused = refusal_of(equation, problem_, judge(equation));
    if (!refused.is_right()) {
      if (refused.mistake != Mistake::free_letter) return {0, explained(refused, equation)};
      // 1 for 1_n, and perhaps another mistake.
      const Verdict other = diagnosed(equation, read, *truth_);
      return {0, is_before_letters(other.mistake, form_of(equation)) ? other : explained(refused, equation)};
    }
    if (!before_) return {0, diagnosed(equation, read, *truth_)};
    Verdict verdict = diagnosed(equation, read, truth_->against(before_->value));
    if (after_wrong) verdict.message = "beside the step before, which is wrong, too: " + verdict.message;
    return {0, verdict};
  }

  /// That it is right, and of what, if the left side is only the diagonal of a derivative, or the direct one.
  std::string praise(const Expr& target) const {
    const auto* d = target.as<Derivative>();
    if (d == nullptr) return "it is right";
    const auto text = [&](const Expr& e) { return print(e, problem_.declarations); };
    if (const Indices beside = letters_off_diagonal(*d, problem_); !beside.empty()) {
      const Index other = fresh_index(beside[0].axis, problem_.declarations.with_names(all_indices(target)));
      return fmt::format("it is right, on the diagonal: {} has other elements, too",
                         text(derivative(d->of, with_letter(d->by, beside[0], other), d->through)));
    }
    const Expr total = derivative(d->of, d->by);
    if (d->through != Through::own_definition || is_no_other(total)) return "it is right";
    return fmt::format("it is right, as the direct derivative: {} goes through all definitions", text(total));
  }

  /// Whether it has the same value; if it is too long to tell, it counts as the same.
  bool is_no_other(const Expr& derivative) const {
    try {
      return truth_->is_right(worked_out(derivative, problem_.definitions));
    } catch (const value_error&) {
      return true;
    }
  }

  /// What the last proposal was compared with; nothing if that could not be found.
  struct Proposed {
    Expr target;
    std::optional<Comparison> truth;
  };

  const Problem& problem_;
  std::optional<Comparison> truth_;
  std::optional<Proposed> proposed_;
  std::optional<Side> before_;
};

/// "step 3", "steps 1 to 3", "steps 1 and 2"
std::string steps_between(std::size_t first, std::size_t last) {
  if (first == last) return fmt::format("step {}", first);
  return fmt::format("steps {} {} {}", first, last == first + 1 ? "and" : "to", last);
}

std::string summary_of(const std::vector<CheckedStep>& steps, bool with_reasons) {
  const auto kind = [](const CheckedStep& step) {
    return step.verdict.is_right() ? 0 : step.follows ? 1 : 2;
  };
  std::vector<std::string> sentences;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::size_t first = i;
    while (kind(steps[first]) != 2 && i + 1 < steps.size() && kind(steps[i + 1]) == kind(steps[first])) ++i;
    const std::string who = steps_between(first + 1, i + 1);
    const bool one = first == i;
    const Verdict& verdict = steps[first].verdict;
    if (verdict.is_right()) {
      sentences.push_back(fmt::format("{} {}", who, one ? "holds" : "hold"));
    } else if (steps[first].follows) {
      sentences.push_back(fmt::format("{} {} from step {}", who, one ? "follows" : "follow", wrong));
    } else {
      wrong = first + 1;
      const std::string sentence = verdict.message.substr(0, verdict.message.find('\n'));
      sentences.push_back(fmt::format("{} is wrong ({}){}{}", who, name_of(verdict.mistake),
                                      with_reasons ? ": " : "", with_reasons ? sentence : ""));
    }
  }
  return fmt::format("{}", fmt::join(sentences, "; "));
}

}  // namespace

bool CheckedDerivation::is_right() const {
  return std::ranges::all_of(steps, [](const CheckedStep& step) { return step.verdict.is_right(); });
}

CheckedDerivation check_derivation(const std::vector<std::string>& lines, const Problem& problem) {
  const no_grad guard;
  Checker checker(problem);
  CheckedDerivation all;
  for (std::size_t line = 0; line < lines.size(); ++line) {
    for (const std::string& equation : equations_of(with_left_side(lines[line], lines[0]))) {
      all.steps.push_back(checker.check(equation));
      all.steps.back().line = line;
    }
  }
  all.outline = summary_of(all.steps, false);
  all.summary = summary_of(all.steps, true);
  return all;
}

Verdict check(std::string_view claim, const Problem& problem) {
  const CheckedDerivation checked = check_derivation({std::string(claim)}, problem);
  const auto wrong =
      std::ranges::find_if(checked.steps, [](const CheckedStep& step) { return !step.verdict.is_right(); });
  return wrong == checked.steps.end() ? checked.steps.back().verdict : wrong->verdict;
}

}  // namespace eingrad::einstein

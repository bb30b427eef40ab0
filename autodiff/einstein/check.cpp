#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/einstein/check.hpp>
#include <autodiff/einstein/edits.hpp>
#include <autodiff/einstein/formula_error.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/parse.hpp>
#include <autodiff/einstein/print.hpp>
#include <autodiff/einstein/simplify.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/reduction/reduction.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad::einstein {

namespace {

constexpr double tolerance = 1e-8;

Mistake mistake_of(Fault fault) {
  switch (fault) {
    case Fault::name:
      return Mistake::name;
    case Fault::count:
      return Mistake::count;
    case Fault::axis:
      return Mistake::axis;
    case Fault::free_letter:
      return Mistake::free_letter;
    case Fault::used_once:
      return Mistake::used_once;
    default:
      return Mistake::syntax;
  }
}

Verdict refusal(const formula_error& refused) {
  const std::string_view message = refused.what();  // "value_error: einstein: …"
  return {mistake_of(refused.fault),
          std::string(message.substr(message.find(": ", message.find(": ") + 1) + 2))};
}

/// What is wrong with a claim before its value is looked at.
Verdict refusal_of(std::string_view claim, const Problem& problem) {
  try {
    static_cast<void>(parse_statement(claim, problem.declarations));
  } catch (const formula_error& refused) {
    return refusal(refused);
  }
  return {};
}

Expr worked_out(Expr e, const Definitions& definitions) {
  while (const auto step = differentiation_step(e, definitions)) e = step->result;
  return simplified(e);
}

bool has_derivative(const Expr& e) {
  return e.as<Derivative>() != nullptr || std::ranges::any_of(parts(e), has_derivative);
}

/// The derivatives in a claim worked out, the rest as it was written.
Expr without_derivatives(const Expr& e, const Definitions& definitions) {
  if (!has_derivative(e)) return e;
  if (e.as<Derivative>() != nullptr) return worked_out(e, definitions);
  std::vector<Expr> inside = parts(e);
  for (Expr& part : inside) part = without_derivatives(part, definitions);
  return with_parts(e, inside);
}

/// What a left side stands for.
Expr meaning(const Expr& target, const Problem& problem, std::string_view line) {
  const auto* d = target.as<Derivative>();
  const Symbol& of = d != nullptr ? *d->of.as<Symbol>() : *target.as<Symbol>();
  const auto found = problem.definitions.find(of.name);
  if (found == problem.definitions.end()) {
    Report report("einstein", fmt::format("{} has no definition", of.name));
    report.line("text", std::string(line)).hint(fmt::format("a line that defines it: {} = …", of.name));
    refuse(report, Fault::name);
  }
  return d != nullptr ? worked_out(target, problem.definitions) : defined_as(found->second, of);
}

class Comparison {
 public:
  Comparison(const Problem& problem, const Indices& letters, Expr truth)
      : problem_(problem), letters_(letters), truth_(std::move(truth)) {
    // Points whose axes have other sizes, two of them with larger numbers; and if that gives no finite
    // numbers, positive ones, then such below 1.
    for (const auto& [low, high] : {std::pair{-1.5, 1.5}, {0.2, 1.5}, {0.05, 0.95}}) {
      points_.clear();
      values_.clear();
      for (const auto& [seed, scale] : {std::pair{1U, 1.}, {2U, 1.}, {3U, 4.}, {4U, 16.}}) {
        Values point = draw(problem, {.seed = seed, .scale = scale, .low = low, .high = high});
        Tensor value = evaluate(truth_, point, letters_);
        if (!is_finite(value)) continue;
        points_.push_back(std::move(point));
        values_.push_back(std::move(value));
      }
      if (points_.size() >= 2) return;
    }
    throw Report("check", "the derivative is no finite number at any point that was tried")
        .hint("`positive` behind a tensor in its declaration")
        .as<value_error>();
  }

  const Expr& truth() const { return truth_; }
  const Indices& letters() const { return letters_; }

  bool is_right(const Expr& claim) const { return agrees(claim, truth_, points_, &values_); }
  bool is_right_at(const Expr& claim, const Expr& truth, const Drawing& drawing) const {
    std::vector<Values> points;
    for (const std::uint32_t seed : {3U, 4U}) {
      Drawing one = drawing;
      one.seed = seed;
      points.push_back(draw(problem_, one));
      // Where the derivative is 0 anyway, nothing is shown.
      if (amax(abs(evaluate(truth, points.back(), letters_).reshape({-1}))).item() == 0) return false;
    }
    return agrees(claim, truth, points, nullptr);
  }
  bool is_right_for(const Expr& claim, const Expr& other_truth) const {
    return agrees(claim, other_truth, points_, nullptr);
  }

  bool is_right_for_small_numbers(const Expr& claim) const {
    return agrees(claim, truth_, {points_[0], points_[1]}, nullptr);
  }

  /// The number by which the claim is too large at a point, if it is one number.
  std::optional<double> ratio(const Expr& claim, std::size_t point) const {
    const Tensor a = evaluate(claim, points_[point], letters_).reshape({-1}),
                 b = values_[point].reshape({-1});
    const double numerator = sum(a * b).item(), denominator = sum(b * b).item();
    if (!(denominator > 0) || numerator == 0) return {};
    const double c = numerator / denominator;
    return distance(a, b * c) < tolerance ? std::optional(c) : std::nullopt;
  }
  double size(const std::string& axis, std::size_t point) const {
    return static_cast<double>(points_[point].sizes.at(axis));
  }
  bool has_square_tensor() const {
    return std::ranges::any_of(problem_.declarations.names(), [&](const std::string& name) {
      const auto* axes = problem_.declarations.axes_of(name);
      return axes != nullptr && axes->size() == 2 && (*axes)[0] == (*axes)[1];
    });
  }
  const std::map<std::string, std::int64_t>& sizes() const { return points_[0].sizes; }

  /// Both values where they differ most.
  std::pair<double, double> counterexample(const Expr& claim) const {
    const Tensor a = evaluate(claim, points_[0], letters_).reshape({-1}), b = values_[0].reshape({-1});
    const std::int64_t at = argmax(abs(a - b)).item<std::int64_t>();
    return {a.span<double>()[static_cast<std::size_t>(at)], b.span<double>()[static_cast<std::size_t>(at)]};
  }

 private:
  static bool is_finite(const Tensor& a) { return all(isfinite(a)).item<bool>(); }
  static double distance(const Tensor& a, const Tensor& b) {
    if (a.numel() == 0) return 0;
    const double scale = std::max({1e-6, amax(abs(a)).item(), amax(abs(b)).item()});
    const double apart = amax(abs(a - b)).item() / scale;
    return std::isfinite(apart) ? apart : 1;
  }

  bool agrees(const Expr& claim, const Expr& truth, const std::vector<Values>& points,
              const std::vector<Tensor>* known) const {
    for (const Index& index : free_indices(claim)) {
      if (!contains(letters_, index)) return false;
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
      const Tensor right = known != nullptr ? (*known)[i] : evaluate(truth, points[i], letters_);
      const Tensor given = evaluate(claim, points[i], letters_);
      if (i >= 2 && !is_finite(given)) continue;  // it overflows where the other side does not
      if (distance(given, right) > tolerance) return false;
    }
    return true;
  }

  const Problem& problem_;
  Indices letters_;
  Expr truth_;
  std::vector<Values> points_;
  std::vector<Tensor> values_;
};

using Found = std::optional<Verdict>;

/// A constant factor: a small number times sizes of axes, the same at two points.
Found find_factor(const Expr& claim, const Comparison& comparison, const Declarations& declarations) {
  const auto first = comparison.ratio(claim, 0), second = comparison.ratio(claim, 1);
  if (!first || !second) return {};
  if (std::abs(*first / *second - 1) < tolerance) {
    for (double q = 1; q <= 60; ++q) {
      const double p = std::round(*first * q);
      if (p == 0 || std::abs(*first * q / p - 1) > tolerance || p == q) continue;
      if (!comparison.is_right(product({Number(q, p), claim}))) return {};
      if (p == -q) return Verdict{Mistake::factor, "the sign is wrong: it is -1 times the right one"};
      return Verdict{Mistake::factor,
                     fmt::format("it is {} times the right one", print(Number(p, q), declarations))};
    }
    return {};
  }
  std::vector<std::pair<Expr, std::pair<double, double>>> scales{{1, {1, 1}}};
  for (const auto& [axis, extent] : comparison.sizes()) {
    const std::pair both{comparison.size(axis, 0), comparison.size(axis, 1)};
    const auto before = scales;
    for (const auto& [e, sizes] : before) {
      for (const double sign : {1., -1., 0.5, -0.5}) {
        scales.emplace_back(
            e * raised(Size{axis}, Number(2 * sign, 2)),
            std::pair{sizes.first * std::pow(both.first, sign), sizes.second * std::pow(both.second, sign)});
      }
    }
    if (scales.size() > 600) break;
  }
  for (const auto& [e, sizes] : scales) {
    for (const Number number :
         {Number(-1), Number(2), Number(1, 2), Number(-2), Number(-1, 2), Number(1), Number(3), Number(1, 3),
          Number(4), Number(1, 4), Number(-3), Number(-1, 3)}) {
      const double a = number.value() * sizes.first, b = number.value() * sizes.second;
      if (std::abs(*first / a - 1) > tolerance || std::abs(*second / b - 1) > tolerance) continue;
      if (!comparison.is_right(claim * raised(product({number, e}), -1))) continue;
      const std::string text = print(product({number, e}), declarations);
      return Verdict{Mistake::factor, fmt::format("it is {} times the right one", text)};
    }
  }
  return {};
}

Found find_missing_branch(const Expr& claim, const Comparison& comparison) {
  if (!comparison.is_right_for_small_numbers(claim)) return {};
  return Verdict{Mistake::special_case, "it is right for small numbers only: a branch is missing"};
}

/// Whether it is the derivative with some of the defined tensors held constant.
Found find_cut_path(const Expr& claim, const Expr& target, const Comparison& comparison,
                    const Problem& problem) {
  const auto* d = target.as<Derivative>();
  if (d == nullptr) return {};
  std::vector<std::vector<std::string>> cuts;
  for (const auto& [name, definition] : problem.definitions) {
    if (name != d->of.as<Symbol>()->name && name != d->by.name) cuts.push_back({name});
  }
  for (std::size_t i = 0, count = cuts.size(); i < count; ++i) {
    for (std::size_t k = i + 1; k < count; ++k) cuts.push_back({cuts[i][0], cuts[k][0]});
  }
  for (const auto& held : cuts) {
    Definitions others = problem.definitions;
    for (const std::string& name : held) others.erase(name);
    const Expr cut = worked_out(target, others);
    if (cut.is_number(0) || !comparison.is_right_for(claim, cut)) continue;
    return Verdict{
        Mistake::path_cut,
        fmt::format("it would be right if {} did not depend on {}: a path of the chain rule is missing",
                    fmt::join(held, " and "), d->by.name)};
  }
  return {};
}

Found find_edit(Mistake mistake, const Expr& claim, const Comparison& comparison, const Problem& problem) {
  std::size_t tried = 0;
  for (const Edit& edit : edits(mistake, claim, problem, comparison.letters())) {
    if (++tried > 3000) return {};  // a claim this long is not one mistake away
    if (comparison.is_right(edit.result)) return Verdict{mistake, edit.message};
  }
  return {};
}

Found find_missing_term(const Expr& claim, const Comparison& comparison, const Declarations& declarations) {
  const std::vector<Expr> terms = expanded_terms(comparison.truth());
  if (terms.size() < 2) return {};
  for (const Expr& term : terms) {
    if (comparison.is_right(claim + term))
      return Verdict{Mistake::missing_term,
                     fmt::format("the term {} is missing", print(term, declarations, {.sums = Sums::shown}))};
  }
  return {};
}

Found find_extra_term(const Expr& claim, const Comparison& comparison, const Declarations& declarations) {
  for (const Expr& term : expanded_terms(claim)) {
    if (comparison.is_right(claim - term))
      return Verdict{Mistake::extra_term, fmt::format("the term {} is one too many",
                                                      print(term, declarations, {.sums = Sums::shown}))};
  }
  return {};
}

Found find_special_case(const Expr& claim, const Comparison& comparison) {
  if (comparison.has_square_tensor() &&
      comparison.is_right_at(claim, comparison.truth(), {.symmetric = true}))
    return Verdict{Mistake::special_case, "it is right for symmetric matrices only"};
  const Indices& letters = comparison.letters();
  for (std::size_t i = 0; i < letters.size(); ++i) {
    for (std::size_t k = i + 1; k < letters.size(); ++k) {
      if (letters[i].axis != letters[k].axis) continue;
      const Expr diagonal = Delta{letters[i], letters[k]};
      if (comparison.is_right_for(claim * diagonal, comparison.truth() * diagonal))
        return Verdict{Mistake::special_case,
                       fmt::format("it is right where {} = {} only", letters[i].letter, letters[k].letter)};
    }
  }
  for (const auto& [axis, extent] : comparison.sizes()) {
    if (comparison.is_right_at(claim, comparison.truth(), {.single = axis}))
      return Verdict{Mistake::special_case, fmt::format("it is right where |{}| = 1 only", axis)};
  }
  return {};
}

Verdict diagnose(const Expr& claim, const Expr& target, const Comparison& comparison,
                 const Problem& problem) {
  const Declarations& declarations = problem.declarations;
  const auto edit = [&](Mistake mistake) {
    return [&, mistake] { return find_edit(mistake, claim, comparison, problem); };
  };
  const std::function<Found()> searches[] = {
      [&] { return find_missing_branch(claim, comparison); },
      [&] { return find_factor(claim, comparison, declarations); },
      [&] { return find_cut_path(claim, target, comparison, problem); },
      edit(Mistake::sign),
      edit(Mistake::prime),
      edit(Mistake::tensor),
      edit(Mistake::extra_factor),
      edit(Mistake::reused_letter),
      edit(Mistake::missing_factor),
      edit(Mistake::letters),
      [&] { return find_missing_term(claim, comparison, declarations); },
      [&] { return find_extra_term(claim, comparison, declarations); },
      edit(Mistake::term_factor),
      [&] { return find_special_case(claim, comparison); },
  };
  for (const auto& search : searches) {
    if (Found verdict = search()) return *verdict;
  }
  const auto [given, right] = comparison.counterexample(claim);
  return {Mistake::different,
          fmt::format("at a random point it is {:.4g} where the derivative is {:.4g}", given, right)};
}

}  // namespace

std::string_view name_of(Mistake mistake) {
  static constexpr std::string_view names[] = {
      "right",        "syntax",         "name",          "count",   "axis",         "free-letter",
      "used-once",    "factor",         "path-cut",      "sign",    "prime",        "tensor",
      "extra-factor", "missing-factor", "reused-letter", "letters", "missing-term", "extra-term",
      "term-factor",  "special-case",   "different"};
  return names[static_cast<std::size_t>(mistake)];
}

Verdict check(std::string_view claim, const Problem& problem) {
  const no_grad guard;
  Statement read;
  Expr truth;
  try {
    read = parse_statement(claim, problem.declarations, Broadcast::anywhere);
    truth = meaning(read.target, problem, claim);
  } catch (const formula_error& refused) {
    const Verdict stricter = refusal_of(claim, problem);
    return stricter.is_right() ? refusal(refused) : stricter;
  }
  const Comparison comparison(problem, read.free, truth);
  // As it was written, but for derivatives in it.
  const Expr value = without_derivatives(read.value, problem.definitions);
  if (comparison.is_right(value)) return {Mistake::none, "it is right"};
  const Verdict refused = refusal_of(claim, problem);
  if (!refused.is_right()) return refused;
  return diagnose(value, read.target, comparison, problem);
}

}  // namespace eingrad::einstein

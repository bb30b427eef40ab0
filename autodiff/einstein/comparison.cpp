#include <algorithm>
#include <cmath>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/einstein/comparison.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/reduction/reduction.hpp>

#include <fmt/format.h>

namespace eingrad::einstein {

namespace {

bool is_finite(const Tensor& a) { return all(isfinite(a)).item<bool>(); }

double largest(const Tensor& a) { return a.numel() == 0 ? 0 : amax(abs(a)).item(); }

/// The largest number that is met on the way to a value, but in a product under sums of many letters, which
/// is never held as a whole.
double largest_on_the_way(const Expr& e, const Values& point) {
  constexpr std::size_t most_letters = 5;
  const Indices letters = free_indices(e);
  double all = letters.size() > most_letters ? 0 : largest(evaluate(e, point, letters));
  for (const Expr& part : parts(e)) all = std::max(all, largest_on_the_way(part, point));
  return all;
}

double distance(const Tensor& a, const Tensor& b) {
  if (a.numel() == 0) return 0;
  const double scale = std::max({1e-6, amax(abs(a)).item(), amax(abs(b)).item()});
  const double apart = amax(abs(a - b)).item() / scale;
  return std::isfinite(apart) ? apart : 1;
}

}  // namespace

Comparison::Comparison(const Problem& problem, const Indices& letters, Expr truth)
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

Comparison Comparison::against(Expr other) const {
  Comparison result = *this;
  result.truth_ = std::move(other);
  for (std::size_t i = 0; i < points_.size(); ++i)
    result.values_[i] = evaluate(result.truth_, points_[i], letters_);
  return result;
}

bool Comparison::is_right_at(const Expr& claim, Drawing drawing) const {
  std::vector<Values> points;
  for (const std::uint32_t seed : {3U, 4U}) {
    drawing.seed = seed;
    points.push_back(draw(problem_, drawing));
    if (amax(abs(evaluate(truth_, points.back(), letters_).reshape({-1}))).item() == 0) return false;
  }
  return agrees(claim, truth_, points, nullptr);
}

std::optional<double> Comparison::ratio(const Expr& claim, std::size_t point) const {
  const Tensor a = evaluate(claim, points_[point], letters_).reshape({-1}), b = values_[point].reshape({-1});
  const double numerator = sum(a * b).item(), denominator = sum(b * b).item();
  if (!(denominator > 0) || numerator == 0) return {};
  const double c = numerator / denominator;
  return distance(a, b * c) < tolerance ? std::optional(c) : std::nullopt;
}

bool Comparison::has_square_tensor() const {
  return std::ranges::any_of(problem_.declarations.names(), [&](const std::string& name) {
    const auto* axes = problem_.declarations.axes_of(name);
    return axes != nullptr && axes->size() == 2 && (*axes)[0] == (*axes)[1];
  });
}

std::pair<double, double> Comparison::counterexample(const Expr& claim) const {
  const Tensor a = evaluate(claim, points_[0], letters_).reshape({-1}), b = values_[0].reshape({-1});
  const std::int64_t at = argmax(abs(a - b)).item<std::int64_t>();
  return {a.span<double>()[static_cast<std::size_t>(at)], b.span<double>()[static_cast<std::size_t>(at)]};
}

bool Comparison::agrees(const Expr& claim, const Expr& truth, const std::vector<Values>& points,
                        const std::vector<Tensor>* known) const {
  for (const Index& index : free_indices(claim)) {
    if (!contains(letters_, index)) return false;
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Tensor right = known != nullptr ? (*known)[i] : evaluate(truth, points[i], letters_);
    const Tensor given = evaluate(claim, points[i], letters_);
    if (i >= 2 && !is_finite(given)) continue;  // it overflows where the other side does not
    if (distance(given, right) <= tolerance) continue;
    if (i < 2) return false;
    // Of large numbers, as in a softmax that is 1 at one place, there may be nothing left but what was
    // rounded.
    const double rounded =
        1e-12 * std::max(largest_on_the_way(claim, points[i]), largest_on_the_way(truth, points[i]));
    if (largest(given - right) > rounded) return false;
  }
  return true;
}

}  // namespace eingrad::einstein

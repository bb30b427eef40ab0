#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <autodiff/einstein/problem.hpp>

namespace eingrad::einstein {

/// How far two values may be apart, relative to the largest of them.
inline constexpr double tolerance = 1e-8;

/// A derivative at random points, to compare formulas with.
class Comparison {
 public:
  /// `letters` are the axes of the derivative. value_error if it is finite at no point that was tried.
  Comparison(const Problem& problem, const Indices& letters, Expr truth);

  /// The same points, with another formula in the derivative's place.
  Comparison against(Expr other) const;

  const Expr& truth() const { return truth_; }
  const Indices& letters() const { return letters_; }

  bool is_right(const Expr& claim) const { return agrees(claim, truth_, points_, &values_); }
  bool is_right_for_small_numbers(const Expr& claim) const {
    return agrees(claim, truth_, {points_[0], points_[1]}, nullptr);
  }
  /// Whether it would be right if the derivative were another one.
  bool is_right_for(const Expr& claim, const Expr& other_truth) const {
    return agrees(claim, other_truth, points_, nullptr);
  }
  /// Whether it is right at points that are drawn so, and that show something: the derivative is not 0.
  bool is_right_at(const Expr& claim, Drawing drawing) const;

  /// The number by which the claim is too large at a point, 0 or 1, if it is one number.
  std::optional<double> ratio(const Expr& claim, std::size_t point) const;
  double size(const std::string& axis, std::size_t point) const {
    return static_cast<double>(points_[point].sizes.at(axis));
  }
  const std::map<std::string, std::int64_t>& sizes() const { return points_[0].sizes; }
  bool has_square_tensor() const;

  /// The claim's value and the derivative's where they differ most.
  std::pair<double, double> counterexample(const Expr& claim) const;

 private:
  bool agrees(const Expr& claim, const Expr& truth, const std::vector<Values>& points,
              const std::vector<Tensor>* known) const;

  const Problem& problem_;
  Indices letters_;
  Expr truth_;
  std::vector<Values> points_;
  std::vector<Tensor> values_;  // of the truth
};

}  // namespace eingrad::einstein

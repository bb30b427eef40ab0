#include <algorithm>
#include <cmath>
#include <utility>

#include <optim/line_search.hpp>

namespace eingrad::optim {

namespace {

constexpr double sufficient_decrease = 1e-4, curvature = 0.9;
constexpr int most_steps = 25;

/// Where the cubic through two points with their slopes has its minimum, kept between the bounds; their
/// middle if it has none.
double cubic_minimum(const LinePoint& p, const LinePoint& q, double low, double high) {
  const LinePoint &a = p.t <= q.t ? p : q, &b = p.t <= q.t ? q : p;
  const double d1 = p.slope + q.slope - 3 * (p.value - q.value) / (p.t - q.t);
  const double square = d1 * d1 - p.slope * q.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const double d2 = std::sqrt(square);
  const double minimum = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
  return std::isfinite(minimum) ? std::min(std::max(minimum, low), high) : (low + high) / 2;
}

class Search {
 public:
  Search(const std::function<LinePoint(double)>& evaluate, const LinePoint& start, double reach,
         double tolerance)
      : evaluate_(evaluate), start_(start), reach_(reach), tolerance_(tolerance) {}

  LinePoint from(double first) {
    LinePoint before = start_, point = evaluate_(first);
    for (; steps_ < most_steps; ++steps_) {
      if (!decreases(point) || (steps_ > 1 && point.value >= before.value)) return zoom(before, point);
      if (is_flat(point)) return point;
      if (point.slope >= 0) return zoom(before, point);
      const double least = point.t + 0.01 * (point.t - before.t), most = point.t * 10;
      const double next = cubic_minimum(before, point, least, most);
      before = std::exchange(point, evaluate_(next));
    }
    return point.value < start_.value ? point : start_;
  }

 private:
  bool decreases(const LinePoint& p) const {
    return p.value <= start_.value + sufficient_decrease * p.t * start_.slope;
  }
  bool is_flat(const LinePoint& p) const { return std::abs(p.slope) <= -curvature * start_.slope; }

  /// Narrows the bracket, of which `low` is the end with the lower value.
  LinePoint zoom(LinePoint low, LinePoint high) {
    if (high.value < low.value) std::swap(low, high);  // a NaN is high
    bool near_an_end = false;                          // was the last trial
    for (; steps_ < most_steps && std::abs(high.t - low.t) * reach_ >= tolerance_; ++steps_) {
      const double left = std::min(low.t, high.t), right = std::max(low.t, high.t);
      double t = cubic_minimum(low, high, left, right);
      // Trials that stay at an end of the bracket hardly narrow it: the second one is moved inwards.
      const double margin = 0.1 * (right - left);
      if (std::min(right - t, t - left) < margin) {
        const bool move = near_an_end || t >= right || t <= left;
        if (move) t = right - t < t - left ? right - margin : left + margin;
        near_an_end = !move;
      } else {
        near_an_end = false;
      }
      LinePoint point = evaluate_(t);
      if (!decreases(point) || point.value >= low.value) {
        high = std::move(point);
        if (high.value < low.value) std::swap(low, high);
      } else {
        if (is_flat(point)) return point;
        if (point.slope * (high.t - low.t) >= 0) high = low;
        low = std::move(point);
      }
    }
    return low;
  }

  const std::function<LinePoint(double)>& evaluate_;
  const LinePoint& start_;
  double reach_, tolerance_;
  int steps_ = 0;  // beyond the first
};

}  // namespace

LinePoint strong_wolfe(const std::function<LinePoint(double t)>& evaluate, const LinePoint& start,
                       double first, double reach, double tolerance) {
  return Search(evaluate, start, reach, tolerance).from(first);
}

}  // namespace eingrad::optim

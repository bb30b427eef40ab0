#pragma once
#include <functional>

#include <autodiff/tensor.hpp>

namespace eingrad::optim {

/// What is known of a function on a line x + t d: at t its value, and its gradient's share along d.
struct LinePoint {
  double t, value, slope;
  Tensor gradient;  ///< in all directions, flat
};

/// A step t that meets the strong Wolfe conditions, found by bracketing and cubic interpolation (Nocedal
/// & Wright, Numerical Optimization, 2006, algorithms 3.5 and 3.6):
///   f(t) ≤ f(0) + 10⁻⁴ t f'(0)   and   |f'(t)| ≤ 0.9 |f'(0)|
/// After 25 further evaluations, or when the bracket is narrower than `tolerance`, it is the best step so
/// far, which may be 0. As in PyTorch the end of a bracket that counts as its low one is the one with the
/// lower value. `evaluate` is f; `start` its point at t = 0, where the slope is negative; `first` the first t
/// to try; `reach` the largest element of |d|.
LinePoint strong_wolfe(const std::function<LinePoint(double t)>& evaluate, const LinePoint& start,
                       double first, double reach, double tolerance = 1e-9);

}  // namespace eingrad::optim

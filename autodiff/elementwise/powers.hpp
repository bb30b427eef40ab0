#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

/// y = a²
struct Square {
  static constexpr auto notation = "a^2";
  static constexpr std::array domain{Interval{-3, 3}};
  static auto forward(auto a) { return a * a; }
  static auto derivative(auto a, auto) { return 2 * a; }
};

/// y = √a, a ≥ 0; the derivative at 0 is infinite
struct Sqrt {
  static constexpr auto notation = "sqrt(a)";
  static constexpr std::array domain{Interval{0.2, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return sqrt(a); }
  static auto derivative(auto, auto y) { return 1 / (2 * y); }
};

/// y = 1 / √a, a > 0,  y' = -y³ / 2
struct Rsqrt {
  static constexpr auto notation = "rsqrt(a)";
  static constexpr std::array domain{Interval{0.2, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return 1 / sqrt(a); }
  static auto derivative(auto, auto y) { return -0.5_c * y * y * y; }
};

/// y = 1 / a, a ≠ 0,  y' = -y²
struct Reciprocal {
  static constexpr auto notation = "1 / a";
  static constexpr std::array domain{Interval{0.3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return 1 / a; }
  static auto derivative(auto, auto y) { return -y * y; }
};

/// y = aᵇ, a > 0 (a < 0 where b is an integer). At a = 0 or b = 0 the derivatives are the limits, not 0 · ∞.
struct Power {
  static constexpr auto notation = "a^b";
  static constexpr std::array domain{Interval{0.3, 3}, Interval{-2, 3}};
  static auto forward(auto a, auto b) { return power(a, b); }
  static auto derivative(auto a, auto b, auto y) {
    return partials(where(b == 0, 0, b * power(a, b - 1)), where(a == 0, where(b >= 0, 0, -y), y * log(a)));
  }
};

/// y = √(a² + b²), without overflow between
struct Hypot {
  static constexpr auto notation = "hypot(a, b)";
  static constexpr std::array domain{Interval{0.3, 3}, Interval{0.3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a, auto b) { return hypot(a, b); }
  static auto derivative(auto a, auto b, auto y) { return partials(a / y, b / y); }
};

}  // namespace eingrad::ops

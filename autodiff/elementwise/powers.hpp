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

/// y = aᵇ, a > 0 (a < 0 where b is an integer). At a = 0 or b = 0 the derivatives are the limits, not 0 · ∞.
struct Power {
  static constexpr auto notation = "a^b";
  static constexpr std::array domain{Interval{0.3, 3}, Interval{-2, 3}};
  static auto forward(auto a, auto b) { return power(a, b); }
  static auto derivative(auto a, auto b, auto y) {
    return partials(where(b == 0, 0, b * power(a, b - 1)), where(a == 0, 0, y * log(a)));
  }
};

/// y = eᵃ
struct Exp {
  static constexpr auto notation = "exp(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return exp(a); }
  static auto derivative(auto, auto y) { return y; }
};

/// y = ln a, a > 0
struct Log {
  static constexpr auto notation = "log(a)";
  static constexpr std::array domain{Interval{0.2, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return log(a); }
  static auto derivative(auto a, auto) { return 1 / a; }
};

}  // namespace eingrad::ops

#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

struct Sinh {
  static constexpr auto notation = "sinh(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return sinh(a); }
  static auto derivative(auto a, auto) { return cosh(a); }
};

struct Cosh {
  static constexpr auto notation = "cosh(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return cosh(a); }
  static auto derivative(auto a, auto) { return sinh(a); }
};

/// y' = 1 - y²
struct Tanh {
  static constexpr auto notation = "tanh(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return tanh(a); }
  static auto derivative(auto, auto y) { return 1 - y * y; }
};

struct Asinh {
  static constexpr auto notation = "asinh(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return asinh(a); }
  static auto derivative(auto a, auto) { return 1 / sqrt(a * a + 1); }
};

/// a ≥ 1
struct Acosh {
  static constexpr auto notation = "acosh(a)";
  static constexpr std::array domain{Interval{1.2, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return acosh(a); }
  static auto derivative(auto a, auto) { return 1 / sqrt(a * a - 1); }
};

/// -1 < a < 1
struct Atanh {
  static constexpr auto notation = "atanh(a)";
  static constexpr std::array domain{Interval{-0.9, 0.9}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return atanh(a); }
  static auto derivative(auto a, auto) { return 1 / (1 - a * a); }
};

}  // namespace eingrad::ops

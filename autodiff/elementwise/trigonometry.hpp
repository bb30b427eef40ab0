#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

struct Sin {
  static constexpr auto notation = "sin(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return sin(a); }
  static auto derivative(auto a, auto) { return cos(a); }
};

struct Cos {
  static constexpr auto notation = "cos(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return cos(a); }
  static auto derivative(auto a, auto) { return -sin(a); }
};

/// y' = 1 + y²
struct Tan {
  static constexpr auto notation = "tan(a)";
  static constexpr std::array domain{Interval{-1.2, 1.2}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return tan(a); }
  static auto derivative(auto, auto y) { return 1 + y * y; }
};

/// -1 ≤ a ≤ 1
struct Asin {
  static constexpr auto notation = "asin(a)";
  static constexpr std::array domain{Interval{-0.9, 0.9}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return asin(a); }
  static auto derivative(auto a, auto) { return 1 / sqrt(1 - a * a); }
};

/// -1 ≤ a ≤ 1
struct Acos {
  static constexpr auto notation = "acos(a)";
  static constexpr std::array domain{Interval{-0.9, 0.9}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return acos(a); }
  static auto derivative(auto a, auto) { return -1 / sqrt(1 - a * a); }
};

struct Atan {
  static constexpr auto notation = "atan(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return atan(a); }
  static auto derivative(auto a, auto) { return 1 / (1 + a * a); }
};

/// The angle of the point (b, a), from -π to π
struct Atan2 {
  static constexpr auto notation = "atan2(a, b)";
  static constexpr std::array domain{Interval{0.3, 3}, Interval{0.3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a, auto b) { return atan2(a, b); }
  static auto derivative(auto a, auto b, auto) { return partials(b / (a * a + b * b), -a / (a * a + b * b)); }
};

}  // namespace eingrad::ops

#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

/// The largest integer not above a
struct Floor {
  static constexpr auto notation = "floor(a)";
  static constexpr std::array domain{Interval{0.1, 0.9}};
  static auto forward(auto a) { return floor(a); }
  static auto derivative(auto, auto) { return 0; }
};

/// The smallest integer not below a
struct Ceil {
  static constexpr auto notation = "ceil(a)";
  static constexpr std::array domain{Interval{0.1, 0.9}};
  static auto forward(auto a) { return ceil(a); }
  static auto derivative(auto, auto) { return 0; }
};

/// The nearest integer, of two the even one
struct Round {
  static constexpr auto notation = "round(a)";
  static constexpr std::array domain{Interval{0.6, 1.4}};
  static auto forward(auto a) { return round(a); }
  static auto derivative(auto, auto) { return 0; }
};

/// The next integer towards 0
struct Trunc {
  static constexpr auto notation = "trunc(a)";
  static constexpr std::array domain{Interval{0.1, 0.9}};
  static auto forward(auto a) { return trunc(a); }
  static auto derivative(auto, auto) { return 0; }
};

}  // namespace eingrad::ops

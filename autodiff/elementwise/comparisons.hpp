#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

/// What the comparisons have in common: two operands, a boolean result, no derivative.
struct Comparison {
  static constexpr std::array domain{Interval{-3, 3}, Interval{-3, 3}};
  static constexpr auto result = Result::boolean;
};

struct Equal : Comparison {
  static constexpr auto notation = "a == b";
  static auto forward(auto a, auto b) { return a == b; }
};
struct NotEqual : Comparison {
  static constexpr auto notation = "a != b";
  static auto forward(auto a, auto b) { return !(a == b); }
};
struct Less : Comparison {
  static constexpr auto notation = "a < b";
  static auto forward(auto a, auto b) { return a < b; }
};
struct LessEqual : Comparison {
  static constexpr auto notation = "a <= b";
  static auto forward(auto a, auto b) { return a <= b; }
};
struct Greater : Comparison {
  static constexpr auto notation = "a > b";
  static auto forward(auto a, auto b) { return a > b; }
};
struct GreaterEqual : Comparison {
  static constexpr auto notation = "a >= b";
  static auto forward(auto a, auto b) { return a >= b; }
};

}  // namespace eingrad::ops

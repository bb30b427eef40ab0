#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

/// y = a + b
struct Add {
  static constexpr auto notation = "a + b";
  static constexpr std::array domain{Interval{-3, 3}, Interval{-3, 3}};
  static auto forward(auto a, auto b) { return a + b; }
  static auto derivative(auto, auto, auto) { return partials(one, one); }
};

/// y = a - b
struct Subtract {
  static constexpr auto notation = "a - b";
  static constexpr std::array domain{Interval{-3, 3}, Interval{-3, 3}};
  static auto forward(auto a, auto b) { return a - b; }
  static auto derivative(auto, auto, auto) { return partials(one, -1); }
};

/// y = a b
struct Multiply {
  static constexpr auto notation = "a * b";
  static constexpr std::array domain{Interval{-3, 3}, Interval{-3, 3}};
  static auto forward(auto a, auto b) { return a * b; }
  static auto derivative(auto a, auto b, auto) { return partials(b, a); }
};

/// y = a / b, b ≠ 0
struct Divide {
  static constexpr auto notation = "a / b";
  static constexpr std::array domain{Interval{-3, 3}, Interval{0.5, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a, auto b) { return a / b; }
  static auto derivative(auto, auto b, auto y) { return partials(1 / b, -y / b); }
};

/// y = -a
struct Negative {
  static constexpr auto notation = "-a";
  static constexpr std::array domain{Interval{-3, 3}};
  static auto forward(auto a) { return -a; }
  static auto derivative(auto, auto) { return -1; }
};

}  // namespace eingrad::ops

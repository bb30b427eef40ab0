#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

/// y = |a|; y' is 0 at the kink
struct Abs {
  static constexpr auto notation = "abs(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr std::array kinks{0.0};
  static auto forward(auto a) { return abs(a); }
  static auto derivative(auto a, auto) { return sign(a); }
};

/// y = -1, 0 or 1
struct Sign {
  static constexpr auto notation = "sign(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr std::array kinks{0.0};
  static auto forward(auto a) { return sign(a); }
  static auto derivative(auto, auto) { return 0; }
};

/// y = b where a holds, else c
struct Where {
  static constexpr auto notation = "where(a, b, c)";
  static constexpr std::array domain{Interval{-3, 3}, Interval{-3, 3}, Interval{-3, 3}};
  static auto forward(auto a, auto b, auto c) { return where(a == 0, c, b); }
  static auto derivative(auto a, auto, auto, auto) {
    return partials(none, where(a == 0, 0, 1), where(a == 0, 1, 0));
  }
};

}  // namespace eingrad::ops

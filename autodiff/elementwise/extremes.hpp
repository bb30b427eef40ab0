#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

/// The larger one; a NaN stays one. Where both are equal each gets half of the gradient.
struct Maximum {
  static constexpr auto notation = "maximum(a, b)";
  static constexpr std::array domain{Interval{-3, 3}, Interval{-3, 3}};
  static auto forward(auto a, auto b) { return where(a >= b, a, where(b > a, b, a + b)); }
  static auto derivative(auto a, auto b, auto) {
    return partials(0.5_c * where(a == b, 1, where(a < b, 0, 2)),
                    0.5_c * where(a == b, 1, where(a > b, 0, 2)));
  }
};

/// The smaller one, likewise
struct Minimum {
  static constexpr auto notation = "minimum(a, b)";
  static constexpr std::array domain{Interval{-3, 3}, Interval{-3, 3}};
  static auto forward(auto a, auto b) { return where(a <= b, a, where(b < a, b, a + b)); }
  static auto derivative(auto a, auto b, auto) {
    return partials(0.5_c * where(a == b, 1, where(a > b, 0, 2)),
                    0.5_c * where(a == b, 1, where(a < b, 0, 2)));
  }
};

/// max(a, b), where the gradient is a's alone if both are equal
struct ClampMin {
  static constexpr auto notation = "clamp_min(a, b)";
  static constexpr std::array domain{Interval{-3, 3}, Interval{-1, 1}};
  static auto forward(auto a, auto b) { return maximum(a, b); }
  static auto derivative(auto a, auto b, auto) { return partials(where(a >= b, 1, 0), where(a < b, 1, 0)); }
};

/// min(a, b), likewise
struct ClampMax {
  static constexpr auto notation = "clamp_max(a, b)";
  static constexpr std::array domain{Interval{-3, 3}, Interval{-1, 1}};
  static auto forward(auto a, auto b) { return minimum(a, b); }
  static auto derivative(auto a, auto b, auto) { return partials(where(a <= b, 1, 0), where(a > b, 1, 0)); }
};

/// min(max(a, b), c): c where b > c
struct Clamp {
  static constexpr auto notation = "clamp(a, b, c)";
  static constexpr std::array domain{Interval{-3, 3}, Interval{-2, -1}, Interval{1, 2}};
  static auto forward(auto a, auto b, auto c) { return minimum(maximum(a, b), c); }
  static auto derivative(auto a, auto b, auto c, auto) {
    return partials(where(a >= b, where(a <= c, 1, 0), 0), where(a < b, where(b < c, 1, 0), 0),
                    where(a > c, 1, where(c < b, 1, 0)));
  }
};

}  // namespace eingrad::ops

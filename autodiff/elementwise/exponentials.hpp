#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

/// y = eᵃ
struct Exp {
  static constexpr auto notation = "exp(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return exp(a); }
  static auto derivative(auto, auto y) { return y; }
};

/// y = 2ᵃ,  y' = y ln 2
struct Exp2 {
  static constexpr auto notation = "exp2(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return exp2(a); }
  static auto derivative(auto, auto y) { return y * ln_2; }
};

/// y = eᵃ - 1, exact near 0,  y' = y + 1
struct Expm1 {
  static constexpr auto notation = "expm1(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return expm1(a); }
  static auto derivative(auto, auto y) { return y + 1; }
};

/// y = ln a, a > 0
struct Log {
  static constexpr auto notation = "log(a)";
  static constexpr std::array domain{Interval{0.2, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return log(a); }
  static auto derivative(auto a, auto) { return 1 / a; }
};

/// y = log₂ a, a > 0,  y' = 1 / (a ln 2)
struct Log2 {
  static constexpr auto notation = "log2(a)";
  static constexpr std::array domain{Interval{0.2, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return log2(a); }
  static auto derivative(auto a, auto) { return 1 / (a * ln_2); }
};

/// y = log₁₀ a, a > 0,  y' = 1 / (a ln 10)
struct Log10 {
  static constexpr auto notation = "log10(a)";
  static constexpr std::array domain{Interval{0.2, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return log10(a); }
  static auto derivative(auto a, auto) { return 1 / (a * ln_10); }
};

/// y = ln(1 + a), exact near 0, a > -1
struct Log1p {
  static constexpr auto notation = "log1p(a)";
  static constexpr std::array domain{Interval{-0.8, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return log1p(a); }
  static auto derivative(auto a, auto) { return 1 / (1 + a); }
};

}  // namespace eingrad::ops

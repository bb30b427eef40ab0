#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

/// y = tanh a,  y' = 1 - y²
struct Tanh {
  static constexpr auto notation = "tanh(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return tanh(a); }
  static auto derivative(auto, auto y) { return 1 - y * y; }
};

/// y = σ(a) = 1 / (1 + e⁻ᵃ),  y' = y (1 - y)
struct Sigmoid {
  static constexpr auto notation = "sigmoid(a)";
  static constexpr std::array domain{Interval{-4, 4}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return 1 / (1 + exp(-a)); }
  static auto derivative(auto, auto y) { return y * (1 - y); }
};

/// y = max(a, 0); y' is 0 at the kink, as in PyTorch, and a NaN stays one
struct Relu {
  static constexpr auto notation = "relu(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr std::array kinks{0.0};
  static auto forward(auto a) { return where(a <= 0, 0, a); }
  static auto derivative(auto, auto y) { return where(y <= 0, 0, 1); }
};

}  // namespace eingrad::ops

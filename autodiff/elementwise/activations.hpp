#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

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

/// y = ln σ(a) = -ln(1 + e⁻ᵃ),  y' = σ(-a)
struct LogSigmoid {
  static constexpr auto notation = "logsigmoid(a)";
  static constexpr std::array domain{Interval{-4, 4}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return where(a < 0, a, 0) - log1p(exp(-abs(a))); }
  static auto derivative(auto a, auto) { return sigmoid(-a); }
};

/// y = ln(1 + eᵇᵃ) / b, and a itself where b a > c,  ∂y/∂a = σ(b a)
struct Softplus {
  static constexpr auto notation = "softplus(a, b, c)";
  static constexpr std::array domain{Interval{-3, 3}, Interval{0.5, 2}, Interval{0.5, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a, auto b, auto c) {
    return where(a * b > c, a, log1p(exp(minimum(a * b, c))) / b);
  }
  static auto derivative(auto a, auto b, auto c, auto y) {
    return partials(where(a * b > c, 1, sigmoid(a * b)), where(a * b > c, 0, (a * sigmoid(a * b) - y) / b),
                    none);
  }
};

/// y = a where a > 0, else b a
struct LeakyRelu {
  static constexpr auto notation = "leaky_relu(a, b)";
  static constexpr std::array domain{Interval{-3, 3}, Interval{0.11, 0.5}};
  static constexpr std::array kinks{0.0};
  static auto forward(auto a, auto b) { return where(a > 0, a, b * a); }
  static auto derivative(auto a, auto b, auto) { return partials(where(a > 0, 1, b), where(a > 0, 0, a)); }
};

/// y = a where a > 0, else b (eᵃ - 1)
struct Elu {
  static constexpr auto notation = "elu(a, b)";
  static constexpr std::array domain{Interval{-3, 3}, Interval{0.5, 2}};
  static constexpr std::array kinks{0.0};
  static constexpr auto result = Result::floating;
  static auto forward(auto a, auto b) { return where(a > 0, a, b * expm1(a)); }
  static auto derivative(auto a, auto b, auto y) {
    return partials(where(a <= 0, y + b, 1), where(a <= 0, expm1(a), 0));
  }
};

/// y = a Φ(a), Φ being the distribution of the standard normal (Hendrycks & Gimpel 2016, the exact form)
struct Gelu {
  static constexpr auto notation = "gelu(a)";
  static constexpr std::array domain{Interval{-3, 3}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return 0.5_c * a * (1 + erf(a * sqrt_half)); }
  static auto derivative(auto a, auto) {
    return 0.5_c * (1 + erf(a * sqrt_half)) + a * inverse_sqrt_2pi * exp(-0.5_c * a * a);
  }
};

/// y = a σ(a),  y' = σ(a) (1 + a (1 - σ(a)))
struct Silu {
  static constexpr auto notation = "silu(a)";
  static constexpr std::array domain{Interval{-4, 4}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return a / (1 + exp(-a)); }
  static auto derivative(auto a, auto) { return sigmoid(a) * (1 + a * (1 - sigmoid(a))); }
};

/// y = a between b and c, else the bound; ∂y/∂a is 0 at the bounds, as in PyTorch
struct Hardtanh {
  static constexpr auto notation = "hardtanh(a, b, c)";
  static constexpr std::array domain{Interval{-3, 3}, Interval{-2, -1}, Interval{1, 2}};
  static auto forward(auto a, auto b, auto c) { return minimum(maximum(a, b), c); }
  static auto derivative(auto a, auto b, auto c, auto) {
    return partials(where(a <= b, 0, where(a >= c, 0, 1)), where(a <= b, 1, 0),
                    where(a <= b, 0, where(a >= c, 1, 0)));
  }
};

}  // namespace eingrad::ops

#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

/// The error function, 2/√π ∫₀ᵃ e^(-t²) dt
struct Erf {
  static constexpr auto notation = "erf(a)";
  static constexpr std::array domain{Interval{-2, 2}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return erf(a); }
  static auto derivative(auto a, auto) { return two_by_sqrt_pi * exp(-a * a); }
};

/// 1 - erf(a), exact where that is small
struct Erfc {
  static constexpr auto notation = "erfc(a)";
  static constexpr std::array domain{Interval{-2, 2}};
  static constexpr auto result = Result::floating;
  static auto forward(auto a) { return erfc(a); }
  static auto derivative(auto a, auto) { return -two_by_sqrt_pi * exp(-a * a); }
};

}  // namespace eingrad::ops

#pragma once
#include <array>
#include <cmath>
#include <concepts>
#include <tuple>
#include <type_traits>

#include <autodiff/elementwise/list.hpp>

namespace eingrad::ops {

// An elementwise operation y = f(a, b, …) is a struct of
//   notation             how it is written, with a, b, c for the operands
//   domain               for each operand an interval to test on, away from singularities
//   kinks                values of a single operand where the derivative jumps; none if not given
//   result               the dtype of y: `same` as the operands', `floating` or `boolean`; same if not given
//   forward(a, b, …)     read on numbers: scalars and SIMD batches
//   derivative(a, …, y)  the partial derivatives ∂y/∂a, ∂y/∂b …, in named operations only, for it is read on
//                        numbers, on tensors (second derivatives) and on symbols; none if not given

enum class Result { same, floating, boolean };

struct Interval {
  double low, high;
};

/// ∂y/∂a, ∂y/∂b, … of an operation with several operands.
template <class... Partials>
constexpr std::tuple<Partials...> partials(Partials... each) {
  return {each...};
}

/// A derivative of exactly 1: the cotangent passes as it is.
struct One {};
inline constexpr One one;
/// No derivative: the operand is a condition.
struct None {};
inline constexpr None none;

/// A number that takes the type of what it meets: 0.5_c times a float batch is a float batch.
struct Constant {
  double value;

  template <class T>
  constexpr auto as(const T&) const {
    if constexpr (requires { typename T::value_type; }) {
      return T(static_cast<typename T::value_type>(value));
    } else if constexpr (std::is_arithmetic_v<T>) {
      return static_cast<T>(value);
    } else {
      return value;
    }
  }
  constexpr Constant operator-() const { return {-value}; }
};
constexpr Constant operator""_c(long double value) { return {static_cast<double>(value)}; }
inline constexpr Constant ln_2{0x1.62e42fefa39efp-1}, ln_10{0x1.26bb1bbb55516p+1};
inline constexpr Constant sqrt_half{0x1.6a09e667f3bcdp-1};         // 1/√2
inline constexpr Constant inverse_sqrt_2pi{0x1.9884533d43651p-2};  // 1/√(2π)
inline constexpr Constant two_by_sqrt_pi{0x1.20dd750429b6dp+0};    // 2/√π

// clang-format off
template <class T> constexpr auto operator+(Constant c, const T& x) { return c.as(x) + x; }
template <class T> constexpr auto operator+(const T& x, Constant c) { return x + c.as(x); }
template <class T> constexpr auto operator-(Constant c, const T& x) { return c.as(x) - x; }
template <class T> constexpr auto operator-(const T& x, Constant c) { return x - c.as(x); }
template <class T> constexpr auto operator*(Constant c, const T& x) { return c.as(x) * x; }
template <class T> constexpr auto operator*(const T& x, Constant c) { return x * c.as(x); }
template <class T> constexpr auto operator/(Constant c, const T& x) { return c.as(x) / x; }
template <class T> constexpr auto operator/(const T& x, Constant c) { return x / c.as(x); }
// clang-format on

// The named operations on numbers: forward of the operation of that name, and where they have it, the
// function of the standard library or of the SIMD library, which overload resolution prefers. Without them a
// bare exp(double) here would find eingrad::exp(Tensor), since a number converts to a tensor. Tensors and
// symbols bring their own by argument-dependent lookup.
template <class T>
concept Number = std::is_arithmetic_v<T> || requires {
  typename T::arch_type;
};

#define EINGRAD_NAME(name, definition, arity) \
  template <class... A>                       \
  requires(Number<A> && ...) constexpr auto name(A... operands);
EINGRAD_ELEMENTWISE(EINGRAD_NAME)
#undef EINGRAD_NAME

using std::abs;
using std::acos;
using std::acosh;
using std::asin;
using std::asinh;
using std::atan;
using std::atan2;
using std::atanh;
using std::cos;
using std::cosh;
using std::erf;
using std::erfc;
using std::exp;
using std::exp2;
using std::expm1;
using std::hypot;
using std::log;
using std::log10;
using std::log1p;
using std::log2;
using std::sin;
using std::sinh;
using std::sqrt;
using std::tan;
using std::tanh;

// clang-format off
template <std::signed_integral T> T floor(T x) { return x; }
template <std::signed_integral T> T ceil(T x) { return x; }
template <std::signed_integral T> T round(T x) { return x; }
template <std::signed_integral T> T trunc(T x) { return x; }
// clang-format on

template <std::floating_point T>
T sign(T x) {
  return static_cast<T>((x > 0) - (x < 0));
}
template <std::signed_integral T>
T sign(T x) {
  return static_cast<T>((x > 0) - (x < 0));
}
template <std::floating_point T>
T power(T base, T exponent) {
  return std::pow(base, exponent);
}
template <std::signed_integral T>
T power(T base, T exponent) {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
  T product = 1;
  for (; exponent > 0; exponent /= 2, base = static_cast<T>(base * base)) {
    if (exponent % 2 == 1) product = static_cast<T>(product * base);
  }
  return product;
}
template <class A, class B>
auto where(bool condition, A a, B b) {
  return condition ? a : b;
}

}  // namespace eingrad::ops

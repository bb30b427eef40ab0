#pragma once
#include <cmath>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace eingrad {

/// The shortest decimal text that reads back as exactly x, laid out as Python's repr does: at least one
/// decimal ("200.0"), an exponent of two digits or more where |x| < 1e-4 or |x| >= 1e16 ("1e-05",
/// "2.04e-16"), and "inf", "-inf", "nan". The float overload gives the shortest text that reads back as that
/// float ("0.1").
std::string repr(double x);
std::string repr(float x);

/// x for fmt, which writes the sign of a NaN, as Python does not.
template <std::floating_point T>
T without_nan_sign(T x) {
  return std::isnan(x) ? std::abs(x) : x;
}

/// Python's round(x, digits): the multiple of 10^-digits nearest to the exact value of x (not to its printed
/// form: round_to(2.675, 2) is 2.67), a tie to the even one, as the nearest double. Negative digits round in
/// front of the point. value_error if that is beyond the largest double.
double round_to(double x, int digits);

/// "1 operand", "2 operands": for a noun that takes an s.
std::string counted(std::size_t n, std::string_view noun);

}  // namespace eingrad

#pragma once
#include <cmath>
#include <cstdint>
#include <numeric>

namespace eingrad::einstein {

/// A number in a formula: p / q in lowest terms, q > 0, as long as both are integers that a double holds
/// exactly; what is not, such as 1/√(2π), is a double over 1.
class Number {
 public:
  Number(double p = 0, double q = 1) : p_(p), q_(q) {
    if (!is_integer(p) || !is_integer(q) || q == 0) {
      p_ = p / q;
      q_ = 1;
      return;
    }
    const double divisor = static_cast<double>(
        std::gcd(static_cast<std::int64_t>(std::abs(p)), static_cast<std::int64_t>(std::abs(q))));
    const double sign = q < 0 ? -1 : 1;
    p_ = sign * p / divisor + 0;  // no negative zero
    q_ = sign * q / divisor;
  }

  double numerator() const { return p_; }
  double denominator() const { return q_; }
  double value() const { return p_ / q_; }
  bool is_whole() const { return q_ == 1 && is_integer(p_); }

  friend Number operator+(Number a, Number b) { return {a.p_ * b.q_ + b.p_ * a.q_, a.q_ * b.q_}; }
  friend Number operator*(Number a, Number b) { return {a.p_ * b.p_, a.q_ * b.q_}; }
  friend Number operator-(Number a) { return {-a.p_, a.q_}; }
  friend bool operator==(Number a, Number b) { return a.p_ == b.p_ && a.q_ == b.q_; }
  friend bool operator<(Number a, Number b) { return a.value() < b.value(); }

 private:
  static bool is_integer(double x) { return std::abs(x) < 0x1p53 && x == std::trunc(x); }

  double p_, q_;
};

}  // namespace eingrad::einstein

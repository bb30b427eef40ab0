#pragma once
#include <autodiff/elementwise/definition.hpp>

namespace eingrad::ops {

/// What the logical operations have in common: what is not 0 counts as true, a NaN too, and there is no
/// derivative. (The SIMD library says of a NaN neither == nor !=, and on old processors its truth values are
/// NaN, so != does not appear.)
template <class... Operand>
struct Logical {
  static constexpr std::array domain{Operand{-3, 3}...};
  static constexpr auto result = Result::boolean;
};

struct LogicalNot : Logical<Interval> {
  static constexpr auto notation = "not a";
  static auto forward(auto a) { return a == 0; }
};
struct LogicalAnd : Logical<Interval, Interval> {
  static constexpr auto notation = "a and b";
  static auto forward(auto a, auto b) { return !(a == 0) && !(b == 0); }
};
struct LogicalOr : Logical<Interval, Interval> {
  static constexpr auto notation = "a or b";
  static auto forward(auto a, auto b) { return !(a == 0) || !(b == 0); }
};
struct LogicalXor : Logical<Interval, Interval> {
  static constexpr auto notation = "a xor b";
  static auto forward(auto a, auto b) { return (a == 0 && !(b == 0)) || (!(a == 0) && b == 0); }
};

// What is not finite leaves a NaN when it is taken from itself.
struct IsNan : Logical<Interval> {
  static constexpr auto notation = "isnan(a)";
  static auto forward(auto a) { return !(a == a); }
};
struct IsInf : Logical<Interval> {
  static constexpr auto notation = "isinf(a)";
  static auto forward(auto a) { return a == a && !(a - a == 0); }
};
struct IsFinite : Logical<Interval> {
  static constexpr auto notation = "isfinite(a)";
  static auto forward(auto a) { return a - a == 0; }
};

}  // namespace eingrad::ops

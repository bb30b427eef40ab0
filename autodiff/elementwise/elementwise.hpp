#pragma once
#include <autodiff/elementwise/list.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad {

// The elementwise operations: operands are broadcast as in NumPy and promoted as in PyTorch. Each is defined,
// with its formula and derivative, in autodiff/elementwise/. shape_error if the shapes do not broadcast.

// clang-format off
#define EINGRAD_PARAMETERS_1 const Operand& a
#define EINGRAD_PARAMETERS_2 const Operand& a, const Operand& b
#define EINGRAD_PARAMETERS_3 const Operand& a, const Operand& b, const Operand& c
#define EINGRAD_DECLARE(name, definition, arity) Tensor name(EINGRAD_PARAMETERS_##arity);
// clang-format on
EINGRAD_ELEMENTWISE(EINGRAD_DECLARE)
#undef EINGRAD_DECLARE

// clang-format off
inline Tensor softplus(const Operand& a) { return softplus(a, 1, 20); }
inline Tensor leaky_relu(const Operand& a) { return leaky_relu(a, 0.01); }
inline Tensor elu(const Operand& a) { return elu(a, 1); }
inline Tensor hardtanh(const Operand& a) { return hardtanh(a, -1, 1); }
// clang-format on

/// aᵇ. A number b that is an integer multiplies, and 0.5 is a square root; otherwise power(a, b).
Tensor pow(const Operand& a, const Operand& b);

// clang-format off
inline Tensor operator+(const Operand& a, const Operand& b) { return add(a, b); }
inline Tensor operator-(const Operand& a, const Operand& b) { return sub(a, b); }
inline Tensor operator*(const Operand& a, const Operand& b) { return mul(a, b); }
inline Tensor operator/(const Operand& a, const Operand& b) { return div(a, b); }
inline Tensor operator-(const Operand& a) { return neg(a); }
Tensor operator^(const Operand& a, const Operand& b) = delete;  // in C++ it is no power: pow(x, 2)
inline Tensor operator==(const Operand& a, const Operand& b) { return eq(a, b); }
inline Tensor operator!=(const Operand& a, const Operand& b) { return ne(a, b); }
inline Tensor operator<(const Operand& a, const Operand& b) { return lt(a, b); }
inline Tensor operator<=(const Operand& a, const Operand& b) { return le(a, b); }
inline Tensor operator>(const Operand& a, const Operand& b) { return gt(a, b); }
inline Tensor operator>=(const Operand& a, const Operand& b) { return ge(a, b); }
// clang-format on

/// sum += term in sum's own memory, not recorded. The same dtype; the term is broadcast to the sum's shape.
void add_in_place(Tensor& sum, const Tensor& term);

/// What the tests and the documentation read of an operation's definition.
struct ElementwiseFacts {
  struct Interval {
    double low, high;
  };

  std::string_view name, notation;
  std::vector<Interval> domain;  ///< for each operand an interval without singularities
  std::vector<double> kinks;     ///< where the derivative jumps
  bool differentiable;           ///< false for comparisons
  Tensor (*call)(const std::vector<Tensor>& operands);
};

/// The list of elementwise operations, in the order of autodiff/elementwise/list.hpp.
const std::vector<ElementwiseFacts>& elementwise_operations();

}  // namespace eingrad

#pragma once

/// The elementwise operations: X(function, definition, number of operands). A line here declares the
/// function, registers its definition from the files in this folder, and puts it under the tests.
#define EINGRAD_ELEMENTWISE(X) \
  X(add, Add, 2)               \
  X(sub, Subtract, 2)          \
  X(mul, Multiply, 2)          \
  X(div, Divide, 2)            \
  X(neg, Negative, 1)          \
  X(square, Square, 1)         \
  X(sqrt, Sqrt, 1)             \
  X(power, Power, 2)           \
  X(exp, Exp, 1)               \
  X(log, Log, 1)               \
  X(tanh, Tanh, 1)             \
  X(sigmoid, Sigmoid, 1)       \
  X(abs, Abs, 1)               \
  X(sign, Sign, 1)             \
  X(relu, Relu, 1)             \
  X(where, Where, 3)           \
  X(eq, Equal, 2)              \
  X(ne, NotEqual, 2)           \
  X(lt, Less, 2)               \
  X(le, LessEqual, 2)          \
  X(gt, Greater, 2)            \
  X(ge, GreaterEqual, 2)

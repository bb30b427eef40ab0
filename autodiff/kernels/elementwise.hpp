#pragma once
#include <array>
#include <cstddef>

#include <autodiff/elementwise/list.hpp>

namespace eingrad::kernels {

/// The numbers' reading of one elementwise operation, compiled for one kind of processor. Dtypes are indexed
/// by their value; a null pointer means that the operation is not defined on that dtype.
struct Elementwise {
  /// y[i] = f(a[i], b[i], …) for i < n; an operand that repeats has one element.
  using Forward = void (*)(void* y, const void* const* operands, const bool* repeats, std::size_t n);
  /// gradient[i] = cotangent[i] ∂f/∂operand; behind the operands, `repeats` tells whether the cotangent does.
  using Backward = void (*)(void* gradient, const void* cotangent, const void* const* operands, const void* y,
                            const bool* repeats, std::size_t n);

  std::array<Forward, 4> forward{};
  std::array<std::array<Backward, 4>, 3> backward{};  // by operand, by dtype
  std::size_t worthwhile = 32'768;  // elements from which on several threads are faster than one
};

#define EINGRAD_COUNT(name, definition, arity) +1
inline constexpr std::size_t elementwise_count = 0 EINGRAD_ELEMENTWISE(EINGRAD_COUNT);
#undef EINGRAD_COUNT

using ElementwiseTable = std::array<Elementwise, elementwise_count>;  // in the order of the list

/// The kernels for this processor. Those of all processors give the same digits.
const ElementwiseTable& elementwise_table();

extern const ElementwiseTable elementwise_baseline, elementwise_avx2, elementwise_avx512;

}  // namespace eingrad::kernels

#pragma once
#include <autodiff/tensor.hpp>

namespace eingrad {

/// Elements in another order along an axis, and where they stood.
struct Sorted {
  Tensor values;
  Tensor indices;  ///< int64
};

/// The elements along an axis in order, equal ones in the order in which they stood. NaN is the largest.
Sorted sort(const Operand& a, std::int64_t axis = -1, bool descending = false);
Tensor argsort(const Operand& a, std::int64_t axis = -1, bool descending = false);
/// The k largest elements along an axis, or the k smallest, in order. index_error if there are fewer.
Sorted topk(const Operand& a, std::int64_t k, std::int64_t axis = -1, bool largest = true);

}  // namespace eingrad

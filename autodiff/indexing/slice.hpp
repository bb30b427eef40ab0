#pragma once
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// Elements start, start + step, … before stop of an axis. Bounds count from the back if negative and are
/// clipped, as in Python; step is 1 or more.
Tensor slice(const Operand& a, std::int64_t axis, std::int64_t start, std::int64_t stop,
             std::int64_t step = 1);
/// Element `index` of an axis, which is dropped. index_error if there is none.
Tensor select(const Operand& a, std::int64_t axis, std::int64_t index);
namespace detail {
/// The indices that there are on an axis, for a hint.
std::string places(std::int64_t extent);
/// The same as a part of another operation, which its errors name.
Tensor select(const char* operation, const Operand& a, std::int64_t axis, std::int64_t index);
}  // namespace detail
/// The elements of an axis that `indices` (int64, one axis) name, in that order. index_error if there is
/// none.
Tensor index_select(const Operand& a, std::int64_t axis, const Tensor& indices);

/// `length` elements of an axis from `start` on; a negative start counts from the back. index_error if there
/// are fewer.
Tensor narrow(const Operand& a, std::int64_t axis, std::int64_t start, std::int64_t length);
/// Consecutive pieces of an axis: of `size` elements, the last perhaps of fewer, or of the given sizes.
std::vector<Tensor> split(const Operand& a, std::int64_t size, std::int64_t axis = 0);
std::vector<Tensor> split(const Operand& a, const std::vector<std::int64_t>& sizes, std::int64_t axis = 0);
/// At most `count` consecutive pieces of an axis, of equal size but for the last.
std::vector<Tensor> chunk(const Operand& a, std::int64_t count, std::int64_t axis = 0);

}  // namespace eingrad

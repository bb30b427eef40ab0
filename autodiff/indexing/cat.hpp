#pragma once
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// The tensors one after the other along an axis; the other extents are equal.
Tensor cat(const std::vector<Tensor>& tensors, std::int64_t axis = 0, Location at = Location::current());
/// The same under the name that NumPy and C++ readers know.
Tensor concat(const std::vector<Tensor>& tensors, std::int64_t axis = 0, Location at = Location::current());
/// Tensors of one shape along a new axis.
Tensor stack(const std::vector<Tensor>& tensors, std::int64_t axis = 0, Location at = Location::current());

}  // namespace eingrad

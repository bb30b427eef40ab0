#pragma once
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// `a` as a matrix, recorded: a row for each element of a reduction's result, and in it the elements that are
/// reduced to that one.
Tensor as_rows(const Tensor& a, const std::vector<bool>& reduced, Location at);

}  // namespace eingrad

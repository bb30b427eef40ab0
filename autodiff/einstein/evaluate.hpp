#pragma once
#include <map>
#include <string>

#include <autodiff/einstein/expr.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad::einstein {

/// What the names in an expression stand for.
struct Values {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::int64_t> sizes;  ///< of axes that no tensor in the expression has
};

/// The value of an expression, its axes those of `letters`; these are its free letters, in any order, and
/// others, along which it is repeated. It is computed by einsum and the elementwise operations, so that it
/// can be differentiated itself. value_error for a name without a value, a derivative that is not worked out,
/// or a letter whose axis has no size; shape_error where two sizes of an axis differ.
Tensor evaluate(const Expr& e, const Values& values, const Indices& letters);

}  // namespace eingrad::einstein

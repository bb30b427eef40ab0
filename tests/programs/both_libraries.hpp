#pragma once
// What this library and libtorch call by different names, so that an expression stands once for both.
#include <vector>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/linalg/linalg.hpp>
#include <autodiff/linalg/matrices.hpp>
#include <autodiff/reduction/reduction.hpp>
#include <nn/nn.hpp>
#include <tests/programs/program.hpp>

namespace eingrad::testing {

inline Tensor integers(const Tensor&, std::vector<std::int64_t> numbers) { return tensor(numbers); }
inline Tensor identity(const Tensor& like) { return eye(like.size(-1), float64); }
inline Tensor repeated(const Tensor& a, std::vector<std::int64_t> times) { return repeat(a, times); }
inline Tensor sorted(const Tensor& a, std::int64_t axis) { return sort(a, axis).values; }
inline Tensor padded(const Tensor& a, std::vector<std::int64_t> padding) { return pad(a, padding, 0.5); }
inline Tensor variance(const Tensor& a, std::int64_t axis, bool keepdim) { return var(a, {axis}, keepdim); }
inline Tensor product(const Tensor& a, std::int64_t axis, bool keepdim) { return prod(a, {axis}, keepdim); }
inline Tensor power_norm(const Tensor& a, double p, std::int64_t axis) { return norm(a, p, {axis}); }
inline Tensor expanded(const Tensor& a, const Shape& shape) { return expand(a, shape); }
inline Tensor mean_square(const Tensor& a, const Tensor& b) { return nn::mse_loss(a, b); }
inline Tensor normalized(const Tensor& a) { return nn::layer_norm(a, {a.size(-1)}, {}, {}, 1e-2); }
inline Tensor perceptron(const Tensor& x, const Tensor& weight) { return nn::linear(x, weight); }
inline Tensor scattered(const Tensor& a, std::int64_t axis, const Tensor& index, const Tensor& source) {
  return scatter_add(a, axis, index, source);
}
inline Tensor diagonal_of(const Tensor& a) { return diagonal(a); }
inline Tensor kronecker(const Tensor& a, const Tensor& b) { return kron(a, b); }
inline Tensor log_of_det(const Tensor& a) { return logdet(a); }
inline Tensor triangular_root(const Tensor& a) { return cholesky(a); }

#ifdef EINGRAD_WITH_TORCH
using Theirs = torch::Tensor;
inline Theirs integers(const Theirs&, std::vector<std::int64_t> numbers) { return torch::tensor(numbers); }
inline Theirs identity(const Theirs& like) { return torch::eye(like.size(-1), torch::kFloat64); }
inline Theirs repeated(const Theirs& a, std::vector<std::int64_t> times) { return a.repeat(times); }
inline Theirs sorted(const Theirs& a, std::int64_t axis) { return std::get<0>(a.sort(true, axis, false)); }
inline Theirs padded(const Theirs& a, std::vector<std::int64_t> padding) {
  return torch::constant_pad_nd(a, padding, 0.5);
}
inline Theirs variance(const Theirs& a, std::int64_t axis, bool keepdim) {
  return a.var({axis}, true, keepdim);
}
inline Theirs product(const Theirs& a, std::int64_t axis, bool keepdim) { return a.prod(axis, keepdim); }
inline Theirs power_norm(const Theirs& a, double p, std::int64_t axis) {
  return torch::norm(a, p, {axis}, false);
}
inline Theirs expanded(const Theirs& a, const Shape& shape) {
  return a.expand(std::vector<std::int64_t>(shape.begin(), shape.end()));
}
inline Theirs mean_square(const Theirs& a, const Theirs& b) { return torch::mse_loss(a, b); }
inline Theirs normalized(const Theirs& a) { return torch::layer_norm(a, {a.size(-1)}, {}, {}, 1e-2); }
inline Theirs perceptron(const Theirs& x, const Theirs& weight) { return torch::linear(x, weight); }
inline Theirs scattered(const Theirs& a, std::int64_t axis, const Theirs& index, const Theirs& source) {
  return a.scatter_add(axis, index, source);
}
inline Theirs diagonal_of(const Theirs& a) { return torch::diagonal(a); }
inline Theirs kronecker(const Theirs& a, const Theirs& b) {
  return torch::kron(a.contiguous(), b.contiguous());
}
inline Theirs log_of_det(const Theirs& a) { return torch::logdet(a); }
inline Theirs triangular_root(const Theirs& a) { return torch::linalg_cholesky(a); }
#endif

}  // namespace eingrad::testing

#pragma once
// The operation and the layer of chapter 4.2.
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/function.hpp>
#include <nn/module.hpp>

namespace chapter {

using eingrad::Function, eingrad::Tensor, eingrad::Tensors;

// region operation
/// r_n = √(1/d Σ_i x_ni² + ε), the root of the mean square of each row; as a column.
inline Tensor root_mean_square(const Tensor& x) { return sqrt(mean(square(x), {-1}, true) + 1e-5); }

/// y_ni = x_ni / r_n. Backward is x̄_nj = (ȳ_nj - y_nj 1/d Σ_i ȳ_ni y_ni) / r_n.
inline const Function rms_normalize(
    "rms_normalize", [](const Tensors& x) { return x[0] / root_mean_square(x[0]); },
    [](const Tensor& ybar, const Tensors& x, const Tensor& y) -> Tensors {
      return {(ybar - y * mean(ybar * y, {-1}, true)) / root_mean_square(x[0])};
    });
// endregion operation

// region layer
/// y_ni = g_i x_ni / r_n (Zhang & Sennrich 2019)
struct RMSNorm : eingrad::nn::Module {
  eingrad::nn::Parameter weight;  ///< g, (features,)

  explicit RMSNorm(std::int64_t features) : weight(eingrad::ones({features})) {}
  Tensor forward(const Tensor& x) const { return weight * rms_normalize(x); }
  Tensor operator()(const Tensor& x) const { return hooked(x, forward(x)); }

  EINGRAD_MEMBERS(weight)
};
// endregion layer

}  // namespace chapter

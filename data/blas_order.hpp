#pragma once
#include <cstdint>
#include <span>

namespace eingrad::data {

/// y_ij = Σ_k x_ik w_kj for row-major x (n, k), w (k, m) and y (n, m), where n and m follow from the sizes.
/// The terms are added in the order of OpenBLAS 0.3.21 on a Haswell or later, which NumPy calls there, so
/// that the last digit is the same: for m = 1 up to k = 2048, else up to k = 256, on one thread and for two
/// rows or more.
void multiply_as_openblas(std::span<const double> x, std::span<const double> w, std::span<double> y,
                          std::int64_t k);

}  // namespace eingrad::data

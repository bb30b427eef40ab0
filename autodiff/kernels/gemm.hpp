#pragma once
#include <cstdint>

#include <autodiff/kernels/sum_product.hpp>

namespace eingrad::kernels {

/// Up to this many multiplications a product of matrices is computed by our own kernel, whose digits are the
/// same on every processor; above it by OpenBLAS.
inline constexpr std::int64_t small_product = 32'768;

/// C = A B with an m by k A and a k by n B; of each matrix one of the two strides is 1. A row of n numbers is
/// added to each row of C if there is one; C's rows are contiguous then. OpenBLAS starts its sums with it.
template <class T>
void gemm(Matrix<T> c, Matrix<const T> a, Matrix<const T> b, std::int64_t m, std::int64_t n, std::int64_t k,
          const T* row = nullptr);

}  // namespace eingrad::kernels

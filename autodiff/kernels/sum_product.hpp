#pragma once
#include <concepts>
#include <cstddef>

namespace eingrad::kernels {

/// A matrix in memory: element (i, j) is at data[i * row + j * column].
template <class T>
struct Matrix {
  T* data;
  std::ptrdiff_t row, column;
};

/// Sums and products of float and double whose order of additions, and so whose last digit, is the same on
/// every processor. Fused multiply-adds are written out.
template <class T>
struct SumProductKernels {
  /// The sum of n contiguous numbers in cascade: errors grow with log n, and it is the order of PyTorch's CPU
  /// sum.
  T (*sum)(const T* x, std::size_t n);
  /// sums[j] = Σ_i x[i * columns + j], in the same manner.
  void (*sum_rows)(T* sums, const T* x, std::size_t rows, std::size_t columns);
  /// Σ (a[i] - b[i])², in the order of sum.
  T (*squared_distance)(const T* a, const T* b, std::size_t n);
  /// y[i] = c (a[i] - b[i]) d
  void (*scaled_difference)(T* y, T c, const T* a, const T* b, T d, std::size_t n);
  /// Σ a[i] b[i], in OpenBLAS' order for AVX2 in double precision.
  T (*dot)(const T* a, const T* b, std::size_t n);
  /// C = A B with an m by k A and a k by n B: each element one chain of fused multiply-adds from k = 0 up.
  void (*multiply)(Matrix<T> c, Matrix<const T> a, Matrix<const T> b, std::size_t m, std::size_t n,
                   std::size_t k);
  /// y[i] = fma(a, x[i], y[i])
  void (*add_scaled)(T* y, T a, const T* x, std::size_t n);
};

extern const SumProductKernels<float> sum_product_baseline_f32, sum_product_fma_f32;
extern const SumProductKernels<double> sum_product_baseline_f64, sum_product_fma_f64;

/// Those for this processor once the program has started, the baseline's before: the digits are the same.
extern const SumProductKernels<float>* sum_product_f32;
extern const SumProductKernels<double>* sum_product_f64;

template <class T>
const SumProductKernels<T>& sum_product_kernels() {
  if constexpr (std::same_as<T, float>) {
    return *sum_product_f32;
  } else {
    return *sum_product_f64;
  }
}

}  // namespace eingrad::kernels

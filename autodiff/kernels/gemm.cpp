#include <algorithm>

#include <autodiff/kernels/gemm.hpp>
#include <autodiff/threads.hpp>

#include <cblas.h>

#if defined(__GNUC__)
extern "C" void openblas_set_num_threads(int) __attribute__((weak));
#endif

namespace eingrad::kernels {

namespace {

#if defined(__GNUC__)
/// OpenBLAS computes in the thread that calls it; other libraries have no such function.
[[maybe_unused]] const bool one_thread_a_call = [] {
  if (openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
  return true;
}();
#endif

template <class T>
void blas(Matrix<T> c, Matrix<const T> a, Matrix<const T> b, std::int64_t m, std::int64_t n, std::int64_t k,
          const T* row) {
  // A matrix is read along the axis that is contiguous; the distance of two such lines is at least their
  // length.
  const bool by_rows = c.column == 1;
  const auto transposed = [&](const Matrix<const T>& x) { return (by_rows ? x.column : x.row) != 1; };
  const auto flag = [&](const Matrix<const T>& x) { return transposed(x) ? CblasTrans : CblasNoTrans; };
  const auto distance = [&](const auto& x, bool lines_are_rows, std::int64_t rows, std::int64_t columns) {
    return static_cast<int>(lines_are_rows ? std::max<std::int64_t>(x.row, columns)
                                           : std::max<std::int64_t>(x.column, rows));
  };
  const auto multiply = [](auto... arguments) {
    if constexpr (std::same_as<T, double>) {
      cblas_dgemm(arguments...);
    } else {
      cblas_sgemm(arguments...);
    }
  };
  for (std::int64_t i = 0; row != nullptr && i < m; ++i) std::copy_n(row, n, c.data + i * c.row);
  multiply(by_rows ? CblasRowMajor : CblasColMajor, flag(a), flag(b), static_cast<int>(m),
           static_cast<int>(n), static_cast<int>(k), T(1), a.data,
           distance(a, by_rows != transposed(a), m, k), b.data, distance(b, by_rows != transposed(b), k, n),
           row == nullptr ? T(0) : T(1), c.data, distance(c, by_rows, m, n));
}

/// So many multiplications are worth a call of their own. Not fewer: a product that is cut reads one operand
/// twice.
constexpr std::int64_t part_of_product = 512 * 1024 * 1024;

/// Large products are cut into the same parts for any number of threads. OpenBLAS would cut them into as many
/// as there are, and then in float32 the digits depend on where it cuts.
template <class T>
void divided_blas(Matrix<T> c, Matrix<const T> a, Matrix<const T> b, std::int64_t m, std::int64_t n,
                  std::int64_t k, const T* row) {
  const std::int64_t parts = std::clamp<std::int64_t>(m * n * k / part_of_product, 1, 16);
  if (parts == 1) return blas(c, a, b, m, n, k, row);
  const bool by_rows = m >= n;
  const std::int64_t extent = by_rows ? m : n, stretch = ((extent + parts - 1) / parts + 63) / 64 * 64;
  const auto part = [&](std::size_t number) {
    const auto first = static_cast<std::int64_t>(number) * stretch, count = std::min(stretch, extent - first);
    if (by_rows) {
      blas({c.data + first * c.row, c.row, c.column}, {a.data + first * a.row, a.row, a.column}, b, count, n,
           k, row);
    } else {
      blas({c.data + first * c.column, c.row, c.column}, a, {b.data + first * b.column, b.row, b.column}, m,
           count, k, row == nullptr ? row : row + first);
    }
  };
  eingrad::detail::on_threads(
      static_cast<std::size_t>((extent + stretch - 1) / stretch),
      [](void* work, std::size_t number) { (*static_cast<decltype(&part)>(work))(number); },
      const_cast<void*>(static_cast<const void*>(&part)));
}

/// In the order of the indices.
template <class T>
void multiply_plainly(Matrix<T> c, Matrix<const T> a, Matrix<const T> b, std::int64_t m, std::int64_t n,
                      std::int64_t k) {
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      T sum = 0;
      for (std::int64_t l = 0; l < k; ++l) {
        sum = static_cast<T>(sum + a.data[i * a.row + l * a.column] * b.data[l * b.row + j * b.column]);
      }
      c.data[i * c.row + j * c.column] = sum;
    }
  }
}

}  // namespace

template <class T>
void gemm(Matrix<T> c, Matrix<const T> a, Matrix<const T> b, std::int64_t m, std::int64_t n, std::int64_t k,
          const T* row) {
  if constexpr (std::floating_point<T>) {
    if (m * n * k > small_product) return divided_blas(c, a, b, m, n, k, row);
    sum_product_kernels<T>().multiply(c, a, b, static_cast<std::size_t>(m), static_cast<std::size_t>(n),
                                      static_cast<std::size_t>(k));
  } else {
    multiply_plainly(c, a, b, m, n, k);
  }
  for (std::int64_t i = 0; row != nullptr && i < m; ++i) {
    T* const of_c = c.data + i * c.row;
    for (std::int64_t j = 0; j < n; ++j) of_c[j] = static_cast<T>(of_c[j] + row[j]);
  }
}

template void gemm(Matrix<bool>, Matrix<const bool>, Matrix<const bool>, std::int64_t, std::int64_t,
                   std::int64_t, const bool*);
template void gemm(Matrix<std::int64_t>, Matrix<const std::int64_t>, Matrix<const std::int64_t>, std::int64_t,
                   std::int64_t, std::int64_t, const std::int64_t*);
template void gemm(Matrix<float>, Matrix<const float>, Matrix<const float>, std::int64_t, std::int64_t,
                   std::int64_t, const float*);
template void gemm(Matrix<double>, Matrix<const double>, Matrix<const double>, std::int64_t, std::int64_t,
                   std::int64_t, const double*);

}  // namespace eingrad::kernels

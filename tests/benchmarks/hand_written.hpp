#pragma once
#include <concepts>
#include <cstddef>

#include <cblas.h>

/// What the hand-written loops share.
namespace workloads {

/// Σ_i term(i) over i < n in the order of the library's sum of few terms: four streams of vectors of 32
/// bytes, then the lanes, then what was left over.
template <class T, class Term>
T sum(std::size_t n, Term term) {
  constexpr std::size_t V = 32 / sizeof(T), block = 4 * V;
  T lanes[block] = {};
  std::size_t i = 0;
  for (; i + block <= n; i += block) {
    for (std::size_t k = 0; k < block; ++k) lanes[k] += term(i + k);
  }
  for (std::size_t stream = V; stream < block; stream += V) {
    for (std::size_t k = 0; k < V; ++k) lanes[k] += lanes[stream + k];
  }
  T total = 0;
  for (; i < n; ++i) total += term(i);
  for (std::size_t k = 0; k < V; ++k) total += lanes[k];
  return total;
}

/// C_mn = Σ_k A_mk B_kn + beta C_mn; a transposed operand stands in memory with its axes exchanged.
template <std::floating_point T>
void gemm(CBLAS_TRANSPOSE transpose_a, CBLAS_TRANSPOSE transpose_b, int m, int n, int k, const T* a,
          const T* b, T beta, T* c) {
  const int lda = transpose_a == CblasTrans ? m : k, ldb = transpose_b == CblasTrans ? k : n;
  if constexpr (std::same_as<T, double>) {
    cblas_dgemm(CblasRowMajor, transpose_a, transpose_b, m, n, k, 1, a, lda, b, ldb, beta, c, n);
  } else {
    cblas_sgemm(CblasRowMajor, transpose_a, transpose_b, m, n, k, 1, a, lda, b, ldb, beta, c, n);
  }
}

/// p -= lr g
template <class Values>
void descend(Values& p, const Values& g, double lr) {
  const auto step = static_cast<typename Values::value_type>(lr);
  for (std::size_t i = 0; i < p.size(); ++i) p[i] -= step * g[i];
}

}  // namespace workloads

// Sums and products in a fixed order. Compiled for the baseline and for processors with fused multiply-add:
// std::fma is one instruction there and an exact call elsewhere, so that both give the same digits. All in an
// unnamed namespace and without templates of the standard library: otherwise the linker might take a function
// compiled for a newer processor for the whole program.
#include <cmath>

#include <autodiff/kernels/sum_product.hpp>
#include <autodiff/memory.hpp>

namespace eingrad::kernels {
namespace {

/// The numbers in a 32-byte register.
template <class T>
constexpr std::size_t vector_lanes = 32 / sizeof(T);

template <class T>
void copy(T* to, const T* from, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) to[i] = from[i];
}

template <class T>
void exchange(T& a, T& b) {
  const T before = a;
  a = b;
  b = before;
}

/// sums[k][v] = Σ_i x[i * row + k * stream + v] over `rows` rows.
template <std::size_t K, std::size_t V, class T>
void add_rows(T (&sums)[K][V], const T* x, std::size_t rows, std::size_t row, std::size_t stream) {
  T total[K][V] = {};
  for (std::size_t i = 0; i < rows; ++i, x += row) {
    for (std::size_t k = 0; k < K; ++k) {
      for (std::size_t v = 0; v < V; ++v) total[k][v] += x[k * stream + v];
    }
  }
  for (std::size_t k = 0; k < K; ++k) copy(sums[k], total[k], V);
}

/// Sums of K interleaved streams of V lanes each: sums[k][v] += x[i * row + k * stream + v] for i < rows.
///
/// A cascade of four levels: level 0 takes 2^p rows, then empties into level 1, which empties into level 2
/// after as many times, so that no sum ever takes more than about the fourth root of all terms.
template <std::size_t K, std::size_t V, class T>
void cascade(T (&sums)[K][V], const T* x, std::size_t rows, std::size_t row, std::size_t stream) {
  constexpr std::size_t levels = 4;
  if (rows < 16) return add_rows(sums, x, rows, row, stream);  // never leaves level 0
  std::size_t log2_rows = 0;
  while (std::size_t{1} << log2_rows < rows) ++log2_rows;
  const std::size_t power = log2_rows / levels > 4 ? log2_rows / levels : 4;
  const std::size_t step = std::size_t{1} << power;
  T level[levels][K][V] = {};

  const auto add_row = [&](std::size_t i) {
    for (std::size_t k = 0; k < K; ++k) {
      for (std::size_t v = 0; v < V; ++v) level[0][k][v] += x[i * row + k * stream + v];
    }
  };
  const auto empty_into = [&](std::size_t to, std::size_t from) {
    for (std::size_t k = 0; k < K; ++k) {
      for (std::size_t v = 0; v < V; ++v) {
        level[to][k][v] += level[from][k][v];
        level[from][k][v] = 0;
      }
    }
  };

  std::size_t i = 0;
  while (i + step <= rows) {
    for (std::size_t j = 0; j < step; ++j, ++i) add_row(i);
    for (std::size_t l = 1; l < levels; ++l) {
      empty_into(l, l - 1);
      if ((i & ((step - 1) << (l * power))) != 0) break;
    }
  }
  for (; i < rows; ++i) add_row(i);
  for (std::size_t l = 1; l < levels; ++l) empty_into(0, l);
  for (std::size_t k = 0; k < K; ++k) copy(sums[k], level[0][k], V);
}

/// lanes[v] = Σ_i x[i * row + v] over `rows` rows, by four interleaved streams.
template <std::size_t V, class T>
void sum_lanes(T (&lanes)[V], const T* x, std::size_t rows, std::size_t row) {
  constexpr std::size_t streams = 4;
  T sums[streams][V];
  cascade<streams, V>(sums, x, rows / streams, streams * row, row);
  for (std::size_t i = rows / streams * streams; i < rows; ++i) {
    for (std::size_t v = 0; v < V; ++v) sums[0][v] += x[i * row + v];
  }
  for (std::size_t k = 1; k < streams; ++k) {
    for (std::size_t v = 0; v < V; ++v) sums[0][v] += sums[k][v];
  }
  copy(lanes, sums[0], V);
}

template <class T>
T sum(const T* x, std::size_t n) {
  constexpr std::size_t V = vector_lanes<T>;
  T total = 0;
  for (std::size_t i = n / V * V; i < n; ++i) total += x[i];
  T lanes[V];
  sum_lanes<V>(lanes, x, n / V, V);
  for (std::size_t v = 0; v < V; ++v) total += lanes[v];
  return total;
}

template <class T>
void sum_rows(T* sums, const T* x, std::size_t rows, std::size_t columns) {
  constexpr std::size_t V = vector_lanes<T>;
  std::size_t j = 0;
  for (; j + 4 * V <= columns; j += 4 * V) {
    T wide[4][V];
    cascade<4, V>(wide, x + j, rows, columns, V);
    for (std::size_t k = 0; k < 4; ++k) copy(sums + j + k * V, wide[k], V);
  }
  for (; j + V <= columns; j += V) {
    T lanes[V];
    sum_lanes<V>(lanes, x + j, rows, columns);
    copy(sums + j, lanes, V);
  }
  for (; j < columns; ++j) {
    T lane[1];
    sum_lanes<1>(lane, x + j, rows, columns);
    sums[j] = lane[0];
  }
}

template <class T>
T dot(const T* a, const T* b, std::size_t n) {
  constexpr std::size_t V = vector_lanes<T>;
  constexpr std::size_t H = V / 2;
  T sums[4][V] = {};
  std::size_t i = 0;
  for (; i + 4 * V <= n; i += 4 * V) {
    for (std::size_t u = 0; u < 4; ++u) {
      for (std::size_t v = 0; v < V; ++v)
        sums[u][v] = std::fma(a[i + u * V + v], b[i + u * V + v], sums[u][v]);
    }
  }
  // Halves of each register, then the four registers, then the lanes that are left.
  T total = 0;
  T half[4][H];
  for (std::size_t u = 0; u < 4; ++u) {
    for (std::size_t h = 0; h < H; ++h) half[u][h] = sums[u][h] + sums[u][h + H];
  }
  for (std::size_t h = 0; h < H; ++h) total += (half[0][h] + half[1][h]) + (half[2][h] + half[3][h]);
  for (; i < n; ++i) total += a[i] * b[i];
  return total;
}

/// One row of C = A B: `block` columns at a time, each a chain over k.
template <std::size_t block, class T>
std::size_t multiply_row(T* c, std::ptrdiff_t c_column, const T* a, std::ptrdiff_t a_column, const T* b,
                         std::ptrdiff_t b_row, std::size_t j, std::size_t n, std::size_t k) {
  for (; j + block <= n; j += block) {
    T sums[block] = {};
    for (std::size_t l = 0; l < k; ++l) {
      const T factor = a[static_cast<std::ptrdiff_t>(l) * a_column];
      const T* row = b + static_cast<std::ptrdiff_t>(l) * b_row + static_cast<std::ptrdiff_t>(j);
      for (std::size_t v = 0; v < block; ++v) sums[v] = std::fma(factor, row[v], sums[v]);
    }
    for (std::size_t v = 0; v < block; ++v) c[static_cast<std::ptrdiff_t>(j + v) * c_column] = sums[v];
  }
  return j;
}

template <class T>
void multiply(Matrix<T> c, Matrix<const T> a, Matrix<const T> b, std::size_t m, std::size_t n,
              std::size_t k) {
  if (n < m) {  // Cᵀ = Bᵀ Aᵀ: the longer side in the vector registers
    exchange(m, n);
    exchange(c.row, c.column);
    exchange(a, b);
    exchange(a.row, a.column);
    exchange(b.row, b.column);
  }
  const std::size_t bytes = b.column != 1 && n > 1 ? n * k * sizeof(T) : 0;
  T* const packed = bytes == 0 ? nullptr : static_cast<T*>(allocate(bytes));
  if (packed != nullptr) {
    for (std::size_t l = 0; l < k; ++l) {
      for (std::size_t j = 0; j < n; ++j) {
        packed[l * n + j] =
            b.data[static_cast<std::ptrdiff_t>(l) * b.row + static_cast<std::ptrdiff_t>(j) * b.column];
      }
    }
    b = {packed, static_cast<std::ptrdiff_t>(n), 1};
  }
  for (std::size_t i = 0; i < m; ++i) {
    T* to = c.data + static_cast<std::ptrdiff_t>(i) * c.row;
    const T* row = a.data + static_cast<std::ptrdiff_t>(i) * a.row;
    std::size_t j = 0;
    j = multiply_row<4 * vector_lanes<T>>(to, c.column, row, a.column, b.data, b.row, j, n, k);
    j = multiply_row<vector_lanes<T>>(to, c.column, row, a.column, b.data, b.row, j, n, k);
    multiply_row<1>(to, c.column, row, a.column, b.data, b.row, j, n, k);
  }
  if (packed != nullptr) deallocate(packed, bytes);
}

template <class T>
void add_scaled(T* y, T a, const T* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = std::fma(x[i], a, y[i]);
}

}  // namespace

constexpr SumProductKernels<float> EINGRAD_NAME(f32){sum<float>, sum_rows<float>, dot<float>, multiply<float>,
                                                     add_scaled<float>};
constexpr SumProductKernels<double> EINGRAD_NAME(f64){sum<double>, sum_rows<double>, dot<double>,
                                                      multiply<double>, add_scaled<double>};

}  // namespace eingrad::kernels

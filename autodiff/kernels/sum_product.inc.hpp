// Sums and products in a fixed order. Compiled for the baseline and for processors with fused multiply-add:
// std::fma is one instruction there and an exact call elsewhere, so that both give the same digits. All in an
// unnamed namespace and without templates of the standard library: otherwise the linker might take a function
// compiled for a newer processor for the whole program.
#include <cmath>

#include <autodiff/kernels/sum_product.hpp>
#include <autodiff/memory.hpp>

namespace eingrad::kernels {
namespace {

/// 32 bytes of numbers, added and multiplied as one. Where a register has 16 bytes it takes two of them.
template <class T>
struct VectorOf {
  typedef T type __attribute__((vector_size(32)));
};
template <class T>
using Vector = typename VectorOf<T>::type;
template <class T>
constexpr std::size_t vector_lanes = 32 / sizeof(T);

/// The U, a number or a vector of them, that starts at x.
template <class U, class T>
[[gnu::always_inline]] inline U load(const T* x) {
  U values;
  __builtin_memcpy(&values, x, sizeof values);
  return values;
}

template <class T>
void exchange(T& a, T& b) {
  const T before = a;
  a = b;
  b = before;
}

/// to[k] += Σ_i term(i, k) over first <= i < end.
template <std::size_t K, class U, class Term>
[[gnu::always_inline]] inline void add_rows(U (&to)[K], std::size_t first, std::size_t end, Term term) {
  for (std::size_t i = first; i < end; ++i) {
    for (std::size_t k = 0; k < K; ++k) to[k] += term(i, k);
  }
}

/// A cascade of four levels: level 0 takes 2^p rows, then empties into level 1, which empties into level 2
/// after as many times, so that no sum ever takes more than about the fourth root of all terms.
///
/// Never inlined: clearing the levels takes longer than the few additions of those who never get here.
template <std::size_t K, class U, class Term>
[[gnu::noinline]] void deep_cascade(U (&sums)[K], std::size_t rows, Term term) {
  constexpr std::size_t levels = 4;
  std::size_t log2_rows = 0;
  while (std::size_t{1} << log2_rows < rows) ++log2_rows;
  const std::size_t power = log2_rows / levels > 4 ? log2_rows / levels : 4;
  const std::size_t step = std::size_t{1} << power;
  U level[levels][K] = {};
  const auto empty_into = [&](std::size_t to, std::size_t from) {
    for (std::size_t k = 0; k < K; ++k) {
      level[to][k] += level[from][k];
      level[from][k] = U{};
    }
  };

  std::size_t i = 0;
  while (i + step <= rows) {
    add_rows(level[0], i, i + step, term);
    i += step;
    for (std::size_t l = 1; l < levels; ++l) {
      empty_into(l, l - 1);
      if ((i & ((step - 1) << (l * power))) != 0) break;
    }
  }
  add_rows(level[0], i, rows, term);
  for (std::size_t l = 1; l < levels; ++l) empty_into(0, l);
  for (std::size_t k = 0; k < K; ++k) sums[k] = level[0][k];
}

/// Adds up K streams side by side: sums[k] = Σ_i term(i, k) over i < rows, in cascade.
template <std::size_t K, class U, class Term>
[[gnu::always_inline]] inline void cascade(U (&sums)[K], std::size_t rows, Term term) {
  if (rows >= 16) return deep_cascade(sums, rows, term);
  for (U& sum : sums) sum = U{};
  add_rows(sums, 0, rows, term);  // never leaves level 0
}

/// Σ_i term(i) over i < n, by four interleaved streams.
template <class U, class Term>
[[gnu::always_inline]] inline U sum_streams(std::size_t n, Term term) {
  constexpr std::size_t streams = 4;
  U sums[streams];
  cascade(sums, n / streams, [&](std::size_t i, std::size_t k) { return term(i * streams + k); });
  for (std::size_t i = n / streams * streams; i < n; ++i) sums[0] += term(i);
  return sums[0] + sums[1] + sums[2] + sums[3];
}

/// Σ_i terms(i) over i < n, where terms<U>(i) is term i, or the vector of terms from i on.
template <class T, class Terms>
T sum_terms(std::size_t n, Terms terms) {
  constexpr std::size_t V = vector_lanes<T>;
  if (n < V) return sum_streams<T>(n, [&](std::size_t i) { return terms.template operator()<T>(i); });
  T total = 0;
  for (std::size_t i = n / V * V; i < n; ++i) total += terms.template operator()<T>(i);
  const auto lanes = sum_streams<Vector<T>>(
      n / V, [&](std::size_t i) { return terms.template operator()<Vector<T>>(i * V); });
  for (std::size_t v = 0; v < V; ++v) total += lanes[v];
  return total;
}

template <class T>
[[gnu::hot]] T sum(const T* x, std::size_t n) {
  return sum_terms<T>(n, [&]<class U>(std::size_t i) { return load<U>(x + i); });
}

template <class T>
[[gnu::hot]] T squared_distance(const T* a, const T* b, std::size_t n) {
  return sum_terms<T>(n, [&]<class U>(std::size_t i) {
    const U difference = load<U>(a + i) - load<U>(b + i);
    return difference * difference;
  });
}

template <class T>
[[gnu::hot]] void scaled_difference(T* __restrict y, T c, const T* a, const T* b, T d, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = c * (a[i] - b[i]) * d;
}

template <class T>
void sum_rows(T* sums, const T* x, std::size_t rows, std::size_t columns) {
  using U = Vector<T>;
  constexpr std::size_t V = vector_lanes<T>;
  std::size_t j = 0;
  for (; j + 4 * V <= columns; j += 4 * V) {
    U wide[4];
    cascade(wide, rows, [&](std::size_t i, std::size_t k) { return load<U>(x + i * columns + j + k * V); });
    __builtin_memcpy(sums + j, wide, sizeof wide);
  }
  for (; j + V <= columns; j += V) {
    const U lanes = sum_streams<U>(rows, [&](std::size_t i) { return load<U>(x + i * columns + j); });
    __builtin_memcpy(sums + j, &lanes, sizeof lanes);
  }
  if (columns < V) {
    for (; j + 4 <= columns; j += 4) {
      T four[4];
      cascade(four, rows, [&](std::size_t i, std::size_t k) { return x[i * columns + j + k]; });
      __builtin_memcpy(sums + j, four, sizeof four);
    }
  }
  for (; j < columns; ++j) sums[j] = sum_streams<T>(rows, [&](std::size_t i) { return x[i * columns + j]; });
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
[[gnu::hot]] void add_scaled(T* y, T a, const T* x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = std::fma(x[i], a, y[i]);
}

template <class T>
constexpr SumProductKernels<T> kernels{sum<T>, sum_rows<T>, squared_distance<T>, scaled_difference<T>,
                                       dot<T>, multiply<T>, add_scaled<T>};

}  // namespace

constexpr SumProductKernels<float> EINGRAD_NAME(f32) = kernels<float>;
constexpr SumProductKernels<double> EINGRAD_NAME(f64) = kernels<double>;

}  // namespace eingrad::kernels

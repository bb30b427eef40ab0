#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <data/blas_order.hpp>

namespace eingrad::data {
namespace {

using Size = std::size_t;
using Row = std::span<const double>;

double multiply_add(double a, double b, double sum) { return sum + a * b; }
double fused_multiply_add(double a, double b, double sum) { return std::fma(a, b, sum); }

/// Several sums side by side: the term k goes to the sum k mod Lanes.
template <Size Lanes, class Add>
std::array<double, Lanes> interleaved(Row a, Row b, Add add) {
  std::array<double, Lanes> sums{};
  for (Size k = 0; k < a.size(); ++k) sums[k % Lanes] = add(a[k], b[k], sums[k % Lanes]);
  return sums;
}

double folded(const std::array<double, 4>& s) { return (s[0] + s[2]) + (s[1] + s[3]); }
double folded(const std::array<double, 2>& s) { return s[0] + s[1]; }

/// One row of dgemv, which takes rows by four; a pair and a single row that are left over have kernels of
/// their own.
double gemv_row(Row a, Row b, Size row, Size rows) {
  const Size whole = a.size() / 4 * 4;
  const Row a4 = a.first(whole), b4 = b.first(whole);
  double sum = 0;
  if (row < rows / 4 * 4) {
    sum = folded(interleaved<4>(a4, b4, fused_multiply_add));
  } else if (row < rows / 2 * 2) {
    sum = folded(interleaved<2>(a4, b4, multiply_add));
  } else {
    sum = folded(interleaved<4>(a4, b4, multiply_add));
  }
  a = a.subspan(whole);
  b = b.subspan(whole);
  switch (a.size()) {
    case 1:
      return std::fma(a[0], b[0], sum);
    case 2:
      return sum + std::fma(a[0], b[0], a[1] * b[1]);
    case 3:
      return sum + std::fma(a[2], b[2], std::fma(a[0], b[0], a[1] * b[1]));
    default:
      return sum;
  }
}

/// One element of dgemm: a chain, but four in the last of an odd number of rows where columns are taken by
/// four.
double gemm_element(Row a, Row b, bool last_of_odd_rows, bool column_in_four) {
  double chain = 0;
  if (!last_of_odd_rows || !column_in_four) {
    for (Size k = 0; k < a.size(); ++k) chain = std::fma(a[k], b[k], chain);
    return chain;
  }
  const Size whole = a.size() / 8 * 8;
  auto s = interleaved<4>(a.first(whole), b.first(whole), fused_multiply_add);
  for (Size k = whole; k < a.size(); ++k) s[0] = std::fma(a[k], b[k], s[0]);
  return (s[0] + s[1]) + (s[2] + s[3]);
}

}  // namespace

void multiply_as_openblas(Row x, Row w, std::span<double> y, std::int64_t terms) {
  const auto k = static_cast<Size>(terms);
  const Size rows = x.size() / k;
  const Size columns = w.size() / k;
  std::vector<double> column(k);
  for (Size j = 0; j < columns; ++j) {
    for (Size i = 0; i < k; ++i) column[i] = w[i * columns + j];
    for (Size i = 0; i < rows; ++i) {
      const Row row = x.subspan(i * k, k);
      y[i * columns + j] =
          columns == 1 ? gemv_row(row, column, i, rows)
                       : gemm_element(row, column, rows % 2 == 1 && i == rows - 1, j < columns / 4 * 4);
    }
  }
}

}  // namespace eingrad::data

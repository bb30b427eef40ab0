// The order of additions, and so the last digit, of sums, dot products and small products of matrices.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <autodiff/add_scaled.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::values;

namespace {

/// n numbers from -0.5 to 0.5 with 31 significant bits: s ← (1103515245 s + 12345) mod 2^31, from s = 1.
std::vector<double> irregular(std::int64_t n) {
  std::vector<double> numbers;
  std::uint64_t state = 1;
  for (std::int64_t i = 0; i < n; ++i) {
    state = (state * 1103515245 + 12345) % (std::uint64_t{1} << 31);
    numbers.push_back(std::ldexp(static_cast<double>(state), -31) - 0.5);
  }
  return numbers;
}

/// The sum of PyTorch 1.13 on a CPU with AVX2, for contiguous doubles: the first 16 ⌊n/16⌋ in 16 columns,
/// each a cascade of four levels.
double cascade_sum(const std::vector<double>& x) {
  const std::size_t n = x.size(), rows = n / 16;
  const int log_of_rows = rows <= 1 ? 0 : static_cast<int>(std::ceil(std::log2(static_cast<double>(rows))));
  const std::size_t width = std::size_t{1} << std::max(4, log_of_rows / 4);

  double columns[16];
  for (std::size_t c = 0; c < 16; ++c) {
    double level[4] = {};
    for (std::size_t row = 0; row < rows; ++row) {
      level[0] += x[row * 16 + c];
      std::size_t period = width;
      for (int l = 0; l < 3 && (row + 1) % period == 0; ++l, period *= width) {
        level[l + 1] += level[l];
        level[l] = 0;
      }
    }
    columns[c] = level[0] + level[1] + level[2] + level[3];
  }
  for (std::size_t group = rows * 16; group + 4 <= n; group += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) columns[lane] += x[group + lane];
  }
  double total = 0;
  for (std::size_t i = n / 4 * 4; i < n; ++i) total += x[i];
  for (std::size_t lane = 0; lane < 4; ++lane)
    total += columns[lane] + columns[4 + lane] + columns[8 + lane] + columns[12 + lane];
  return total;
}

/// OpenBLAS' ddot for Haswell: 16 chains of fused multiply-adds.
double haswell_dot(const std::vector<double>& a, const std::vector<double>& b) {
  const std::size_t n = a.size();
  double chain[4][4] = {};
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    for (std::size_t j = 0; j < 16; ++j)
      chain[j / 4][j % 4] = std::fma(a[i + j], b[i + j], chain[j / 4][j % 4]);
  }
  double half[2];
  for (std::size_t h = 0; h < 2; ++h) {
    half[h] = ((chain[0][h] + chain[0][h + 2]) + (chain[1][h] + chain[1][h + 2])) +
              ((chain[2][h] + chain[2][h + 2]) + (chain[3][h] + chain[3][h + 2]));
  }
  double total = half[0] + half[1];
  for (; i < n; ++i) total += a[i] * b[i];
  return total;
}

template <class T>
void add_to_digest(std::uint64_t& digest, const Tensor& a) {
  for (const T value : a.span<T>()) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    digest = digest * 6364136223846793005U + bits + 1;
  }
}

/// Digests of torch.sum(x, 0) and torch.sum(x, 1), in float64 and float32, of matrices with `columns` columns
/// and 1 to 4099 rows: PyTorch 1.13 with ATEN_CPU_CAPABILITY=avx2, one thread.
struct Sums {
  std::int64_t columns;
  std::uint64_t along_0, along_1, along_0_single, along_1_single;
};
const std::vector<Sums> pytorch{
    {1, 0xacb53ada3e68bdbcU, 0x5b6ec256edfc7064U, 0x4c3cefd4e5fca0bcU, 0x7dd0485d56b9a0fbU},
    {2, 0x320389bd94924638U, 0x02369a5d66bc7064U, 0x4f7c45226a52b433U, 0x28e480e9f430abb1U},
    {3, 0x45a2bde4ffa4f574U, 0x67229a70c11c7064U, 0xe91c824c5664d721U, 0x31a15065ac8bba0dU},
    {4, 0xcce4c29059cbe770U, 0x20e52c2500bc7064U, 0x052d1b7f5b203b3cU, 0x19c66424c7b6d99cU},
    {5, 0xeb7b665acd20f82cU, 0xc95374477efc7064U, 0x8fa0a63f1717c1beU, 0xb5b79764c8a21df1U},
    {6, 0x7d6ac11a7eebc3a8U, 0xc36b7beeedfc7064U, 0x199bdf686c77514bU, 0xccb76d232a11c79fU},
    {7, 0x77e053a502a8a5e4U, 0xbf6a848040ac7064U, 0x0ccb4de818e08c99U, 0x92181b7c06334eacU},
    {8, 0x5829701c3d473d08U, 0x5e4f0bc9d8fda9f9U, 0x0d3ca91f938e5844U, 0xa63206e9e6c47619U},
    {9, 0x080ab83d3adf042fU, 0x3e4157bd3a9da9f9U, 0x6c5f08903f7c7682U, 0x03d0dae326535656U},
    {12, 0xffe6055ce2a3c5acU, 0x27e3e11d327da9f9U, 0xc9f864dd02784890U, 0x7ce9dc3946d3fc72U},
    {15, 0x49ee31207cc4cc85U, 0xaf895fb728bda9f9U, 0xce72c805ec67f11bU, 0x904f7df9b8605eedU},
    {16, 0xdec7c0eaea420510U, 0x40e8d2c875bda9f9U, 0xddb8996126c68084U, 0x3485c0ef97427ddaU},
    {17, 0xb9345a8f049c4dd7U, 0x5ec4a419100da9f9U, 0xed7eea51058e1665U, 0x5276b03ee9c2eb14U},
    {31, 0x85439d2229863b55U, 0xd67d1125924da9f9U, 0x91ed3a503ce807d4U, 0xfa98430b0f303d2dU},
    {32, 0x3cadba432a9eb620U, 0x140ea7ad693da9f9U, 0x422716431592b3b7U, 0xe62e7c4cd8ae4c9eU},
    {33, 0xd67b35fbcf781a1eU, 0x48e0132e64738de1U, 0x116276f204c3847dU, 0x1077a3940fbb47acU},
    {48, 0xcb0672a642a2a120U, 0xd94dd10c25bb8de1U, 0xe361469a0088633fU, 0x51c285feefba0667U},
    {65, 0x3e4d472fad5188deU, 0xc1f1c547a3338de1U, 0xd466974390d839d1U, 0x054a069d639b8eafU},
    {100, 0xa86fa6846c2181d8U, 0xe26fb7d61beb8de1U, 0x296afd6464e3ccb1U, 0x7eeb0537061a795fU},
};

}  // namespace

TEST_CASE("sums of contiguous doubles are PyTorch's to the last bit", "[sum]") {
  std::vector<std::int64_t> lengths{0, 500, 1000, 1023, 1024, 1025, 4096, 4097, 5000, 16384, 20000, 32767};
  for (std::int64_t n = 1; n < 400; ++n) lengths.push_back(n);
  for (const std::int64_t n : lengths) {
    INFO(n << " numbers");
    const auto numbers = irregular(n);
    CHECK(sum(tensor(numbers, float64)).item() == cascade_sum(numbers));
  }
}

TEST_CASE("sums along either axis are PyTorch's to the last bit, in both dtypes", "[sum]") {
  const auto numbers = irregular(32768);
  for (const Sums& expected : pytorch) {
    INFO(expected.columns << " columns");
    Sums sums{expected.columns, 0, 0, 0, 0};
    for (const std::int64_t rows :
         {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 65, 100, 129, 257, 300, 1000, 4099}) {
      const std::int64_t n = rows * expected.columns;
      if (n >= 32768) continue;
      const Tensor x = tensor(std::vector<double>(numbers.begin(), numbers.begin() + n), float64)
                           .reshape({rows, expected.columns});
      add_to_digest<double>(sums.along_0, x.sum({0}));
      add_to_digest<double>(sums.along_1, x.sum({1}));
      add_to_digest<float>(sums.along_0_single, x.to(float32).sum({0}));
      add_to_digest<float>(sums.along_1_single, x.to(float32).sum({1}));
    }
    CHECK(sums.along_0 == expected.along_0);
    CHECK(sums.along_1 == expected.along_1);
    CHECK(sums.along_0_single == expected.along_0_single);
    CHECK(sums.along_1_single == expected.along_1_single);
  }
}

TEST_CASE("a cascade keeps the error of a long sum small", "[sum]") {
  const Tensor x = full({1 << 20}, 0.1, float32);
  CHECK(std::abs(sum(x).item() - double{0.1F} * (1 << 20)) < 0.02);
  CHECK(std::abs(values<float>(sum(x.reshape({1 << 17, 8}), {0}))[0] - double{0.1F} * (1 << 17)) < 0.002);
}

TEST_CASE("dot products of doubles are OpenBLAS' to the last bit", "[sum]") {
  for (std::int64_t n = 0; n < 300; ++n) {
    INFO(n << " numbers");
    const auto both = irregular(2 * n);
    const std::vector<double> a(both.begin(), both.begin() + n), b(both.begin() + n, both.end());
    const Tensor x = tensor(a, float64), y = tensor(b, float64);
    CHECK(dot(x, y).item() == haswell_dot(a, b));
    CHECK(einsum("i,i->", x, y).item() == haswell_dot(a, b));
  }
}

TEST_CASE("each element of a small product of matrices is one chain of fused multiply-adds", "[sum]") {
  for (const auto& [m, k, n] :
       {std::array{1, 5, 1}, {3, 4, 2}, {7, 9, 40}, {33, 17, 5}, {20, 30, 50}, {1, 100, 37}}) {
    INFO(m << " " << k << " " << n);
    const auto a = irregular(m * k), b = irregular(k * n);
    std::vector<double> expected;
    for (int i = 0; i < m; ++i) {
      for (int j = 0; j < n; ++j) {
        double chain = 0;
        for (int l = 0; l < k; ++l)
          chain =
              std::fma(a[static_cast<std::size_t>(i * k + l)], b[static_cast<std::size_t>(l * n + j)], chain);
        expected.push_back(chain);
      }
    }
    const Tensor x = tensor(a, float64).reshape({m, k}), y = tensor(b, float64).reshape({k, n});
    CHECK(values<double>(matmul(x, y)) == expected);
    // However the operands and the result are stored.
    CHECK(values<double>(einsum("ji,jk->ik", x.t(), y)) == expected);
    CHECK(values<double>(einsum("ij,kj->ik", x, y.t())) == expected);
    CHECK(values<double>(einsum("ji,kj->ik", x.t(), y.t())) == expected);
    const Tensor transposed = einsum("ij,jk->ki", x, y);
    CHECK(values<double>(transposed.t()) == expected);
  }
}

TEST_CASE("add_scaled_ is one fused multiply-add an element", "[sum]") {
  for (const std::int64_t n : {1, 3, 4, 8, 33}) {
    const auto both = irregular(2 * n);
    const std::vector<double> a(both.begin(), both.begin() + n), b(both.begin() + n, both.end());
    Tensor y = tensor(a, float64);
    add_scaled_(y, 0.3, tensor(b, float64));
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(values<double>(y)[i] == std::fma(b[i], 0.3, a[i]));
  }
  Tensor y = ones({2});
  const std::string text = error_text<shape_error>([&] { add_scaled_(y, 1, ones({3})); });
  CHECK_THAT(text, ContainsSubstring("(2,)") && ContainsSubstring("(3,)"));
  CHECK_THROWS_AS(add_scaled_(y, 1, ones({2}, float64)), dtype_error);
}

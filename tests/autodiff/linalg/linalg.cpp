// Linear algebra: second derivatives, float32, and what is refused. tests/parity has the values.
#include <string>

#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/linalg/linalg.hpp>
#include <autodiff/linalg/matrices.hpp>
#include <autodiff/random/random.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;

namespace {

Tensor random(const Shape& shape, Dtype dtype = float64) {
  static Generator generator(3);
  return randn(shape, dtype, generator).requires_grad_();
}

}  // namespace

TEST_CASE("linear algebra can be differentiated twice", "[linalg]") {
  const Tensor a = random({2, 3, 3}), b = random({2, 3, 2});
  const auto positive = [](const Tensor& x) { return matmul(x, x.transpose(-2, -1)) + eye(3, float64); };
  const std::pair<const char*, TensorFunction> functions[] = {
      {"inverse", [](const auto& x) { return inverse(x[0]); }},
      {"solve", [](const auto& x) { return solve(x[0], x[1]); }},
      {"det", [](const auto& x) { return det(x[0]); }},
      {"slogdet", [](const auto& x) { return slogdet(x[0]).logabsdet; }},
      {"cholesky", [&](const auto& x) { return cholesky(positive(x[0])); }},
      {"kron", [](const auto& x) { return kron(x[0], x[1]); }},
      {"diagonal", [](const auto& x) { return diagonal(square(x[0]), 1, 1, 2); }},
      {"tensordot",
       [](const auto& x) {
         return tensordot(x[0], x[1], {0, 1}, {0, 1});
       }},
  };
  for (const auto& [name, f] : functions) {
    INFO(name);
    CHECK(gradcheck(f, {a, b}));
    CHECK(gradgradcheck(f, {a, b}));
  }
}

TEST_CASE("linear algebra in float32", "[linalg]") {
  const Tensor a = random({4, 4}, float32).detach();
  CHECK(allclose(matmul(a, inverse(a)), eye(4), 1e-4, 1e-4));
  const Tensor l = cholesky(matmul(a, a.t()) + eye(4));
  CHECK(allclose(matmul(l, l.t()), matmul(a, a.t()) + eye(4), 1e-4, 1e-4));
}

TEST_CASE("what has no inverse is refused, and its determinant is 0", "[linalg]") {
  const Tensor singular = tensor({{1., 2.}, {2., 4.}}, float64);
  const std::string text = error_text<value_error>([&] { inverse(singular); });
  CHECK_THAT(text, ContainsSubstring("inverse: matrix 0 is singular") && ContainsSubstring("eye()"));
  CHECK_THROWS_AS(solve(singular, ones({2}, float64)), value_error);
  CHECK_THROWS_AS(cholesky(-eye(2, float64)), value_error);
  CHECK(det(singular).item() == 0);
  CHECK(slogdet(singular).sign.item() == 0);
  CHECK(std::isinf(slogdet(singular).logabsdet.item()));
  CHECK(std::isnan(logdet(tensor({{0., 1.}, {1., 0.}}, float64)).item()));
}

TEST_CASE("what is no matrix is refused", "[linalg]") {
  CHECK_THROWS_AS(inverse(ones({2, 3})), shape_error);
  CHECK_THROWS_AS(det(ones({3})), shape_error);
  CHECK_THROWS_AS(inverse(ones({2, 2}, int64)), dtype_error);
  CHECK_THROWS_AS(solve(eye(3), ones({2, 1})), shape_error);
  CHECK_THROWS_AS(solve(ones({2, 3, 3}), ones({4, 3, 1})), shape_error);
  CHECK_THROWS_AS(diagonal(eye(2), 0, 1, -1), index_error);
  CHECK_THROWS_AS(diag(ones({2, 2, 2})), shape_error);
  CHECK_THROWS_AS(trace(ones({2})), shape_error);
  CHECK_THROWS_AS(tensordot(ones({2, 3}), ones({2, 3}), 1), shape_error);
  CHECK_THROWS_AS(tensordot(ones({2}), ones({2}), 2), shape_error);
  CHECK_THROWS_AS(diag_embed(ones({})), shape_error);
}

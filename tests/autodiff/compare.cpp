#include <cmath>
#include <string>

#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::infinity;
using testing::not_a_number;

TEST_CASE("allclose: |a - b| <= atol + rtol |b|, and no more") {
  const Tensor b = tensor({100., -100., 0.}, float64);
  CHECK(allclose(b, b));
  CHECK(allclose(tensor({100.001, -100.001, 1e-8}, float64), b));
  CHECK(!allclose(tensor({100.0011, -100., 0.}, float64), b));
  CHECK(!allclose(tensor({100., -100., 1.1e-8}, float64), b));
  CHECK(allclose(tensor({110., -90., 0.}, float64), b, 0.1));
  CHECK(allclose(tensor({101., -99., 1.}, float64), b, 0, 1));
  CHECK(!allclose(tensor({101., -99., 1.}, float64), b, 0, 0.99));
  // The tolerance is relative to the second one.
  CHECK(allclose(tensor({1.}), tensor({2.}), 0.5, 0));
  CHECK(!allclose(tensor({2.}), tensor({1.}), 0.5, 0));
}

TEST_CASE("allclose: infinities are close to themselves alone, NaN to NaN if asked") {
  CHECK(allclose(tensor({infinity, -infinity}), tensor({infinity, -infinity})));
  CHECK(!allclose(tensor({infinity}), tensor({-infinity})));
  CHECK(!allclose(tensor({1.}), tensor({infinity})));
  CHECK(!allclose(tensor({infinity}), tensor({1.}), 1e300));
  CHECK(!allclose(tensor({not_a_number}), tensor({not_a_number})));
  CHECK(allclose(tensor({not_a_number, 1.}), tensor({not_a_number, 1.}), 1e-5, 1e-8, true));
  CHECK(!allclose(tensor({not_a_number}), tensor({1.}), 1e-5, 1e-8, true));
}

TEST_CASE("allclose and max_abs_difference broadcast") {
  const Tensor rows = tensor({{1., 2.}, {1., 2.}});
  CHECK(allclose(rows, tensor({1., 2.})));
  CHECK(allclose(tensor({1., 2.}), rows));
  CHECK(!allclose(rows, ones({})));
  CHECK(max_abs_difference(rows, ones({})) == 1);
  CHECK(allclose(zeros({0, 2}), ones({2})));
  CHECK(max_abs_difference(zeros({0, 2}), ones({2})) == 0);
}

TEST_CASE("equal compares shapes and all elements") {
  CHECK(equal(tensor({1., 2.}), tensor({1., 2.})));
  CHECK(!equal(tensor({1., 2.}), tensor({1., std::nextafter(2.F, 3.F)})));
  CHECK(!equal(ones({2}), ones({1, 2})));
  CHECK(!equal(ones({2}), ones({1})));
  CHECK(equal(zeros({0}), zeros({0})));
  CHECK(!equal(tensor({not_a_number}), tensor({not_a_number})));
  CHECK(equal(tensor({0.}), tensor({-0.})));
  CHECK(equal(tensor({true, false}), tensor({true, false})));
  const std::int64_t large = std::int64_t{1} << 60;
  CHECK(!equal(tensor({large}), tensor({large + 1})));
}

TEST_CASE("max_abs_difference finds the largest, and NaN anywhere") {
  CHECK(max_abs_difference(tensor({1., 5., 2.}), tensor({1., 2., 3.})) == 3);
  CHECK(max_abs_difference(tensor({infinity}), tensor({infinity})) == 0);
  CHECK(std::isnan(max_abs_difference(tensor({1., not_a_number, 9.}), tensor({3., 1., 2.}))));
  CHECK(max_abs_difference(tensor({1, 7}), tensor({3, 3})) == 4);
}

TEST_CASE("comparisons are not recorded") {
  const Tensor x = ones({2}).requires_grad_();
  CHECK(allclose(x, x * 1));
  CHECK(equal(x, x * 1));
}

TEST_CASE("comparisons refuse dtypes that differ and shapes that do not broadcast") {
  const Tensor a = ones({2}, float32), b = ones({2}, float64);
  const std::string text = error_text<dtype_error>([&] { allclose(a, b); });
  const auto line = "tests/autodiff/compare.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(text, StartsWith("dtype_error: allclose:") && ContainsSubstring(line) &&
                       ContainsSubstring("float32") && ContainsSubstring("float64"));
  CHECK_THROWS_AS(equal(a, b), dtype_error);
  CHECK_THROWS_AS(max_abs_difference(a, b), dtype_error);
  CHECK_THAT(error_text<shape_error>([&] { allclose(a, ones({3})); }),
             ContainsSubstring("(2,)") && ContainsSubstring("(3,)"));
  CHECK_THROWS_AS(max_abs_difference(a, ones({3})), shape_error);
  CHECK_THROWS_AS(allclose(a, Tensor()), value_error);
}

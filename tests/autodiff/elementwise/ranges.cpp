#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>
#include <tests/catch.hpp>

using namespace eingrad;

TEST_CASE("arange counts integers as int64 and fractions in the default dtype", "[create]") {
  CHECK(equal(arange(4), tensor({0, 1, 2, 3})));
  CHECK(equal(arange(2, 5), tensor({2, 3, 4})));
  CHECK(equal(arange(5, 0, -2), tensor({5, 3, 1})));
  CHECK(equal(arange(2.5, float64), tensor({0., 1., 2.}, float64)));
  CHECK(equal(arange(0, 1, 0.25, float64), tensor({0., 0.25, 0.5, 0.75}, float64)));
  CHECK(equal(arange(tensor(3)), tensor({0, 1, 2})));
  CHECK(arange(3, 1).numel() == 0);
  CHECK_THROWS_AS(arange(0, 1, 0), value_error);
}

TEST_CASE("linspace includes both ends exactly", "[create]") {
  const Tensor a = linspace(0.1, 0.7, 7, float64);
  CHECK(a.span<double>().front() == 0.1);
  CHECK(a.span<double>().back() == 0.7);
  CHECK(linspace(2, 5, 1, float64).item() == 2);
  CHECK(linspace(2, 5, 0, float64).numel() == 0);
}

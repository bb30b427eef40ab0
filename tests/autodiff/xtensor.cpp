// xtensor's arrays and tensors, and the functions of xtensor that some versions get wrong in C++20.
#include <cstddef>
#include <vector>

#include <autodiff/backward.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <autodiff/xtensor.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

#if __has_include(<xtensor/misc/xsort.hpp>)
#include <xtensor/misc/xsort.hpp>
#else
#include <xtensor/xsort.hpp>
#endif

using namespace eingrad;
using testing::values;

using Doubles = std::vector<double>;

TEST_CASE("an array or expression keeps its element type", "[xtensor]") {
  const xt::xarray<double> a{{1., 2.}, {3., 4.}};
  CHECK(tensor(a).dtype() == float64);
  CHECK(tensor(a).shape() == Shape{2, 2});
  CHECK(values<double>(tensor(a)) == Doubles{1, 2, 3, 4});
  CHECK(tensor(xt::xarray<float>{1, 2}).dtype() == float32);
  CHECK(tensor(xt::xarray<int>{1, 2}).dtype() == int64);
  CHECK(tensor(xt::xarray<bool>{true, false}).dtype() == boolean);
  CHECK(tensor(a, float32).dtype() == float32);
  CHECK(values<double>(tensor(a * 2 + 1)) == Doubles{3, 5, 7, 9});
  CHECK(tensor(xt::xtensor<double, 1>{1., 2., 3.}).shape() == Shape{3});
  CHECK(tensor(xt::xarray<double>(5.)).dim() == 0);
  CHECK(tensor(xt::xarray<double>::from_shape({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("views and column-major arrays are read in row-major order", "[xtensor]") {
  const xt::xarray<double> a{{1., 2., 3.}, {4., 5., 6.}};
  CHECK(values<double>(tensor(xt::view(a, xt::all(), 1))) == Doubles{2, 5});
  CHECK(values<double>(tensor(xt::view(a, xt::all(), xt::range(0, 3, 2)))) == Doubles{1, 3, 4, 6});
  CHECK(values<double>(tensor(xt::transpose(a))) == Doubles{1, 4, 2, 5, 3, 6});
  const xt::xarray<double, xt::layout_type::column_major> columns = a;
  CHECK(values<double>(tensor(columns)) == Doubles{1, 2, 3, 4, 5, 6});
}

TEST_CASE("array() is a view of the elements, mutable_array() writes them", "[xtensor]") {
  Tensor a = tensor({{1., 2.}, {3., 4.}}, float64);
  const auto view = a.array<double>();
  CHECK(view.dimension() == 2);
  CHECK(view(1, 0) == 3);
  CHECK(&view(0, 0) == a.span<double>().data());
  CHECK(xt::sum(view)() == 10);
  a.mutable_array<double>()(1, 1) = 9;
  CHECK(values<double>(a) == Doubles{1, 2, 3, 9});
  a.mutable_array<double>() = xt::xarray<double>{{5., 6.}, {7., 8.}};
  CHECK(values<double>(a) == Doubles{5, 6, 7, 8});
  const Tensor scalar = zeros({}), nothing = zeros({0, 2});
  CHECK(scalar.array<float>().dimension() == 0);
  CHECK(nothing.array<float>().shape(1) == 2);
  CHECK_THROWS_AS(a.array<float>(), dtype_error);

  Tensor x = tensor({1., 2.}, float64).requires_grad_();
  const Tensor y = (x * x).sum();
  x.mutable_array<double>()(0) = 5;
  CHECK_THROWS_AS(y.backward(), graph_error);
}

TEST_CASE("an array meets a tensor as a tensor", "[xtensor]") {
  const xt::xarray<double> a{1., 2.};
  const Tensor x = tensor({3., 4.}, float64).requires_grad_();
  const Tensor y = a * x + x * a;
  CHECK(values<double>(y) == Doubles{6, 16});
  y.sum().backward();
  CHECK(values<double>(x.grad()) == Doubles{2, 4});
  CHECK(values<double>(a + x) == Doubles{4, 6});
  CHECK(values<double>(a - x) == Doubles{-2, -2});
  CHECK(values<double>(a / x) == Doubles{1. / 3, 0.5});
  CHECK(values<double>(x + a) == Doubles{4, 6});
  CHECK(values<double>(x - a) == Doubles{2, 2});
  CHECK(values<double>(x / a) == Doubles{3, 2});
  CHECK(values<double>((a + 1) * x) == Doubles{6, 12});
  CHECK(values<double>(xt::view(a, xt::range(0, 1)) * x) == Doubles{3, 4});
}

TEST_CASE("xtensor evaluates and reduces along axes", "[xtensor]") {
  const xt::xarray<double> a{{1., 5., 3.}, {4., 2., 6.}};
  const auto evaluated = xt::eval(a * 2.);
  CHECK(evaluated(1, 2) == 12);
  const xt::xarray<double> rows = xt::sum(a, {0}, xt::evaluation_strategy::immediate);
  CHECK(Doubles(rows.begin(), rows.end()) == Doubles{5, 7, 9});
  const xt::xarray<double> means = xt::mean(a, {1});
  CHECK(Doubles(means.begin(), means.end()) == Doubles{3, 4});
  const xt::xarray<double> largest = xt::amax(a, {1});
  CHECK(Doubles(largest.begin(), largest.end()) == Doubles{5, 6});
  const xt::xarray<double> variances = xt::variance(a, {1});
  CHECK(variances(1) == Approx(8. / 3));
  const xt::xarray<double> deviations = xt::stddev(a, {0});
  CHECK(Doubles(deviations.begin(), deviations.end()) == Doubles{1.5, 1.5, 1.5});
  const xt::xarray<std::size_t> places = xt::argmax(a + 1., 1);
  CHECK(std::vector<std::size_t>(places.begin(), places.end()) == std::vector<std::size_t>{1, 2});
}

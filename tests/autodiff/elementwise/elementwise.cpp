// What the sweep cannot know: values at the edges, dtypes, numbers as operands, what is refused.
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <tests/autodiff/naive.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::infinity;
using testing::not_a_number;
using testing::numbers;
using testing::values;

namespace {

/// Equal, or both NaN, or within n units in the last place of `expected`.
bool within_ulps(double value, double expected, double n) {
  if (value == expected || (std::isnan(value) && std::isnan(expected))) return true;
  const double ulp = std::abs(std::nextafter(expected, infinity) - expected);
  return std::abs(value - expected) <= n * ulp;
}

void check_values(const std::function<Tensor(const Tensor&)>& f, double (*plain)(double),
                  const std::vector<double>& points, double ulps) {
  const auto y = values<double>(f(tensor(points, float64)));
  for (std::size_t i = 0; i < points.size(); ++i) {
    INFO("at " << points[i] << ": " << y[i] << " for " << plain(points[i]));
    CHECK(within_ulps(y[i], plain(points[i]), ulps));
  }
}

std::vector<double> grid(double low, double high, double step) {
  std::vector<double> points{0., -0., infinity, -infinity, not_a_number};
  for (double x = low; x <= high; x += step) points.push_back(x);
  return points;
}

std::vector<double> gradient(const std::function<Tensor(const Tensor&)>& f,
                             const std::vector<double>& points) {
  const Tensor x = tensor(points, float64).requires_grad_();
  f(x).sum().backward();
  return values<double>(x.grad());
}

}  // namespace

TEST_CASE("functions over their whole range, within units in the last place", "[elementwise]") {
  check_values(
      eingrad::exp, [](double x) { return std::exp(x); }, grid(-708, 709, 0.37), 2);
  check_values(
      eingrad::tanh, [](double x) { return std::tanh(x); }, grid(-25, 25, 0.017), 2);
  check_values(
      eingrad::tanh, [](double x) { return std::tanh(x); }, {1e-300, 1e-10, -1e-5, 0.01, 0.3}, 2);
  check_values(
      eingrad::sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, grid(-700, 40, 0.37), 3);
  std::vector<double> positive = grid(0.001, 5, 0.0137);
  for (int e = -1022; e < 1024; e += 7) positive.push_back(std::ldexp(1.37, e));
  check_values(
      eingrad::log, [](double x) { return std::log(x); }, positive, 2);
  check_values(
      eingrad::sqrt, [](double x) { return std::sqrt(x); }, positive, 0);
  check_values(
      eingrad::abs, [](double x) { return std::abs(x); }, grid(-3, 3, 0.5), 0);
}

TEST_CASE("powers", "[elementwise]") {
  for (const double a :
       {0., -0., 1., -1., 0.5, 2., 3.7, -2., 1e-3, 1e10, infinity, -infinity, not_a_number}) {
    for (const double b :
         {0., 1., -1., 2., 3., -2., -3., 0.5, 1.5, 10., 1. / 3, infinity, -infinity, not_a_number}) {
      INFO(a << " to the " << b);
      const double y = power(tensor({a}, float64), tensor({b}, float64)).item();
      INFO(y << " for " << std::pow(a, b));
      CHECK(within_ulps(y, std::pow(a, b), 0));
    }
  }
}

TEST_CASE("a power with a whole number multiplies", "[elementwise]") {
  const Tensor x = tensor({1.1, -2.3, 0., 1e-3}, float64);
  for (int n = 2; n <= 20; ++n) {
    INFO(n);
    const auto y = values<double>(pow(x, n));
    for (std::size_t i = 0; i < 4; ++i)
      CHECK(y[i] == Approx(std::pow(values<double>(x)[i], n)).epsilon(1e-14));
    CHECK(equal(pow(x, static_cast<double>(n)), pow(x, n)));
  }
  CHECK(equal(pow(x, 2), x * x));
  CHECK(equal(pow(x, 3), x * x * x));
  CHECK(equal(pow(x, 0), ones({4}, float64)));
  CHECK(equal(pow(x, 0.5).slice(0, 0, 1), sqrt(x).slice(0, 0, 1)));
  CHECK(pow(tensor({2.}, float64), -3).item() == 0.125);
  CHECK(pow(2, tensor({3.})).item() == 8);
  CHECK(values<std::int64_t>(pow(tensor({2, -3}), 3)) == std::vector<std::int64_t>{8, -27});
  CHECK(values<std::int64_t>(power(tensor({2, -3, 1, -1, 2}), tensor({10, 3, -5, -3, -1}))) ==
        std::vector<std::int64_t>{1024, -27, 1, -1, 0});
  CHECK(equal(x.pow(3), pow(x, 3)));
}

TEST_CASE("gradients of powers, at 0 too", "[elementwise]") {
  for (const double n : {0., 1., 2., 3., 5., 8., -1., -3., 0.5, 1.5, -0.7}) {
    INFO(n);
    const Tensor x = tensor({1.1, 2.3, 0.4}, float64).requires_grad_();
    const auto f = [n](const Tensor& a) { return pow(a, n); };
    CHECK(gradcheck(f, x));
    CHECK(gradgradcheck(f, x));
  }
  CHECK(gradient([](const Tensor& x) { return pow(x, 0); }, {0, 2}) == std::vector<double>{0, 0});
  CHECK(gradient([](const Tensor& x) { return pow(x, 1); }, {0, 2}) == std::vector<double>{1, 1});
  CHECK(gradient([](const Tensor& x) { return pow(x, 3); }, {0, -2}) == std::vector<double>{0, 12});
  CHECK(gradient([](const Tensor& x) { return pow(x, 1.5); }, {0}) == std::vector<double>{0});
  CHECK(gradient([](const Tensor& x) { return power(0, x); }, {2, 0.5}) == std::vector<double>{0, 0});
  // What PyTorch 1.13 gives for a^b at these points.
  const Tensor a = tensor({0., 0., 0., 2., -0.}, float64).requires_grad_();
  const Tensor b = tensor({0., 1., 2., 0., 3.}, float64).requires_grad_();
  power(a, b).sum().backward();
  CHECK(values<double>(a.grad()) == std::vector<double>{0, 1, 0, 0, 0});
  CHECK(values<double>(b.grad())[1] == 0);
  CHECK(values<double>(b.grad())[3] == Approx(std::log(2)));
}

TEST_CASE("a power of 1 is a tensor of its own", "[elementwise]") {
  const Tensor x = ones({2});
  Tensor y = pow(x, 1);
  y.fill_(5);
  CHECK(values<float>(x) == std::vector<float>{1, 1});
}

TEST_CASE("kinks, infinities and NaN, as in PyTorch", "[elementwise]") {
  const std::vector<double> points{0., -0., 2., -2., infinity, -infinity};
  CHECK(gradient(eingrad::relu, points) == std::vector<double>{0, 0, 1, 0, 1, 0});
  CHECK(gradient(eingrad::abs, points) == std::vector<double>{0, 0, 1, -1, 1, -1});
  CHECK(gradient(eingrad::sign, points) == std::vector<double>{0, 0, 0, 0, 0, 0});
  CHECK(gradient(eingrad::tanh, points)[4] == 0);
  CHECK(gradient(eingrad::sigmoid, points)[5] == 0);
  CHECK(gradient(eingrad::sqrt, {0.}) == std::vector<double>{infinity});
  CHECK(gradient(eingrad::log, {0.}) == std::vector<double>{infinity});
  CHECK(values<double>(relu(tensor(points, float64))) == std::vector<double>{0, 0, 2, 0, infinity, 0});
  CHECK(values<double>(sign(tensor(points, float64))) == std::vector<double>{0, 0, 1, -1, 1, -1});
  const Tensor bad = tensor({not_a_number}, float64);
  for (const auto f : {eingrad::relu, eingrad::abs, eingrad::exp, eingrad::log, eingrad::sqrt, eingrad::tanh,
                       eingrad::sigmoid, eingrad::square, eingrad::neg})
    CHECK(std::isnan(f(bad).item()));
  CHECK(gradient(eingrad::relu, {not_a_number}) == std::vector<double>{1});
}

TEST_CASE("a condition chooses, and what it does not choose gets no gradient", "[elementwise]") {
  const Tensor x = tensor({-1., 4.}, float64).requires_grad_();
  const Tensor y = where(x > 0, x * 3, 0.);
  CHECK(values<double>(y) == std::vector<double>{0, 12});
  y.sum().backward();
  CHECK(values<double>(x.grad()) == std::vector<double>{0, 3});
  CHECK(values<std::int64_t>(where(tensor({true, false}), tensor({1, 2}), tensor({3, 4}))) ==
        std::vector<std::int64_t>{1, 4});
  CHECK(where(tensor({true, false}), ones({2}, float32), ones({2}, float64)).dtype() == float64);
  CHECK(values<float>(where(tensor({true, false}), 1., 2.)) == std::vector<float>{1, 2});
  CHECK(values<float>(where(tensor({not_a_number, -0., 3.}), 1., 2.)) == std::vector<float>{1, 2, 1});
}

TEST_CASE("comparisons are boolean, and NaN compares as in C++", "[elementwise]") {
  const Tensor a = tensor({1., 2., 3., not_a_number}), b = tensor({2., 2., 2., not_a_number});
  using Flags = std::vector<bool>;
  CHECK(values<bool>(a < b) == Flags{true, false, false, false});
  CHECK(values<bool>(a <= b) == Flags{true, true, false, false});
  CHECK(values<bool>(a > b) == Flags{false, false, true, false});
  CHECK(values<bool>(a >= b) == Flags{false, true, true, false});
  CHECK(values<bool>(a == b) == Flags{false, true, false, false});
  CHECK(values<bool>(a != b) == Flags{true, false, true, true});
  CHECK(values<bool>(2 < a) == Flags{false, false, true, false});
  CHECK(values<bool>(tensor({1, 2}) == tensor({1., 2.5})) == Flags{true, false});
  const std::int64_t large = (std::int64_t{1} << 60) + 1;
  CHECK(values<bool>(tensor({large}) == tensor({large - 1})) == Flags{false});
  CHECK(!(a.requires_grad_() > 1).requires_grad());
}

TEST_CASE("integers", "[elementwise]") {
  const Tensor a = tensor({7, -7, 0}), b = tensor({2, 2, 5});
  using Whole = std::vector<std::int64_t>;
  CHECK(values<std::int64_t>(a + b) == Whole{9, -5, 5});
  CHECK(values<std::int64_t>(a - 1) == Whole{6, -8, -1});
  CHECK(values<std::int64_t>(a * b) == Whole{14, -14, 0});
  CHECK(values<std::int64_t>(-a) == Whole{-7, 7, 0});
  CHECK(values<std::int64_t>(abs(a)) == Whole{7, 7, 0});
  CHECK(values<std::int64_t>(sign(a)) == Whole{1, -1, 0});
  CHECK(values<std::int64_t>(relu(a)) == Whole{7, 0, 0});
  CHECK(values<std::int64_t>(square(a)) == Whole{49, 49, 0});
  CHECK(values<float>(a / b) == std::vector<float>{3.5, -3.5, 0});
  CHECK(values<float>(sqrt(square(b))) == std::vector<float>{2, 2, 5});
}

TEST_CASE("dtypes are promoted as in PyTorch", "[elementwise]") {
  using Row = std::vector<Dtype>;
  const Dtype all[] = {boolean, int64, float32, float64};
  // PyTorch's table, but that booleans alone count as integers.
  const std::map<Dtype, Row> of_tensors{{boolean, {int64, int64, float32, float64}},
                                        {int64, {int64, int64, float32, float64}},
                                        {float32, {float32, float32, float32, float64}},
                                        {float64, {float64, float64, float64, float64}}};
  for (const auto& [left, row] : of_tensors) {
    for (std::size_t i = 0; i < 4; ++i) {
      INFO(name_of(left) << " and " << name_of(all[i]));
      const Tensor a = ones({2}, left), b = ones({2}, all[i]);
      CHECK((a + b).dtype() == row[i]);
      CHECK((a * b).dtype() == row[i]);
      CHECK((a / b).dtype() == (is_floating(row[i]) ? row[i] : float32));
      CHECK((a < b).dtype() == boolean);
      CHECK(power(a, b).dtype() == row[i]);
    }
  }
  // Numbers are weak: they change the kind of dtype, not its size.
  const std::map<Dtype, Row> of_numbers{{boolean, {int64, int64, float32}},
                                        {int64, {int64, int64, float32}},
                                        {float32, {float32, float32, float32}},
                                        {float64, {float64, float64, float64}}};
  for (const auto& [left, row] : of_numbers) {
    INFO(name_of(left) << " and a number");
    const Tensor a = ones({2}, left);
    CHECK((a + true).dtype() == row[0]);
    CHECK((a + 2).dtype() == row[1]);
    CHECK((a * 1.5).dtype() == row[2]);
    CHECK((1.5F - a).dtype() == row[2]);
    CHECK((2 / a).dtype() == (left == float64 ? float64 : float32));
  }
  for (const auto f : {eingrad::exp, eingrad::log, eingrad::sqrt, eingrad::tanh, eingrad::sigmoid}) {
    CHECK(f(ones({2}, int64)).dtype() == float32);
    CHECK(f(ones({2}, boolean)).dtype() == float32);
    CHECK(f(ones({2}, float64)).dtype() == float64);
  }
  for (const auto f : {eingrad::abs, eingrad::neg, eingrad::square, eingrad::sign, eingrad::relu})
    CHECK(f(ones({2}, int64)).dtype() == int64);
  const testing::DefaultDtype guard(float64);
  CHECK((ones({2}, int64) + 1.5).dtype() == float64);
  CHECK((ones({2}, float32) + 1.5).dtype() == float32);
  CHECK(exp(ones({2}, int64)).dtype() == float64);
}

TEST_CASE("mixed dtypes: each gradient has its operand's dtype", "[elementwise]") {
  const Tensor a = tensor({1., 2.}, float32).requires_grad_(), b = tensor({3., 4.}, float64).requires_grad_();
  const Tensor y = a * b;
  CHECK(y.dtype() == float64);
  y.sum().backward();
  CHECK(a.grad().dtype() == float32);
  CHECK(values<float>(a.grad()) == std::vector<float>{3, 4});
  CHECK(values<double>(b.grad()) == std::vector<double>{1, 2});
  const Tensor count = tensor({2, 3});
  const Tensor z = a.detach().requires_grad_();
  (z * count).sum().backward();
  CHECK(values<float>(z.grad()) == std::vector<float>{2, 3});
}

TEST_CASE("numbers alone make a tensor without axes", "[elementwise]") {
  CHECK(eingrad::exp(0.).item() == 1);
  CHECK(add(1, 2).dtype() == int64);
  CHECK(add(1, 2).item<std::int64_t>() == 3);
  CHECK(add(1, 2.5).dtype() == float32);
  CHECK(add(1, 2).dim() == 0);
}

TEST_CASE("large and odd shapes broadcast", "[elementwise]") {
  const Tensor a = numbers({4, 1, 3, 1, 2}, 1), b = numbers({5, 1, 7, 1}, 2);
  const Tensor y = a * b;
  REQUIRE(y.shape() == Shape{4, 5, 3, 7, 2});
  CHECK(equal(y, testing::build(y.shape(), [&](const testing::Place& i) {
                return testing::at(a, {i[0], 0, i[2], 0, i[4]}) * testing::at(b, {i[1], 0, i[3], 0});
              })));
  CHECK((zeros({3, 0}) + ones({1})).shape() == Shape{3, 0});
  CHECK((zeros({0}) + ones({1, 1})).shape() == Shape{1, 0});
}

TEST_CASE("shapes that do not broadcast are refused, with all lines", "[elementwise]") {
  const auto at = [](int line) { return "elementwise/elementwise.cpp:" + std::to_string(line); };
  const Tensor a = ones({2, 3});
  const Tensor b = ones({4});
  const std::string text = error_text<shape_error>([&] { a + b; });
  CHECK_THAT(text, StartsWith("shape_error: add: the shapes do not broadcast     tests/autodiff/") &&
                       ContainsSubstring(at(__LINE__ - 2)) &&
                       ContainsSubstring("(2, 3) float32     tests/autodiff/" + at(__LINE__ - 5)) &&
                       ContainsSubstring("(4,) float32     tests/autodiff/" + at(__LINE__ - 5)) &&
                       ContainsSubstring("rule") && ContainsSubstring("unsqueeze"));
  CHECK_THROWS_AS(a * zeros({0, 3}), shape_error);
  CHECK_THROWS_AS(where(a > 0, a, b), shape_error);
  CHECK_THAT(error_text<value_error>([&] { a + Tensor(); }), ContainsSubstring("undefined"));
  CHECK_THAT(error_text<value_error>([] { pow(Tensor(), 2); }), StartsWith("value_error: pow: "));
}

TEST_CASE("activations have PyTorch's numbers where none are given", "[elementwise]") {
  const Tensor a = tensor({-2., -0.5, 0.5, 30.}, float64);
  CHECK(equal(leaky_relu(a), leaky_relu(a, 0.01)));
  CHECK(equal(elu(a), elu(a, 1)));
  CHECK(equal(softplus(a), softplus(a, 1, 20)));
  CHECK(equal(hardtanh(a), hardtanh(a, -1, 1)));
}

TEST_CASE("rounding and extremes of integers are integers", "[elementwise]") {
  const Tensor a = tensor({-3, 9007199254740993, 2});  // 2^53 + 1, which no double holds
  for (const auto f : {eingrad::floor, eingrad::ceil, eingrad::round, eingrad::trunc}) CHECK(equal(f(a), a));
  CHECK(equal(maximum(a, 0), tensor({0, 9007199254740993, 2})));
  CHECK(equal(clamp(a, -1, 5), tensor({-1, 5, 2})));
  CHECK(maximum(a, 0.5).dtype() == default_dtype());
}

TEST_CASE("the sign of a zero survives rounding", "[elementwise]") {
  const Tensor a = tensor({-0.25, -0., 0., 0.25}, float64);
  for (const auto f : {eingrad::ceil, eingrad::trunc, eingrad::round}) {
    const Tensor y = f(a);
    for (std::size_t i = 0; i < 4; ++i) CHECK(std::signbit(y.span<double>()[i]) == (i < 2));
  }
}

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::DefaultDtype;
using testing::error_text;
using testing::values;

using Floats = std::vector<float>;
using Whole = std::vector<std::int64_t>;

TEST_CASE("braces to any depth", "[create]") {
  CHECK(tensor({1., 2., 3.}).shape() == Shape{3});
  CHECK(tensor({{1., 2.}, {3., 4.}}).shape() == Shape{2, 2});
  CHECK(values<float>(tensor({{1., 2.}, {3., 4.}})) == Floats{1, 2, 3, 4});
  CHECK(tensor({{1.}, {2.}}).shape() == Shape{2, 1});
  CHECK(values<float>(tensor({{1.}, {2.}})) == Floats{1, 2});
  CHECK(tensor({{1., 2.}}).shape() == Shape{1, 2});
  CHECK(tensor({{{1., 2.}}, {{3., 4.}}, {{5., 6.}}}).shape() == Shape{3, 1, 2});
  CHECK(tensor({{{{1}, {2}}}}).shape() == Shape{1, 1, 2, 1});
  CHECK(tensor(2.5).dim() == 0);
  CHECK(tensor(2.5).item() == 2.5);
  CHECK(tensor({2.5}).shape() == Shape{1});
  const int n = 3;
  CHECK(values<std::int64_t>(tensor({n, 2 * n})) == Whole{3, 6});
}

TEST_CASE("the numbers' kind gives the dtype", "[create]") {
  CHECK(tensor({1., 2.}).dtype() == float32);
  CHECK(tensor({1.F, 2.F}).dtype() == float32);
  CHECK(tensor({1, 2}).dtype() == int64);
  CHECK(tensor({1U, 2U}).dtype() == int64);
  CHECK(tensor({true, false}).dtype() == boolean);
  CHECK(tensor({1, 2.}).dtype() == float32);
  CHECK(tensor({true, 2}).dtype() == int64);
  CHECK(tensor({1, 2}, float64).dtype() == float64);
  CHECK(values<std::int64_t>(tensor({1.7, -1.7}, int64)) == Whole{1, -1});
  CHECK(values<bool>(tensor({0., 2.}, boolean)) == std::vector<bool>{false, true});
  const DefaultDtype guard(float64);
  CHECK(tensor({1., 2.}).dtype() == float64);
  CHECK(tensor({1.F}).dtype() == float64);
  CHECK(tensor({1, 2}).dtype() == int64);
}

TEST_CASE("integers keep all their digits", "[create]") {
  const std::int64_t large = std::numeric_limits<std::int64_t>::max();
  CHECK(values<std::int64_t>(tensor({large, large - 1})) == Whole{large, large - 1});
  CHECK(values<std::int64_t>(tensor(std::vector<std::int64_t>{large})) == Whole{large});
}

TEST_CASE("empty braces", "[create]") {
  CHECK(tensor({{}, {}}).shape() == Shape{2, 0});
  CHECK(tensor({{}, {}}).dtype() == float32);
  CHECK(tensor(std::vector<double>{}).shape() == Shape{0});
}

TEST_CASE("ragged braces are refused", "[create]") {
  const std::string text = error_text<shape_error>([] { tensor({{1., 2.}, {3.}}); });
  const auto line = "tests/autodiff/create.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(text, StartsWith("shape_error: tensor: the rows of the braces differ") &&
                       ContainsSubstring(line) && ContainsSubstring("(2, 2)"));
  CHECK_THROWS_AS(tensor({{1., 2.}, {3., 4., 5.}}), shape_error);
  CHECK_THROWS_AS(tensor({{1., 2.}, 3.}), shape_error);
  CHECK_THROWS_AS(tensor({1., {2.}}), shape_error);
  CHECK_THROWS_AS(tensor({{{1.}}, {{2.}, {3.}}}), shape_error);
  CHECK_THROWS_AS(tensor({{1.}, {}}), shape_error);
}

TEST_CASE("vectors: floating-point ones in the default dtype, others in their own kind", "[create]") {
  CHECK(tensor(std::vector<double>{1, 2}).dtype() == float32);
  CHECK(tensor(std::vector<float>{1, 2}).dtype() == float32);
  CHECK(tensor(std::vector<double>{1, 2}, float64).dtype() == float64);
  CHECK(values<double>(tensor(std::vector<double>{0.1}, float64)) == std::vector<double>{0.1});
  CHECK(tensor(std::vector<int>{1, 2}).dtype() == int64);
  CHECK(tensor(std::vector<std::uint8_t>{1, 255}).dtype() == int64);
  CHECK(values<bool>(tensor(std::vector<bool>{true, false})) == std::vector<bool>{true, false});
  CHECK(values<std::int64_t>(tensor(std::vector<double>{2.9}, int64)) == Whole{2});
  const DefaultDtype guard(float64);
  CHECK(tensor(std::vector<float>{1, 2}).dtype() == float64);
}

TEST_CASE("zeros, ones, full, eye and their likes", "[create]") {
  CHECK(values<float>(zeros({2, 2})) == Floats{0, 0, 0, 0});
  CHECK(values<std::int64_t>(ones({2}, int64)) == Whole{1, 1});
  CHECK(values<float>(full({2}, 0.1)) == Floats{0.1F, 0.1F});
  CHECK(values<bool>(full({1}, 1, boolean)) == std::vector<bool>{true});
  CHECK(values<float>(eye(2)) == Floats{1, 0, 0, 1});
  CHECK(eye(0).shape() == Shape{0, 0});
  CHECK(zeros({}).item() == 0);
  CHECK(zeros({2, 0, 3}).numel() == 0);
  CHECK(empty({3, 4}, float64).shape() == Shape{3, 4});
  const Tensor like = ones({2, 1}, float64);
  CHECK(zeros_like(like).dtype() == float64);
  CHECK(ones_like(like).shape() == Shape{2, 1});
  CHECK(values<double>(full_like(like, 3)) == std::vector<double>{3, 3});
  CHECK(!zeros_like(ones({2}).requires_grad_()).requires_grad());
}

TEST_CASE("shapes that no tensor has, or no memory holds, are refused", "[create]") {
  const std::string text = error_text<shape_error>([] { zeros({2, -1}); });
  const auto line = "tests/autodiff/create.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(text, ContainsSubstring("(2, -1)") && ContainsSubstring(line));
  constexpr std::int64_t huge = std::int64_t{1} << 40;
  CHECK_THAT(error_text<value_error>([] { zeros({huge, huge}); }), StartsWith("value_error: memory:"));
  CHECK_THROWS_AS(empty({huge, huge, huge}), value_error);
  CHECK(zeros({huge, huge, huge, 0}).numel() == 0);
}

TEST_CASE("the default dtype is a floating-point one", "[create]") {
  CHECK_THAT(error_text<dtype_error>([] { set_default_dtype(int64); }), ContainsSubstring("int64"));
  CHECK(default_dtype() == float32);
}

// What libtorch cannot show: second derivatives, integers, what is refused.
#include <functional>
#include <map>
#include <string>

#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/random/random.hpp>
#include <autodiff/reduction/reduction.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::infinity;

namespace {

const std::map<std::string, std::function<Tensor(const Tensor&)>> differentiable{
    {"amax", [](const Tensor& a) { return amax(a, {1}); }},
    {"amin",
     [](const Tensor& a) {
       return amin(a, {0, 2}, true);
     }},
    {"max", [](const Tensor& a) { return max(a, -1).values; }},
    {"min", [](const Tensor& a) { return min(a, 0, true).values; }},
    {"logsumexp",
     [](const Tensor& a) {
       return logsumexp(a, {0, 2});
     }},
    {"softmax", [](const Tensor& a) { return softmax(a, 1); }},
    {"log_softmax", [](const Tensor& a) { return log_softmax(a, -1); }},
    {"var", [](const Tensor& a) { return var(a, {1}, true); }},
    {"std",
     [](const Tensor& a) {
       return eingrad::std(a, {0, 1});
     }},
    {"norm", [](const Tensor& a) { return norm(a, 2, {1}); }},
    {"norm 3", [](const Tensor& a) { return norm(a, 3); }},
    {"norm inf", [](const Tensor& a) { return norm(a, infinity, {0}); }},
    {"prod",
     [](const Tensor& a) {
       return prod(a, {0, 2});
     }},
    {"cumsum", [](const Tensor& a) { return cumsum(a, 1); }},
};

}  // namespace

TEST_CASE("reductions: gradients and second derivatives", "[reduction]") {
  manual_seed(3);
  const Tensor a = randn({2, 3, 2}, float64).requires_grad_();
  for (const auto& [name, f] : differentiable) {
    INFO(name);
    CHECK(gradcheck(f, a));
    CHECK(gradgradcheck(f, a));
  }
}

TEST_CASE("the product's second derivative is exact where elements are 0", "[reduction]") {
  for (const auto& row : {std::vector<double>{2, 0, 3, 5}, {2, 0, 0, 5}, {0, 0, 0}}) {
    const Tensor a = tensor(row, float64).requires_grad_();
    const auto f = [](const Tensor& x) { return prod(x); };
    CHECK(gradcheck(f, a));
    CHECK(gradgradcheck(f, a));
  }
}

TEST_CASE("reductions of integers and booleans", "[reduction]") {
  const Tensor a = tensor({{3, 1, 3}, {0, -2, 0}});
  CHECK(equal(amax(a, 1), tensor({3, 0})));
  CHECK(equal(min(a, 0).values, tensor({0, -2, 0})));
  CHECK(equal(argmax(a, 1), tensor({0, 0})));
  CHECK(equal(argmin(a), tensor(4)));
  CHECK(equal(prod(a, 1), tensor({9, 0})));
  CHECK(equal(cumsum(a, 1), tensor({{3, 4, 7}, {0, -2, -2}})));
  CHECK(equal(count_nonzero(a, 1), tensor({3, 1})));
  CHECK(equal(all(a, 1), tensor({true, false})));
  CHECK(equal(any(a > 2, 0), tensor({true, false, true})));
  CHECK(equal(amax(a > 0), tensor(true)));
  CHECK(softmax(a, 1).dtype() == default_dtype());
}

TEST_CASE("reductions of no elements", "[reduction]") {
  const Tensor none = zeros({0, 3}, float64);
  CHECK(equal(prod(none, 0), ones({3}, float64)));
  CHECK(equal(all(none), tensor(true)));
  CHECK(equal(any(none), tensor(false)));
  CHECK(amax(none, 1).shape() == Shape{0});
  CHECK_THROWS_AS(amax(none), value_error);
  CHECK_THROWS_AS(argmin(none, 0), value_error);
  CHECK(error_text<value_error>([&] { max(none, 0); }).find("max: there is no element to choose from") !=
        std::string::npos);
  CHECK(equal(logsumexp(none, 0), full({3}, -infinity, float64)));
}

TEST_CASE("reductions refuse axes that are not there", "[reduction]") {
  const Tensor a = zeros({2, 3}, float64);
  CHECK_THROWS_AS(amax(a, 2), index_error);
  CHECK_THROWS_AS(softmax(a, -3), index_error);
  CHECK_THROWS_AS(cumsum(a, 2), index_error);
  CHECK_THROWS_AS(argmax(a, 5), index_error);
  CHECK_THROWS_AS(var(a, {0, 0}), index_error);
  // What is made of other reductions speaks of itself, and of the caller's line.
  const auto text = [](auto action) { return error_text<index_error>(action); };
  CHECK_THAT(text([&] { softmax(a, 2); }),
             StartsWith("index_error: softmax: ") && ContainsSubstring("tests/"));
  CHECK_THAT(text([&] { log_softmax(a, 2); }), StartsWith("index_error: log_softmax: "));
  CHECK_THAT(text([&] { logsumexp(a, 2); }), StartsWith("index_error: logsumexp: "));
  CHECK_THAT(text([&] { norm(a, 2, 5); }), StartsWith("index_error: norm: ") && ContainsSubstring("tests/"));
  CHECK_THAT(text([&] { var(a, 5); }), StartsWith("index_error: var: "));
  CHECK_THROWS_AS(var(tensor({1, 2})), dtype_error);
  CHECK_THROWS_AS(norm(a, std::nan("")), value_error);
}

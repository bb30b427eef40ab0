// Writing into a tensor: what is allowed, and what backward notices.
#include <functional>
#include <string>
#include <vector>

#include <autodiff/backward.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/random/random.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::leaf;
using testing::values;

namespace {

using Floats = std::vector<float>;

std::string at(int line) { return "tests/autodiff/in_place.cpp:" + std::to_string(line); }

}  // namespace

TEST_CASE("+=, -=, *=, /= write in place", "[in place]") {
  Tensor a = tensor({1., 2.});
  const Tensor handle = a;
  a += 1;
  a *= tensor({2., 3.});
  a -= tensor(1.);
  a /= 2;
  CHECK(values<float>(handle) == Floats{1.5, 4});
  a += a;
  CHECK(values<float>(handle) == Floats{3, 8});
  Tensor whole = tensor({3, 4});
  whole *= 2;
  CHECK(values<std::int64_t>(whole) == std::vector<std::int64_t>{6, 8});
  Tensor single = ones({2}, float32);
  single += ones({2}, float64);
  CHECK(single.dtype() == float32);
}

TEST_CASE("copy_ and fill_ write in place", "[in place]") {
  Tensor a = zeros({2, 2});
  const Tensor handle = a;
  a.copy_(tensor({1., 2.}));
  CHECK(values<float>(handle) == Floats{1, 2, 1, 2});
  a.fill_(3).zero_();
  CHECK(values<float>(handle) == Floats{0, 0, 0, 0});
  a.copy_(tensor({{1, 2}, {3, 4}}));
  CHECK(values<float>(handle) == Floats{1, 2, 3, 4});
  a.copy_(a);
  CHECK(values<float>(handle) == Floats{1, 2, 3, 4});
}

TEST_CASE("writing in place refuses other shapes and kinds", "[in place]") {
  Tensor a = ones({2}), whole = tensor({1, 2});
  CHECK_THAT(error_text<shape_error>([&] {
               a += ones({3, 2});
             }),
             ContainsSubstring("(2,)") && ContainsSubstring("(3, 2)"));
  CHECK_THROWS_AS(a.copy_(ones({3})), shape_error);
  CHECK_THROWS_AS(whole += 0.5, dtype_error);
  CHECK_THROWS_AS(whole /= 2, dtype_error);
  CHECK_THROWS_AS(whole.copy_(ones({2})), dtype_error);
  CHECK(values<float>(a) == Floats{1, 1});
  CHECK(values<std::int64_t>(whole) == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a leaf that requires a gradient is changed under no_grad only", "[in place]") {
  Tensor w = ones({2}).requires_grad_();
  const std::string text = error_text<graph_error>([&] { w -= 0.5; });
  const int line = __LINE__ - 1;
  CHECK_THAT(text, ContainsSubstring("leaf that requires a gradient") && ContainsSubstring(at(line)) &&
                       ContainsSubstring("no_grad"));
  CHECK_THROWS_AS(w.fill_(2), graph_error);
  CHECK_THROWS_AS(w.copy_(zeros({2})), graph_error);
  CHECK(values<float>(w) == Floats{1, 1});
  {
    const no_grad guard;
    w -= 0.5;
  }
  CHECK(values<float>(w) == Floats{0.5, 0.5});
  CHECK(w.is_leaf());
  CHECK(w.requires_grad());
}

TEST_CASE("a recorded result is not changed in place, nor given values that require a gradient",
          "[in place]") {
  const Tensor x = ones({2}).requires_grad_();
  Tensor y = x * 2, constant = ones({2});
  CHECK_THAT(error_text<graph_error>([&] { y += 1; }),
             ContainsSubstring("recorded result of mul") && ContainsSubstring("y = y + x"));
  CHECK_THAT(error_text<graph_error>([&] { constant += x; }), ContainsSubstring("detach()"));
  CHECK_THROWS_AS(constant.copy_(x), graph_error);
  constant += x.detach();
  CHECK(values<float>(constant) == Floats{2, 2});
}

TEST_CASE("an overwritten value that backward needs is refused with both lines", "[in place]") {
  Tensor w = tensor({3., 4.}).requires_grad_();
  const Tensor x = tensor({1., 2.}).requires_grad_();
  const Tensor y = x * w;
  const int saved = __LINE__ - 1;
  {
    const no_grad guard;
    w += 1;
  }
  const int wrote = __LINE__ - 2;
  const std::string text = error_text<graph_error>([&] { y.sum().backward(); });
  CHECK_THAT(text, ContainsSubstring("a value that mul needs was overwritten") &&
                       ContainsSubstring("as operand B of mul     " + at(saved)) &&
                       ContainsSubstring(at(wrote)) && ContainsSubstring("clone()"));
  CHECK(!x.grad().defined());
  CHECK(!w.grad().defined());
}

TEST_CASE("no gradient has changed when backward refuses", "[in place]") {
  const Tensor early = ones({2}).requires_grad_();
  Tensor w = ones({2}).requires_grad_();
  const Tensor h = w * early, y = (h * h + early).sum();
  early.set_grad(tensor({7., 7.}));
  {
    const no_grad guard;
    w.fill_(2);
  }
  CHECK_THROWS_AS(y.backward(), graph_error);
  CHECK(values<float>(early.grad()) == Floats{7, 7});
  CHECK(!w.grad().defined());
  CHECK_THROWS_AS(grad(y, {early}), graph_error);
}

TEST_CASE("every kind of operation notices what it needs", "[in place]") {
  const auto refused = [](auto operation, bool overwrite_result) {
    Tensor x = tensor({{1., 2.}, {3., 4.}}).requires_grad_();
    Tensor y = operation(x);
    {
      const no_grad guard;
      (overwrite_result ? y : x).fill_(9);
    }
    return !error_text<graph_error>([&] { y.sum().backward(); }).empty();
  };
  // Those that read the operand, and not the result.
  const auto square_of = [](const Tensor& x) { return square(x); };
  const auto log_of = [](const Tensor& x) { return log(x); };
  const auto product = [](const Tensor& x) { return matmul(x, x); };
  const auto own_product = [](const Tensor& x) { return einsum("ij,ij->", x, x); };
  CHECK(refused(square_of, false));
  CHECK(refused(log_of, false));
  CHECK(refused(product, false));
  CHECK(refused(own_product, false));
  CHECK(!refused(square_of, true));
  CHECK(!refused(log_of, true));
  CHECK(!refused(product, true));
  // Those that read the result, and not the operand.
  const auto exp_of = [](const Tensor& x) { return exp(x); };
  const auto tanh_of = [](const Tensor& x) { return tanh(x); };
  const auto sqrt_of = [](const Tensor& x) { return sqrt(x); };
  CHECK(refused(exp_of, true));
  CHECK(refused(tanh_of, true));
  CHECK(refused(sqrt_of, true));
  CHECK(!refused(exp_of, false));
  CHECK(!refused(tanh_of, false));
  // Those that read neither.
  for (const bool result : {false, true}) {
    CHECK(!refused([](const Tensor& x) { return x + 1; }, result));
    CHECK(!refused([](const Tensor& x) { return x + x; }, result));
    CHECK(!refused([](const Tensor& x) { return x - x; }, result));
    CHECK(!refused([](const Tensor& x) { return -x; }, result));
    CHECK(!refused([](const Tensor& x) { return x * 3; }, result));
    CHECK(!refused([](const Tensor& x) { return x / 3; }, result));
    CHECK(!refused([](const Tensor& x) { return x.sum({0}); }, result));
    CHECK(!refused([](const Tensor& x) { return x.t(); }, result));
    CHECK(!refused([](const Tensor& x) { return x.reshape({4}); }, result));
    CHECK(!refused([](const Tensor& x) { return cat({x, x}); }, result));
    CHECK(!refused([](const Tensor& x) { return x.slice(0, 0, 1); }, result));
    CHECK(!refused([](const Tensor& x) { return matmul(x, ones({2, 2})); }, result));
    CHECK(!refused([](const Tensor& x) { return x.to(float64); }, result));
  }
}

TEST_CASE("an operand whose gradient is not wanted may be overwritten where only that needs the other",
          "[in place]") {
  // The gradient of w x by w needs x alone.
  Tensor x = tensor({1., 2.});
  Tensor w = tensor({3., 4.}).requires_grad_();
  const Tensor y = (w * x).sum();
  {
    const no_grad guard;
    w.fill_(0);
  }
  y.backward();
  CHECK(values<float>(w.grad()) == Floats{1, 2});
  const Tensor z = (w * x).sum();
  x.fill_(5);
  CHECK_THROWS_AS(z.backward(), graph_error);
}

TEST_CASE("what is written through a span is noticed, too", "[in place]") {
  Tensor x = tensor({1., 2.}).requires_grad_();
  const Tensor y = square(x).sum();
  x.mutable_span<float>()[0] = 5;
  const int wrote = __LINE__ - 1;
  CHECK_THAT(error_text<graph_error>([&] { y.backward(); }), ContainsSubstring(at(wrote)));
}

TEST_CASE("writing before the value is used, or after backward, is allowed", "[in place]") {
  Tensor x = tensor({1., 2.}).requires_grad_();
  {
    const no_grad guard;
    x += 1;
  }
  const Tensor y = square(x).sum();
  y.backward();
  {
    const no_grad guard;
    x -= 1;
  }
  CHECK(values<float>(x.grad()) == Floats{4, 6});
  square(x).sum().backward();
  CHECK(values<float>(x.grad()) == Floats{6, 10});
}

TEST_CASE("a change that nobody would see is refused; that of a gradient is seen", "[in place]") {
  const Tensor a = leaf({1., 2., 3., 4.});
  for (const std::function<void()>& change : std::vector<std::function<void()>>{
           [&] {
             a.detach().reshape({2, 2}) *= 3;
           },
           [&] { a.detach().slice(0, 0, 2) += 1; },
           [&] { index(a.detach(), {0}) -= 1; },
           [&] { a.detach() /= 2; },
       })
    CHECK_THAT(error_text<graph_error>(change), ContainsSubstring("nobody would see the change"));
  a.sum().backward();
  a.grad() *= 0.5;
  a.grad() += 1;
  CHECK(values<double>(a.grad()) == std::vector<double>{1.5, 1.5, 1.5, 1.5});
}

TEST_CASE("a filling that fails is no change", "[in place]") {
  Tensor a = leaf({1., 2.});
  const Tensor loss = sum(square(a));
  {
    const no_grad guard;
    CHECK_THROWS_AS(normal_(a, 0, -1), value_error);
  }
  loss.backward();
  CHECK(values<double>(a.grad()) == std::vector<double>{2, 4});
}

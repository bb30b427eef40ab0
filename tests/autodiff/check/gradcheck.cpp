// gradcheck and gradgradcheck: what they find right and wrong, and what they take.
#include <cmath>
#include <stdexcept>
#include <string>

#include <autodiff/backward.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/error.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/random/random.hpp>
#include <tests/autodiff/check/functions.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::cube;
using testing::error_text;
using testing::input;
using testing::text_of;
using testing::values;

TEST_CASE("right gradients agree, each entry with its difference") {
  const Tensor x = input({{1., -2.}, {0.5, 3.}}), w = input({0.25, -1.});
  const GradcheckResult result = gradcheck([](const Tensors& in) { return matmul(in[0], in[1]); }, {x, w});
  CHECK(result);
  CHECK(result.ok);
  REQUIRE(result.rows.size() == 6);
  CHECK(result.rows[3].input == 0);
  CHECK(result.rows[3].index == Shape{1, 1});
  CHECK(result.rows[4].input == 1);
  CHECK(result.rows[4].index == Shape{0});
  for (const GradcheckRow& row : result.rows) {
    CHECK(row.agrees);
    CHECK(row.analytical == Approx(row.numerical).epsilon(1e-7));
    CHECK(row.absolute == std::abs(row.analytical - row.numerical));
  }
  CHECK_THAT(result.message, ContainsSubstring("6 entries agree"));
  CHECK(gradcheck([](const Tensor& a) { return a * a; }, x));
  CHECK(gradgradcheck([](const Tensor& a) { return a * a; }, x));
  CHECK(gradcheck(eingrad::sigmoid, x));
}

TEST_CASE("a single wrong entry is found") {
  const Function off(
      "off", [](const Tensors& x) { return x[0] * 2; },
      [](const Tensor& ybar, const Tensors&, const Tensor&) {
        return Tensors{ybar * tensor({2., 2.01, 2.}, float64)};
      });
  const GradcheckResult result = gradcheck([&](const Tensor& x) { return off({x}); }, input({1., 2., 3.}));
  CHECK(!result);
  CHECK(result.worst()->index == Shape{1});
  CHECK(result.worst()->relative == Approx(0.01 / 2.01));
  CHECK_THAT(result.message, ContainsSubstring("1 of 3 entries"));
}

TEST_CASE("a wrong second derivative is found by gradgradcheck alone") {
  // The right gradient, but its 3 x² is taken for a constant.
  const Function constant(
      "constant", [](const Tensors& x) { return pow(x[0], 3); },
      [](const Tensor& ybar, const Tensors& x, const Tensor&) {
        return Tensors{ybar * (3 * square(x[0])).detach()};
      });
  const auto f = [&](const Tensor& x) { return constant({x}); };
  const Tensor x = input({1., -2.});
  CHECK(gradcheck(f, x));
  const GradcheckResult result = gradgradcheck(f, x);
  CHECK(!result);
  CHECK(!result.rows[0].agrees);
  CHECK(result.rows[2].input == 1);  // the cotangent, in which the gradient is linear
  CHECK(result.rows[2].agrees);
  CHECK_THAT(result.message, StartsWith("gradgradcheck:") && ContainsSubstring("gets no gradient"));
  CHECK(gradgradcheck([](const Tensor& a) { return cube(1)({a}); }, x));

  const Function cut(
      "cut", [](const Tensors& t) { return pow(t[0], 3); },
      [](const Tensor& ybar, const Tensors& t, const Tensor&) {
        return Tensors{ybar.detach() * 3 * square(t[0])};
      });
  CHECK_THAT(gradgradcheck([&](const Tensor& a) { return cut({a}); }, x).message,
             ContainsSubstring("inputs[1] gets no gradient") &&
                 ContainsSubstring("inputs[1] is the cotangent of what f returns"));
}

TEST_CASE("a gradient that is another one with create_graph is found by gradgradcheck") {
  const Function two_faced(
      "two_faced", [](const Tensors& x) { return square(x[0]); },
      [](const Tensor& ybar, const Tensors& x, const Tensor&) {
        return Tensors{ybar * x[0] * (grad_enabled() ? 3 : 2)};
      });
  const auto f = [&](const Tensor& x) { return two_faced({x}); };
  const Tensor x = input({1., -2.});
  CHECK(gradcheck(f, x));
  CHECK_THAT(gradgradcheck(f, x).message, ContainsSubstring("create_graph gives other gradients"));
}

TEST_CASE("an input that f does not depend on has the gradient 0") {
  CHECK(gradcheck([](const Tensors& in) { return in[0] * 2; }, {input({1., 2.}), input({3., 4.})}));
  CHECK(gradgradcheck([](const Tensors& in) { return in[0] * 2; }, {input({1., 2.}), input({3., 4.})}));
  CHECK(gradcheck([](const Tensor&) { return ones({2}, float64); }, input({1., 2.})));
  CHECK(gradcheck([](const Tensor& x) { return sign(x); }, input({1., 2.})));
}

TEST_CASE("f may take its inputs one by one") {
  const Tensor a = input({1., 2.}), b = input({3., 5.}), c = input({0.5, 0.7});
  CHECK(gradcheck(mul, {a, b}).ok);
  CHECK(gradcheck([](const Tensor& x, const Tensor& y) { return x / y; }, {a, b}).ok);
  CHECK(gradgradcheck([](Tensor x, Tensor y, Tensor z) { return x * square(y) * z; }, {a, b, c}).ok);
  CHECK(gradcheck([](const Tensor& x) { return square(x); }, {a}).ok);
  // What auto stands for, the inputs say: a tensor, or a list.
  CHECK(gradcheck([](auto x) { return x * x.tanh(); }, a).ok);
  CHECK(gradgradcheck([](auto x) { return x * x.tanh(); }, a).ok);
  CHECK(gradcheck([](const auto& x) { return x.front() * x.back(); }, {a, b}).ok);
  CHECK(gradcheck([](auto x, auto y, auto z, auto w) { return x * y + z * w; }, {a, b, c, a}).ok);
  CHECK_FALSE(gradcheck([](const Tensor& x, const Tensor& y) { return x * y.detach(); }, {a, b}).ok);
  for (const bool twice : {false, true}) {
    const auto check = [&](const auto& f, const Tensors& inputs) {
      return twice ? gradgradcheck(f, inputs, {}, {"here.cpp", 7})
                   : gradcheck(f, inputs, {}, {"here.cpp", 7});
    };
    CHECK_THAT(check([](const Tensor& x, const Tensor& y) { return x * y; }, {a, b, c}).message,
               ContainsSubstring("function: it takes 2 tensors, but there are 3 inputs") &&
                   ContainsSubstring("here.cpp:7"));
    CHECK_THAT(check([](const Tensor& x, const Tensor& y) { return x * y; }, {a}).message,
               ContainsSubstring("it takes 2 tensors, but there is 1 input"));
  }
}

TEST_CASE("f that throws halfway leaves the inputs as they were") {
  const Tensor x = input({1., 2.});
  int calls = 0;
  const auto f = [&](const Tensor& a) {
    if (++calls == 5) throw std::runtime_error("the fifth call");
    return a * a;
  };
  CHECK_THAT(gradcheck(f, x).message, ContainsSubstring("the fifth call"));
  CHECK(values<double>(x) == std::vector<double>{1, 2});
}

TEST_CASE("wrong usage is refused") {
  const Tensor x = input({1.}), constant = ones({1}, float64);
  const auto f = [](const Tensor& a) { return a * 2; };
  const std::string text = error_text<value_error>([&] { gradcheck(f, constant); });
  const std::string here = "gradcheck.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(text, ContainsSubstring("no input requires a gradient") &&
                       ContainsSubstring("requires_grad_()") && ContainsSubstring(here));
  CHECK_THAT(error_text<value_error>([&] { gradgradcheck(f, constant); }),
             StartsWith("value_error: gradgradcheck"));
  CHECK_THROWS_AS(gradcheck(f, x, {.eps = 0}), value_error);
  CHECK_THROWS_AS(gradcheck(f, x, {.rtol = std::nan("")}), value_error);
  CHECK_THROWS_AS(gradcheck(f, Tensor()), value_error);
}

TEST_CASE("a check leaves nothing behind") {
  manual_seed(5);
  const Tensor x = tensor({0.1, 1 / 3., -7.}, float64).requires_grad_();
  x.set_grad(ones({3}, float64));
  const Tensor before = square(x).sum();
  const auto numbers = values<double>(x);
  const auto f = [](const Tensor& a) { return tanh(a) * a; };
  CHECK(gradcheck(f, x));
  CHECK(gradgradcheck(f, x));
  CHECK(values<double>(x) == numbers);
  CHECK(values<double>(x.grad()) == std::vector<double>{1, 1, 1});
  before.backward();  // nothing that it needs has been overwritten
  CHECK(values<double>(x.grad())[2] == -13);

  const double drawn = rand({1}, float64).item();
  manual_seed(5);
  CHECK(rand({1}, float64).item() == drawn);
}

TEST_CASE("results of operations can be inputs, and keep their graph") {
  const Tensor w = input({1., 2.}), x = exp(w);
  CHECK(gradcheck([](const Tensor& a) { return a * a; }, x));
  x.sum().backward();
  CHECK(values<double>(w.grad()) == values<double>(x));
}

TEST_CASE("f may hold the inputs itself, as a model holds its parameters") {
  const Tensor w = input({1., 2.});
  CHECK(gradcheck([&](const Tensors&) { return w * w; }, {w}));
  CHECK(!gradcheck([&](const Tensors&) { return cube(0.5)({w}); }, {w}));
}

TEST_CASE("the same tensor may be given twice, and be the result itself") {
  const Tensor x = input({1., 2.});
  CHECK(gradcheck([](const Tensors& in) { return in[0] * in[1]; }, {x, x}));
  CHECK(gradcheck([](const Tensor& a) { return a; }, x));
  CHECK(gradgradcheck([](const Tensor& a) { return a; }, x));
}

TEST_CASE("inputs without requires_grad are handed on and not checked") {
  const GradcheckResult result = gradcheck([](const Tensors& in) { return in[0] * in[1]; },
                                           {tensor({3., 4.}, float64), input({1., 2.})});
  CHECK(result);
  REQUIRE(result.rows.size() == 2);
  CHECK(result.rows[0].input == 1);
}

TEST_CASE("inputs without elements have nothing to check") {
  const GradcheckResult result = gradcheck(eingrad::exp, zeros({0, 3}, float64).requires_grad_());
  CHECK(result);
  CHECK(result.worst() == nullptr);
  CHECK_THAT(result.message, ContainsSubstring("no element"));
}

TEST_CASE("a check works inside no_grad") {
  const no_grad guard;
  CHECK(gradcheck(eingrad::exp, input({1., 2.})));
  CHECK(!grad_enabled());
}

TEST_CASE("random directions check a big input with a few calls") {
  int calls = 0;
  const Tensor x = (ones({20, 30}, float64) * 0.3).detach().requires_grad_();
  const auto f = [&](const Tensor& a) {
    ++calls;
    return sum(square(eingrad::sin(a)));
  };
  const GradcheckResult right = gradcheck(f, x, {.directions = 3});
  CHECK(right);
  CHECK(right.rows.size() == 3);
  CHECK(calls == 2 + 2 * 3);  // f, f again, and from both sides
  CHECK_THAT(right.message, ContainsSubstring("3 directions agree"));
  CHECK(x.span<double>()[7] == 0.3);  // set back
  CHECK(gradgradcheck(f, x, {.directions = 2}));

  const Function half(
      "half", [](const Tensors& in) { return square(in[0]); },
      [](const Tensor& ybar, const Tensors& in, const Tensor&) { return Tensors{ybar * in[0]}; });
  const GradcheckResult wrong = gradcheck([&](const Tensor& a) { return half({a}); }, x, {.directions = 4});
  CHECK(!wrong);
  CHECK_THAT(text_of(wrong), ContainsSubstring("4 of 4 directions differ") &&
                                 ContainsSubstring("0.5 times what it should be") &&
                                 ContainsSubstring("direction "));
}

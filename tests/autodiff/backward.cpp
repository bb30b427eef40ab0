#include <cmath>
#include <string>
#include <vector>

#include <autodiff/backward.hpp>
#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/memory.hpp>
#include <tests/autodiff/naive.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::numbers;
using testing::values;

using Doubles = std::vector<double>;

namespace {
Tensor leaf(const Nested& numbers) { return tensor(numbers, float64).requires_grad_(); }
}  // namespace

TEST_CASE("backward adds to the leaves, and to nothing else", "[backward]") {
  const Tensor x = leaf({1., 2.}), w = leaf({3., 4.}), constant = tensor({5., 6.}, float64);
  const Tensor h = x * w;
  (h * constant).sum().backward();
  CHECK(values<double>(x.grad()) == Doubles{15, 24});
  CHECK(values<double>(w.grad()) == Doubles{5, 12});
  CHECK(!h.grad().defined());
  CHECK(!constant.grad().defined());
  CHECK(x.grad().is_leaf());
  CHECK(!x.grad().requires_grad());
}

TEST_CASE("a second backward on a rebuilt graph doubles the gradients, and never counts twice",
          "[backward]") {
  const Tensor x = leaf({1., 2.});
  for (int pass = 1; pass <= 3; ++pass) {
    const Tensor h = x * x;
    (h + h).sum().backward();
    CHECK(values<double>(x.grad()) == Doubles{4. * pass, 8. * pass});
  }
  x.zero_grad();
  CHECK(!x.grad().defined());
}

TEST_CASE("an accumulated gradient leaves alone who looks at it", "[backward]") {
  const Tensor x = leaf({1., 2.});
  (x * 3).sum().backward();
  const Tensor first = x.grad();
  (x * 3).sum().backward();
  CHECK(values<double>(x.grad()) == Doubles{6, 6});
  CHECK(values<double>(first) == Doubles{3, 3});
}

TEST_CASE("gradients are not shared between leaves", "[backward]") {
  for (const bool create_graph : {false, true}) {
    const Tensor a = leaf({1., 2.}), b = leaf({3., 4.}), cotangent = tensor({1., 1.}, float64);
    (a + b).backward(cotangent, {.create_graph = create_graph});
    CHECK(!a.grad().is(b.grad()));
    CHECK(!a.grad().is(cotangent));
    (a + a).sum().backward();
    CHECK(values<double>(a.grad()) == Doubles{3, 3});
    CHECK(values<double>(b.grad()) == Doubles{1, 1});
    CHECK(values<double>(cotangent) == Doubles{1, 1});
    a.zero_grad();  // with create_graph a tensor and its gradient hold each other
    b.zero_grad();
  }
  const Tensor x = leaf({1., 2.}), cotangent = tensor({1., 1.}, float64);
  x.backward(cotangent);
  x.backward(cotangent);
  CHECK(values<double>(x.grad()) == Doubles{2, 2});
  CHECK(values<double>(cotangent) == Doubles{1, 1});
}

TEST_CASE("a tensor used along several paths gets the sum", "[backward]") {
  const Tensor x = leaf(3.);
  const Tensor a = x * x, b = exp(a), c = a + b, d = a * c;
  d.backward();
  const double e = std::exp(9);
  CHECK(x.grad().item() == Approx((9 + e + 9 * (1 + e)) * 6).epsilon(1e-14));
  const auto f = [](const Tensor& t) {
    const Tensor u = tanh(t), v = u * t, w = v + u;
    return w * v * u + reshape(w, {2, 2}).t().reshape({4});
  };
  CHECK(gradcheck(f, leaf({0.1, -0.4, 1.3, 0.7})));
  CHECK(gradgradcheck(f, leaf({0.1, -0.4, 1.3, 0.7})));
}

TEST_CASE("y = y + y, forty times, takes no time", "[backward]") {
  const Tensor x = leaf(1.);
  Tensor y = x;
  for (int i = 0; i < 40; ++i) y = y + y;
  y.backward();
  CHECK(x.grad().item() == std::ldexp(1, 40));
}

TEST_CASE("a chain of a million operations runs backward and is destroyed", "[backward]") {
  const Tensor x = leaf(1.);
  {
    Tensor y = x;
    for (int i = 0; i < 1'000'000; ++i) y = y + 1;
    y.backward({.retain_graph = true});
    CHECK(x.grad().item() == 1);
  }
  Tensor y = x;
  for (int i = 0; i < 1'000'000; ++i) y = neg(y);
  y.backward();
  CHECK(x.grad().item() == 2);
  {
    Tensor unused = x;
    for (int i = 0; i < 200'000; ++i) unused = cat({unused.reshape({1})}).reshape({});
  }
}

TEST_CASE("a long chain of second derivatives is destroyed, too", "[backward]") {
  const Tensor x = leaf(0.5);
  Tensor y = x;
  for (int i = 0; i < 20'000; ++i) y = y * 1.0001;
  const Tensor first = grad(y, {x}, {.create_graph = true})[0];
  CHECK(first.item() == Approx(std::pow(1.0001, 20'000)));
}

TEST_CASE("the output may have any shape, with a cotangent of that shape", "[backward]") {
  const Tensor x = leaf({1., 2., 3.});
  (x * x).backward(tensor({1., 0., 10.}, float64));
  CHECK(values<double>(x.grad()) == Doubles{2, 0, 60});
  x.zero_grad();
  (x * x).sum({}, true).backward();  // one element, whatever its shape
  CHECK(values<double>(x.grad()) == Doubles{2, 4, 6});

  const std::string text = error_text<graph_error>([&] { (x * x).backward(); });
  CHECK_THAT(text, ContainsSubstring("only an output of one element") && ContainsSubstring("(3,)") &&
                       ContainsSubstring("sum()"));
  CHECK_THROWS_AS((x * x).backward(ones({2}, float64)), shape_error);
  CHECK_THROWS_AS((x * x).backward(ones({1, 3}, float64)), shape_error);
  CHECK_THROWS_AS((x * x).backward(ones({3}, float32)), eingrad::error);
}

TEST_CASE("an output without a graph is refused", "[backward]") {
  const Tensor x = tensor({1.}, float64);
  CHECK_THAT(
      error_text<graph_error>([&] { (x * 2).backward(); }),
      ContainsSubstring("no tensor that requires a gradient") && ContainsSubstring("requires_grad_()"));
}

TEST_CASE("retain_graph keeps the graph for a second pass, else it is freed and refused", "[backward]") {
  const Tensor x = leaf({1., 2.});
  const Tensor h = x * x;
  const Tensor y = h.sum();
  y.backward({.retain_graph = true});
  y.backward();
  CHECK(values<double>(x.grad()) == Doubles{4, 8});
  const std::string text = error_text<graph_error>([&] { y.backward(); });
  CHECK_THAT(text, ContainsSubstring("freed by an earlier backward pass") &&
                       ContainsSubstring("retain_graph") &&
                       ContainsSubstring("tests/autodiff/backward.cpp:"));
  CHECK_THROWS_AS((h * 2).sum().backward(), graph_error);  // a part of it
  CHECK(values<double>(x.grad()) == Doubles{4, 8});
  CHECK(values<double>(h) == Doubles{1, 4});
}

TEST_CASE("what the graph alone held is given back by backward", "[backward]") {
  const Tensor x = ones({1000}, float64).requires_grad_();
  release_cached_memory();
  const Tensor y = (x * x * x).sum();
  const std::size_t before = cached_memory();
  y.backward();
  if (!detail::watched) CHECK(cached_memory() >= before + 2 * 8000);
}

TEST_CASE("retain_grad keeps the gradient of a result", "[backward]") {
  const Tensor x = leaf({1., 2.});
  const Tensor h = x * x;
  h.retain_grad();
  (h * h).sum().backward();
  CHECK(values<double>(h.grad()) == Doubles{2, 8});
  CHECK(values<double>(x.grad()) == Doubles{4, 32});
  CHECK_THROWS_AS(tensor({1.}).retain_grad(), graph_error);
  const Tensor y = (x * 2).retain_grad();
  y.backward(ones({2}, float64));
  CHECK(values<double>(y.grad()) == Doubles{1, 1});
}

TEST_CASE("several outputs run backward in one pass", "[backward]") {
  const Tensor x = leaf({1., 2.});
  const Tensor a = x * x, b = x.sum();
  backward({a, b}, {tensor({1., 10.}, float64), Tensor()});
  CHECK(values<double>(x.grad()) == Doubles{3, 41});
  x.zero_grad();
  const Tensor c = x.sum(), d = (x * 3).sum();
  backward({c, d, c});
  CHECK(values<double>(x.grad()) == Doubles{5, 5});
  CHECK_THAT(error_text<value_error>([&] {
               backward({x.sum(), x.sum()}, {Tensor()});
             }),
             ContainsSubstring("1 cotangents for 2 outputs"));
}

TEST_CASE("an output that is an operand of another output", "[backward]") {
  const Tensor x = leaf(3.);
  const Tensor h = x * x, y = h * h;
  backward({h, y});
  CHECK(x.grad().item() == 6 + 4 * 27);
}

TEST_CASE("grad returns the gradients and changes no grad()", "[grad]") {
  const Tensor x = leaf({1., 2.}), w = leaf({3., 4.});
  const Tensor h = x * w;
  h.retain_grad();
  const auto gradients = grad((h * h).sum(), {w, x});
  CHECK(values<double>(gradients[0]) == Doubles{6, 32});
  CHECK(values<double>(gradients[1]) == Doubles{18, 64});
  CHECK(!x.grad().defined());
  CHECK(!w.grad().defined());
  CHECK(!h.grad().defined());
}

TEST_CASE("grad by results of operations, by the output itself, and by the same tensor twice", "[grad]") {
  const Tensor x = leaf({1., 2.});
  const Tensor h = x * x, y = (h * h).sum();
  const auto both = grad(y, {h, x}, {.retain_graph = true});
  CHECK(values<double>(both[0]) == Doubles{2, 8});
  CHECK(values<double>(both[1]) == Doubles{4, 32});
  const auto twice = grad(y, {x, x}, {.retain_graph = true});
  CHECK(values<double>(twice[1]) == Doubles{4, 32});
  CHECK(grad(y, {y}, {.retain_graph = true})[0].item() == 1);
  CHECK(values<double>(grad(x.sum(), {x})[0]) == Doubles{1, 1});
}

TEST_CASE("grad by a result frees what lies above it, not below", "[grad]") {
  const Tensor x = leaf({1., 2.});
  const Tensor h = x * x;
  CHECK(values<double>(grad((h * h).sum(), {h})[0]) == Doubles{2, 8});
  h.sum().backward();
  CHECK(values<double>(x.grad()) == Doubles{2, 4});
  // And it needs nothing from below: h's own graph is freed now.
  CHECK(values<double>(grad((h * h).sum(), {h})[0]) == Doubles{2, 8});
}

TEST_CASE("grad of several outputs is that of their sum, with cotangents or without", "[grad]") {
  const Tensor x = leaf({1., 2.});
  const auto f = [&] { return std::vector{x * x, x.sum()}; };
  CHECK(values<double>(grad(f(), {x}, {.cotangents = {tensor({1., 10.}, float64), Tensor()}})[0]) ==
        Doubles{3, 41});
  CHECK_THROWS_AS(grad(f(), {x}), graph_error);
  CHECK_THROWS_AS(grad(f(), {x}, {.cotangents = {Tensor()}}), value_error);
}

TEST_CASE("an input that the output does not depend on is refused, or allowed", "[grad]") {
  const Tensor x = leaf({1., 2.}), other = leaf({3., 4.}), constant = tensor({1., 1.}, float64);
  const std::string text = error_text<graph_error>([&] { grad(x.sum(), {x, other}); });
  CHECK_THAT(text, ContainsSubstring("does not depend on an input") && ContainsSubstring("allow_unused"));
  const auto gradients = grad(x.sum(), {x, other}, {.allow_unused = true});
  CHECK(gradients[0].defined());
  CHECK(!gradients[1].defined());
  CHECK_THROWS_AS(grad(x.sum(), {constant}), graph_error);
  const Tensor later = leaf({1., 1.});
  CHECK(!grad(x.sum(), {later}, {.allow_unused = true})[0].defined());
}

TEST_CASE("derivatives of any order, through create_graph", "[grad]") {
  const Tensor x = leaf({0.5, -1.2, 2.});
  Tensor y = pow(x, 5);
  const double factors[] = {5, 20, 60, 120, 120};
  for (int order = 1; order <= 5; ++order) {
    y = grad(y.sum(), {x}, {.create_graph = true})[0];
    for (std::size_t i = 0; i < 3; ++i) {
      const double expected = factors[order - 1] * std::pow(values<double>(x)[i], 5 - order);
      CHECK(values<double>(y)[i] == Approx(expected).epsilon(1e-12));
    }
  }
  // The third derivatives of a composition, against differences of its second ones.
  const Tensor v = leaf({0.3, -0.8});
  const auto second = [](const Tensor& t) {
    const Tensor loss = (tanh(t) * exp(t * 0.5) / (1 + t * t)).sum();
    const Tensor first = grad(loss, {t}, {.create_graph = true})[0];
    return grad((first * first).sum(), {t}, {.create_graph = true})[0];
  };
  CHECK(gradcheck(second, v));
  CHECK(gradgradcheck(second, v));
}

TEST_CASE("backward with create_graph records the gradients", "[backward]") {
  const Tensor x = leaf({1., 2.});
  pow(x, 3).sum().backward({.create_graph = true});
  const Tensor first = x.grad();
  CHECK(first.requires_grad());
  x.zero_grad();
  first.sum().backward();
  CHECK(values<double>(x.grad()) == Doubles{6, 12});
}

TEST_CASE("a gradient penalty trains: mixed first and second derivatives", "[grad]") {
  const auto f = [](const std::vector<Tensor>& in) {
    const Tensor y = tanh(matmul(in[0], in[1])).sum();
    const Tensor slope = grad(y, {in[0]}, {.create_graph = true})[0];
    return y + square(slope).sum() * 0.1;
  };
  const Tensor x = numbers({3, 2}, 1).requires_grad_(), w = numbers({2, 2}, 2).requires_grad_();
  CHECK(gradcheck(f, {x, w}));
  CHECK(gradgradcheck(f, {x, w}));
}

TEST_CASE("broadcasting is undone wherever it happened", "[backward]") {
  const Tensor row = leaf({1., 2., 3.}), column = leaf({{1.}, {2.}}), scalar = leaf(2.);
  (row * column * scalar + row).sum().backward();
  CHECK(values<double>(row.grad()) == Doubles{8, 8, 8});
  CHECK(values<double>(column.grad()) == Doubles{12, 12});
  CHECK(column.grad().shape() == Shape{2, 1});
  CHECK(scalar.grad().item() == 18);
}

TEST_CASE("zero-size tensors have zero-size gradients", "[backward]") {
  const Tensor x = zeros({0, 3}, float64).requires_grad_(), w = leaf({1., 2., 3.});
  (x * w).sum().backward();
  CHECK(x.grad().shape() == Shape{0, 3});
  CHECK(values<double>(w.grad()) == Doubles{0, 0, 0});
}

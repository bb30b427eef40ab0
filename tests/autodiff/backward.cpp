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
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::leaf;
using testing::values;

using Doubles = std::vector<double>;

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
                       ContainsSubstring("sum()") &&
                       ContainsSubstring("backward.cpp:" + std::to_string(__LINE__ - 3)));
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

TEST_CASE("a result keeps its gradient whatever becomes of its operands", "[backward]") {
  const Tensor x = leaf({1., 2.});
  const auto results = {x * x, x * 3, sum(x), where(x > 0, x, zeros({2}, float64))};
  for (const Tensor& h : results) {
    h.set_grad(full(h.shape(), 5, float64));  // while it has its operands
    h.retain_grad();
    const Tensor loss = sum(h * 2);
    loss.backward({.retain_graph = true});
    CHECK(values<double>(h.grad()).front() == 7);
    loss.backward();
    CHECK(values<double>(h.grad()).front() == 9);
    h.zero_grad();
    CHECK_FALSE(h.grad().defined());
    h.set_grad(full(h.shape(), 6, float64));  // and when the graph is gone
    CHECK(values<double>(h.grad()).front() == 6);
  }
  CHECK(values<double>(x.grad()) == Doubles{2 * 2 * (2 + 3 + 1 + 1), 2 * 2 * (4 + 3 + 1 + 1)});
  const Tensor h = x * x;
  h.zero_grad();  // of one that never had a gradient
  CHECK_FALSE(h.grad().defined());
}

TEST_CASE("of three that wait the newest is taken, in whatever order they were reached", "[backward]") {
  using Order = Tensor (*)(const Tensor&, const Tensor&, const Tensor&);
  const Order orders[] = {
      [](const Tensor& a, const Tensor& b, const Tensor& c) { return a + b + c; },
      [](const Tensor& a, const Tensor& b, const Tensor& c) { return c + b + a; },
      [](const Tensor& a, const Tensor& b, const Tensor& c) { return b + (a + c); },
      [](const Tensor& a, const Tensor& b, const Tensor& c) { return (a + c) * 1 + b; },
  };
  const Tensor x = leaf({2.});
  for (const Order order : orders) {
    const Tensor a = x * 3, b = square(a), c = a * b;
    order(a, b, c).backward();  // frees what it has passed, so that a second turn of any would be refused
    CHECK(x.grad().item() == 3 + 2 * 6 * 3 + 3 * 36 * 3);
    x.zero_grad();
  }
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
             ContainsSubstring("1 cotangent for 2 outputs"));
}

TEST_CASE("an output that is an operand of another output", "[backward]") {
  const Tensor x = leaf(3.);
  const Tensor h = x * x, y = h * h;
  backward({h, y});
  CHECK(x.grad().item() == 6 + 4 * 27);
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

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
#include <tests/autodiff/naive.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::leaf;
using testing::numbers;
using testing::values;

using Doubles = std::vector<double>;

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

TEST_CASE("what was freed is refused where it may have led to an input", "[grad]") {
  const Tensor x = leaf({1., 2.});
  const Tensor h = x * x;
  h.sum().backward();
  const auto both_paths = [&] { return h.sum() + x.sum(); };
  CHECK_THAT(error_text<graph_error>([&] { grad(both_paths(), {x}); }), ContainsSubstring("freed"));
  CHECK_THAT(error_text<graph_error>([&] { grad(both_paths(), {h, x}); }), ContainsSubstring("freed"));
  CHECK(values<double>(grad(both_paths(), {h})[0]) == Doubles{1, 1});
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

TEST_CASE("two results of grad never share their memory, not even a bare 1", "[grad]") {
  const Tensor x = tensor(2., float64).requires_grad_();
  Tensor a = grad(x + 1, {x})[0];
  const Tensor b = grad(x + 2, {x})[0];
  a *= 5;
  CHECK(b.item() == 1);
  CHECK(grad(x + 3, {x})[0].item() == 1);
  grad(x + 1, {x})[0].requires_grad_();
  CHECK(!grad(x + 1, {x})[0].requires_grad());
}

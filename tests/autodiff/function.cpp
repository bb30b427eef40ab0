#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <autodiff/backward.hpp>
#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/function.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/print.hpp>
#include <autodiff/random/random.hpp>
#include <autodiff/reduction/reduction.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::leaf;
using testing::values;

using Doubles = std::vector<double>;

namespace {

/// a² b, for two operands of one shape.
const Function square_times(
    "square_times", [](const Tensors& x) { return square(x[0]) * x[1]; },
    [](const Tensor& ybar, const Tensors& x, const Tensor&) {
      return Tensors{ybar * 2 * x[0] * x[1], ybar * square(x[0])};
    });

/// A function whose forward is 2 x and whose backward is given.
Function doubled(Function::Backward backward) {
  return {"doubled", [](const Tensors& x) { return x[0] * 2; }, std::move(backward)};
}

}  // namespace

TEST_CASE("a function of one's own, with first and second derivatives", "[function]") {
  const Tensor a = leaf({1., -2.}), b = leaf({3., 4.});
  const Tensor y = square_times({a, b});
  CHECK(values<double>(y) == Doubles{3, 16});
  CHECK_THAT(to_string(y), ContainsSubstring("grad_fn=<square_times>"));
  y.sum().backward();
  CHECK(values<double>(a.grad()) == Doubles{6, -16});
  CHECK(values<double>(b.grad()) == Doubles{1, 4});
  CHECK(gradcheck([](const Tensors& x) { return square_times(x); }, {a, b}));
  CHECK(gradgradcheck([](const Tensors& x) { return square_times(x); }, {a, b}));
  CHECK(gradgradcheck([](const Tensors& x) { return square_times({x[0], x[1] * x[0]}); }, {a, b}));
  CHECK(gradgradcheck([](const Tensor& x) { return square_times({x, x}); }, a));
}

TEST_CASE("a function takes its operands one by one, too, and errors name the caller's line", "[function]") {
  const Tensor a = leaf({1., -2.}), b = leaf({3., 4.});
  struct Named : Tensor {};  // as parameters of a layer are
  const Named w{b};
  CHECK(values<double>(square_times(a, b)) == Doubles{3, 16});
  CHECK(values<double>(square_times(w, a)) == values<double>(square_times({w, a})));
  CHECK(gradgradcheck([](const Tensor& x, const Tensor& y) { return square_times(x, y); }, {a, b}));
  const Function count(
      "count", [](const Tensors& x) { return tensor(static_cast<std::int64_t>(x.size())); },
      [](const Tensor&, const Tensors&, const Tensor&) { return Tensors{}; });
  CHECK(count(a).item() == 1);
  CHECK(count(a, b).item() == 2);
  CHECK(count(w, b, a).item() == 3);
  CHECK(count(a, b, a, w).item() == 4);
  // Lists are what they were.
  const Tensors five(5, a);
  CHECK(count({}).item() == 0);
  CHECK(count({w}).item() == 1);
  CHECK(count({a, b}).item() == 2);
  CHECK(count(five).item() == 5);
  CHECK(count({a, b}, {"here.cpp", 7}).item() == 2);
  CHECK(gradcheck(square_times, {a, b}));

  const Function none(
      "none", [](const Tensors&) { return Tensor(); },
      [](const Tensor&, const Tensors&, const Tensor&) { return Tensors{}; });
  const auto line = [&](int calls) { return "tests/autodiff/function.cpp:" + std::to_string(calls); };
  CHECK_THAT(error_text<graph_error>([&] { none(a); }), ContainsSubstring(line(__LINE__)));
  CHECK_THAT(error_text<graph_error>([&] { none(a, b); }), ContainsSubstring(line(__LINE__)));
  CHECK_THAT(error_text<graph_error>([&] { none(a, b, a); }), ContainsSubstring(line(__LINE__)));
  CHECK_THAT(error_text<graph_error>([&] { none(a, b, a, b); }), ContainsSubstring(line(__LINE__)));
  CHECK_THAT(error_text<graph_error>([&] { none(a, b, {"here.cpp", 7}); }), ContainsSubstring("here.cpp:7"));
}

TEST_CASE("what a backward returns is told where the function was called", "[function]") {
  const Function f(
      "f", [](const Tensors& x) { return softmax(x[0], -1); },
      [](const Tensor& ybar, const Tensors&, const Tensor&) -> Tensors { return {sum(ybar)}; });
  const Tensor x = randn({3}, float64).requires_grad_();
  const Tensor y = f(x, Location{"here.cpp", 7});
  CHECK_THAT(error_text<shape_error>([&] { sum(y).backward(); }),
             ContainsSubstring("operand A has     here.cpp:7") && ContainsSubstring("Abar  = ()") &&
                 ContainsSubstring("sum_to(Abar, A.shape()) if A was broadcast"));
}

TEST_CASE("the backward may use the result", "[function]") {
  const Function exponential(
      "exponential", [](const Tensors& x) { return exp(x[0]); },
      [](const Tensor& ybar, const Tensors&, const Tensor& y) { return Tensors{ybar * y}; });
  CHECK(gradcheck([&](const Tensor& x) { return exponential({x}); }, leaf({1., -2.})));
  CHECK(gradgradcheck([&](const Tensor& x) { return exponential({x}); }, leaf({1., -2.})));
}

TEST_CASE("the forward is not recorded, the backward only for create_graph", "[function]") {
  bool in_forward = true, in_backward = true;
  const Function f(
      "f",
      [&](const Tensors& x) {
        in_forward = grad_enabled();
        return x[0] * 2;
      },
      [&](const Tensor& ybar, const Tensors&, const Tensor&) {
        in_backward = grad_enabled();
        return Tensors{ybar * 2};
      });
  const Tensor x = leaf({1., 2.});
  grad(f({x}).sum(), {x});
  CHECK(!in_forward);
  CHECK(!in_backward);
  grad(f({x}).sum(), {x}, {.create_graph = true});
  CHECK(in_backward);
}

TEST_CASE("an undefined cotangent stands for zero", "[function]") {
  const Function first(
      "first", [](const Tensors& x) { return x[0] + 0 * x[1]; },
      [](const Tensor& ybar, const Tensors&, const Tensor&) {
        return Tensors{ybar, Tensor()};
      });
  const Tensor a = leaf({1., 2.}), b = leaf({3., 4.});
  first({a, b}).sum().backward();
  CHECK(values<double>(a.grad()) == Doubles{1, 1});
  CHECK(!b.grad().defined());
}

TEST_CASE("a function on constants, or under no_grad, is not recorded", "[function]") {
  const Tensor a = tensor({1., 2.}, float64), b = leaf({3., 4.});
  CHECK(!square_times({a, a}).requires_grad());
  const no_grad guard;
  CHECK(!square_times({a, b}).requires_grad());
}

TEST_CASE("a forward may return its operand: the result is a tensor of its own", "[function]") {
  const Function identity(
      "identity", [](const Tensors& x) { return x[0]; },
      [](const Tensor& ybar, const Tensors&, const Tensor&) { return Tensors{ybar * 10}; });
  const Tensor x = leaf({1., 2.});
  const Tensor y = identity({x});
  CHECK(!y.is(x));
  CHECK(x.is_leaf());
  y.sum().backward();
  CHECK(values<double>(x.grad()) == Doubles{10, 10});

  const Tensor constant = tensor({1., 2.}, float64);
  Tensor z = identity({constant});
  z.fill_(5);
  CHECK(values<double>(constant) == Doubles{1, 2});
}

TEST_CASE("a forward may return a tensor with a gradient: the result has none", "[function]") {
  Tensor inner;
  const Function f(
      "f",
      [](const Tensors& x) {
        Tensor y = x[0] * 2;
        y.set_grad(ones(y.shape(), float64));
        return y;
      },
      [](const Tensor& ybar, const Tensors&, const Tensor&) { return Tensors{ybar * 2}; });
  const Tensor x = leaf({1., 2.}), y = f({x});
  CHECK(!y.grad().defined());
  y.sum().backward();
  CHECK(values<double>(x.grad()) == Doubles{2, 2});
}

TEST_CASE("a forward may return a tensor with a history: the result has that of the function only",
          "[function]") {
  const Tensor x = leaf({1., 2.}), c = tensor({3., 4.}, float64);
  const Function f(
      "f",
      [&](const Tensors& v) {
        const enable_grad guard;
        return x * v[1].detach() * 2;  // an operand, and a number where c is to stand
      },
      [](const Tensor& ybar, const Tensors& v, const Tensor&) {
        CHECK(values<double>(v[1]) == Doubles{3, 4});
        return Tensors{ybar * 2 * v[1], Tensor()};
      });
  f({x, c}).sum().backward();
  CHECK(values<double>(x.grad()) == Doubles{6, 8});
}

TEST_CASE("a result without a dtype for gradients is a constant", "[function]") {
  const Function count(
      "count", [](const Tensors& x) { return x[0] > 0; },
      [](const Tensor&, const Tensors&, const Tensor&) { return Tensors{Tensor()}; });
  CHECK(!count({leaf({1., 2.})}).requires_grad());
}

TEST_CASE("what a backward returns is checked", "[function]") {
  const Tensor x = leaf({1., 2.});
  const auto text = [&](Function::Backward backward) {
    const Function f = doubled(std::move(backward));
    return error_text<eingrad::error>([&] { f({x}).sum().backward(); });
  };
  CHECK_THAT(text([](const Tensor& ybar, const Tensors&, const Tensor&) {
               return Tensors{ybar, ybar};
             }),
             StartsWith("graph_error: doubled:") && ContainsSubstring("2 cotangents for 1 operand") &&
                 ContainsSubstring("tests/autodiff/function.cpp:"));
  CHECK_THAT(text([](const Tensor&, const Tensors&, const Tensor&) { return Tensors{}; }),
             ContainsSubstring("0 cotangents"));
  CHECK_THAT(text([](const Tensor& ybar, const Tensors&, const Tensor&) { return Tensors{ybar.sum()}; }),
             StartsWith("shape_error: doubled:") && ContainsSubstring("(2,)") && ContainsSubstring("()"));
  CHECK_THAT(
      text([](const Tensor& ybar, const Tensors&, const Tensor&) { return Tensors{ybar.to(float32)}; }),
      ContainsSubstring("float32"));
  CHECK(!x.grad().defined());
}

TEST_CASE("what a forward returns is checked", "[function]") {
  const Function none(
      "none", [](const Tensors&) { return Tensor(); },
      [](const Tensor&, const Tensors&, const Tensor&) { return Tensors{}; });
  CHECK_THAT(error_text<graph_error>([&] { none({leaf(1.)}); }),
             ContainsSubstring("forward returned an undefined"));
}

TEST_CASE("an exception inside a backward changes no gradient", "[function]") {
  const Function bad = doubled(
      [](const Tensor&, const Tensors&, const Tensor&) -> Tensors { throw std::runtime_error("inside"); });
  const Tensor x = leaf({1., 2.}), other = leaf({3., 4.});
  other.set_grad(ones({2}, float64));
  const Tensor h = bad({x}) + other * 3;
  h.retain_grad();
  CHECK_THROWS_WITH((h * h).sum().backward(), "inside");
  CHECK(!x.grad().defined());
  CHECK(!h.grad().defined());
  CHECK(values<double>(other.grad()) == Doubles{1, 1});
  CHECK(grad_enabled());
  // The engine is as good as before.
  (other * x).sum().backward();
  CHECK(values<double>(x.grad()) == Doubles{3, 4});
}

TEST_CASE("a backward may call grad() itself", "[function]") {
  // y = tanh(a)^2, whose backward differentiates a copy of the forward: what is called checkpointing.
  const auto forward = [](const Tensor& a) { return square(tanh(a)); };
  const Function checkpointed(
      "checkpointed", [&](const Tensors& x) { return forward(x[0]); },
      [&](const Tensor& ybar, const Tensors& x, const Tensor&) {
        const enable_grad guard;
        const Tensor a = x[0].detach().requires_grad_();
        return Tensors{grad(forward(a), {a}, {.cotangents = {ybar.detach()}})};
      });
  const Tensor x = leaf({0.3, -1.2}), w = leaf({2., 3.});
  const auto f = [&](const Tensors& in) { return checkpointed({checkpointed({in[0]}) * in[1]}) + in[0]; };
  CHECK(gradcheck(f, {x, w}));
  // And one that differentiates through the running pass's own tensors.
  const Function inside(
      "inside", [&](const Tensors& in) { return forward(in[0]); },
      [&](const Tensor& ybar, const Tensors& in, const Tensor&) {
        const bool second = grad_enabled();
        const enable_grad guard;
        const Tensor a = in[0].clone();
        return Tensors{grad(forward(a), {a}, {.cotangents = {ybar}, .create_graph = second})};
      });
  const auto g = [&](const Tensors& in) { return inside({inside({in[0]}) * in[1]}) + in[0]; };
  CHECK(gradcheck(g, {x, w}));
  CHECK(gradgradcheck(g, {x, w}));
}

TEST_CASE("a function may be gone before backward, and after it", "[function]") {
  const Tensor x = leaf({1., 2.});
  Tensor y;
  {
    const Function local =
        doubled([](const Tensor& ybar, const Tensors&, const Tensor&) { return Tensors{ybar * 2}; });
    y = local({x});
  }
  y.backward(ones({2}, float64));
  CHECK(values<double>(x.grad()) == Doubles{2, 2});
  CHECK_THAT(to_string(y), ContainsSubstring("grad_fn=<doubled>"));
  CHECK_THAT(error_text<graph_error>([&] { y.backward(ones({2}, float64)); }), ContainsSubstring("doubled"));
}

TEST_CASE("an operand of a function that was overwritten is refused", "[function]") {
  Tensor x = leaf({1., 2.});
  const Tensor y = square_times({x, x}).sum();
  {
    const no_grad guard;
    x.fill_(0);
  }
  CHECK_THAT(error_text<graph_error>([&] { y.backward(); }),
             ContainsSubstring("square_times needs was overwritten"));
}

TEST_CASE("a backward that runs a pass over its own graph is refused, whatever its number of operands",
          "[function]") {
  for (const std::size_t count : {1U, 2U, 3U, 4U}) {
    Tensor loss;
    bool is_inside = false;
    const Function nested(
        "nested",
        [](const Tensors& x) {
          Tensor total = x[0] * 1;
          for (std::size_t i = 1; i < x.size(); ++i) total = total + x[i];
          return total;
        },
        [&](const Tensor& ybar, const Tensors& x, const Tensor&) {
          if (!std::exchange(is_inside, true)) loss.backward();
          return Tensors(x.size(), ybar);
        });
    Tensors operands;
    for (std::size_t i = 0; i < count; ++i) operands.push_back(leaf({1.}));
    loss = nested(operands);
    const std::string text = error_text<graph_error>([&] { loss.backward(); });
    CHECK(text.find("which freed it") != std::string::npos);
  }
}

TEST_CASE("a function that writes into what it is handed is refused, before anything is wrong") {
  const auto twice = [](const Tensors& x) { return x[0] * 2; };
  const Function into_cotangent("into_cotangent", twice,
                                [](const Tensor& ybar, const Tensors&, const Tensor&) {
                                  Tensor g = ybar;
                                  g *= 2;
                                  return Tensors{g};
                                });
  const Tensor a = ones({2}, float64).requires_grad_();
  const Tensor sum_of_both = a + into_cotangent({a});
  CHECK_THAT(error_text<graph_error>([&] { sum_of_both.sum().backward(); }),
             ContainsSubstring("into_cotangent: backward wrote into what it was handed") &&
                 ContainsSubstring("clone() to write into"));
  CHECK(!a.grad().defined());

  const Function into_operand(
      "into_operand",
      [](const Tensors& x) {
        Tensor y = x[0];
        y += 1;
        return y;
      },
      [](const Tensor& ybar, const Tensors&, const Tensor&) { return Tensors{ybar}; });
  CHECK_THAT(error_text<graph_error>([&] { into_operand({a}); }),
             ContainsSubstring("into_operand: forward wrote into what it was handed"));
}

TEST_CASE("a function takes what another thread has written") {
  Tensor a = ones({2}, float64);
  std::thread([&] { a.mutable_span<double>()[0] = 3; }).join();
  const Function twice(
      "twice", [](const Tensors& x) { return x[0] * 2; },
      [](const Tensor& ybar, const Tensors&, const Tensor&) { return Tensors{ybar * 2}; });
  const no_grad guard;
  CHECK(values<double>(twice({a})) == Doubles{6, 2});
}

#include <cmath>

#include <autodiff/anomaly.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/function.hpp>
#include <nn/linear.hpp>
#include <nn/mse_loss.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;

TEST_CASE("detect_anomaly names the first operation whose result is no number") {
  const detect_anomaly guard;
  const Tensor x = tensor({2., 0., -1.}, float64).requires_grad_();
  CHECK_THAT(error_text<value_error>([&] { log(square(x)).sum(); }),
             ContainsSubstring("log: its result has a -inf at [1]") && ContainsSubstring("there 0") &&
                 ContainsSubstring("anomaly.cpp:"));
  CHECK_THAT(error_text<value_error>([&] { exp(sqrt(x)); }),
             ContainsSubstring("sqrt: its result has a NaN at [2]"));
  CHECK_THAT(error_text<value_error>([&] { 1 / x; }), ContainsSubstring("div: its result has an inf at [1]"));
  CHECK_NOTHROW(exp(x).sum().backward());
}

TEST_CASE("detect_anomaly says where data that were no numbers came in") {
  const detect_anomaly guard;
  const Tensor w = ones({2, 2}, float64).requires_grad_();
  const Tensor x = tensor({{1., std::nan("")}, {0., 1.}}, float64);
  CHECK_THAT(error_text<value_error>([&] { matmul(x, w); }),
             ContainsSubstring("matmul: operand A comes with a NaN at [0, 1]"));
  const Tensor negative = tensor({-std::abs(std::nan(""))}, float64);  // x86 makes this one of 0/0
  CHECK_THAT(error_text<value_error>([&] { square(negative); }), !ContainsSubstring("-nan"));
}

TEST_CASE("detect_anomaly names the first derivative that is no number") {
  const detect_anomaly guard;
  const Tensor x = tensor({4., 0.}, float64).requires_grad_(), w = ones({2}, float64).requires_grad_();
  // √0 = 0 is a number, but its derivative is infinite.
  const Tensor loss = sum(w * sqrt(x));
  CHECK_THAT(error_text<value_error>([&] { loss.backward(); }),
             ContainsSubstring("the derivative of sqrt by operand A has an inf at [1]") &&
                 ContainsSubstring("there 0"));
  CHECK(!w.grad().defined());
  const Function wrong(
      "wrong", [](const Tensors& a) { return square(a[0]); },
      [](const Tensor& ybar, const Tensors&, const Tensor&) -> Tensors { return {ybar * std::nan("")}; });
  CHECK_THAT(error_text<value_error>([&] { sum(wrong({w})).backward(); }),
             ContainsSubstring("the derivative of wrong by operand A has a NaN"));
}

TEST_CASE("detect_anomaly looks at operations of every kind, and for NaN alone if told") {
  const Tensor w = tensor({{1e308}}, float64).requires_grad_(), x = tensor({{1e3}}, float64);
  {
    const detect_anomaly guard;
    CHECK_THROWS_AS(einsum("ij,jk->ik", {x, w}), value_error);
    CHECK_THROWS_AS(nn::linear(x, w), value_error);
    CHECK_THROWS_AS(nn::mse_loss(w, x), value_error);
  }
  const detect_anomaly guard(Anomaly::nan);
  CHECK_NOTHROW(w * x);
  CHECK_THROWS_AS(w * x * 0, value_error);
}

TEST_CASE("detect_anomaly ends with its scope") {
  const Tensor x = tensor({0.}, float64).requires_grad_();
  {
    const detect_anomaly guard;
    {
      const detect_anomaly off(Anomaly::none);
      CHECK_NOTHROW(log(x));
    }
    CHECK_THROWS_AS(log(x), value_error);
  }
  CHECK_NOTHROW(log(x));
}

TEST_CASE("detect_anomaly does not blame a rule for what backward was given") {
  const detect_anomaly guard;
  const Tensor x = ones({1}, float64).requires_grad_();
  CHECK_THAT(error_text<value_error>([&] { square(x).backward(tensor({std::nan("")}, float64)); }),
             ContainsSubstring("the cotangent of square comes with a NaN"));
}

TEST_CASE("a gradient that overflows as it is added is not lost") {
  const detect_anomaly guard;
  const Tensor x = ones({1}, float64).requires_grad_();
  x.set_grad(tensor({1.5e308}, float64));
  sum(x * 1.5e308).backward({.create_graph = true});
  CHECK(std::isinf(x.grad().item()));
}

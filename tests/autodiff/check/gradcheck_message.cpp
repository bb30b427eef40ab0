// What gradcheck says: the likely cause of a difference, what was not compared, and the table.
#include <cmath>
#include <stdexcept>
#include <string>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/random/random.hpp>
#include <tests/autodiff/check/functions.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::cube;
using testing::input;
using testing::text_of;
using testing::values;

TEST_CASE("a wrong gradient is found, with the factor that it is off by") {
  const Tensor x = input({1., -2., 0.5});
  const auto f = [](const Tensor& a) { return cube(2)({a}); };
  const GradcheckResult result = gradcheck(f, x);
  CHECK(!result);
  for (const GradcheckRow& row : result.rows) CHECK(!row.agrees);
  CHECK(result.worst()->index == Shape{1});
  CHECK_THAT(result.message, ContainsSubstring("3 of 3 entries differ") && ContainsSubstring("2 times"));
  CHECK(gradcheck([](const Tensor& a) { return cube(1)({a}); }, x));
  CHECK_THAT(gradcheck([](const Tensor& a) { return cube(-1)({a}); }, x).message,
             ContainsSubstring("-1 times"));
}

TEST_CASE("a detach on the way is named") {
  const GradcheckResult result =
      gradcheck([](const Tensors& in) { return in[0] * in[1].detach(); }, {input({1., 2.}), input({3., 4.})});
  CHECK(!result);
  CHECK_THAT(result.message, ContainsSubstring("inputs[1] gets no gradient"));
  CHECK(!gradcheck([](const Tensor& x) { return tensor(values<double>(x), float64); }, input({1., 2.})));
}

TEST_CASE("a gradient of nothing but zeros is told, for it compares little") {
  const std::string told = "\n  the gradient by inputs[0] is 0 everywhere, so that little was compared";
  const GradcheckResult result = gradcheck([](const Tensor& x) { return relu(x) * 0; }, input({1., 2.}));
  CHECK(result);
  CHECK_THAT(result.message, EndsWith(told));
  CHECK_THAT(gradcheck(eingrad::relu, input({1., -2.})).message, !ContainsSubstring(told));
}

TEST_CASE("float32 inputs are named when they fail") {
  const Tensor x = tensor({1., 100.}, float32).requires_grad_();
  const GradcheckResult result = gradcheck([](const Tensor& a) { return exp(a * 0.01); }, x);
  CHECK(!result);
  CHECK_THAT(result.message, ContainsSubstring("inputs[0] is float32"));
  CHECK(
      gradcheck([](const Tensor& a) { return exp(a * 0.01); }, x, {.eps = 1e-1, .atol = 1e-3, .rtol = 1e-2}));
}

TEST_CASE("what a float32 weight rounds is no kink of the inputs beside it") {
  manual_seed(0);
  const Tensor x = randn({4, 3}, float64).requires_grad_(), w = randn({3, 2}, float32).requires_grad_();
  const auto f = [](const Tensors& in) { return tanh(matmul(in[0], in[1])); };
  const GradcheckResult result = gradgradcheck(f, {x, w});
  REQUIRE_FALSE(result);
  CHECK_THAT(result.message, ContainsSubstring("inputs[1] is float32"));
  CHECK_THAT(result.message, !ContainsSubstring("kink"));
}

TEST_CASE("a kink is named") {
  const GradcheckResult result = gradcheck(eingrad::relu, input({1., 0., -1.}));
  CHECK(!result);
  CHECK(result.worst()->index == Shape{1});
  CHECK_THAT(result.message, ContainsSubstring("stands at a kink"));
  CHECK_THAT(gradcheck(eingrad::relu, input({3e-7})).message, ContainsSubstring("stands at a kink"));
  // A wrong gradient elsewhere is no kink.
  CHECK_THAT(gradcheck([](const Tensor& a) { return cube(2)({a}); }, input({1., 2.})).message,
             !ContainsSubstring("kink"));
}

TEST_CASE("a singularity is named") {
  const GradcheckResult result = gradcheck(eingrad::sqrt, input({1., 0.}));
  CHECK(!result);
  CHECK_THAT(result.message, ContainsSubstring("singularity"));
  CHECK_THAT(text_of(result), ContainsSubstring("nan"));
}

TEST_CASE("a function that draws random numbers, or changes, is named") {
  manual_seed(0);
  const Tensor x = input({1., 2.});
  CHECK_THAT(gradcheck([](const Tensor& a) { return a * rand({2}, float64); }, x).message,
             ContainsSubstring("other values when it is called again"));
  int calls = 0;
  CHECK_THAT(gradcheck([&](const Tensor& a) { return a.slice(0, 0, ++calls); }, x).message,
             ContainsSubstring("not always the same"));
}

TEST_CASE("an input that swallows the steps is named, and a larger step finds its gradient right") {
  const auto f = [](const Tensor& x) { return square(x); };
  for (const double x : {1e8, 1e12})
    CHECK_THAT(gradcheck(f, input({x})).message, ContainsSubstring("so large that a step of 1e-06 is lost"));
  CHECK(gradcheck(f, input({1e8}), {.eps = 1e2}));
}

TEST_CASE("what f throws becomes the message") {
  const Tensor x = input({1., 2.});
  const auto wrong_shape = [](const Tensor& a) { return a + ones({3}, float64); };
  CHECK_THAT(gradcheck(wrong_shape, x).message,
             StartsWith("gradcheck:") && ContainsSubstring("shape_error: add"));
  CHECK_THAT(gradgradcheck(wrong_shape, x).message,
             StartsWith("gradgradcheck:") && ContainsSubstring("shape_error: add"));
  CHECK_THAT(gradcheck([](const Tensor&) -> Tensor { throw std::runtime_error("no"); }, x).message,
             ContainsSubstring("no"));
  CHECK(!gradcheck([](const Tensor&) -> Tensor { throw 1; }, x));
  CHECK(!gradgradcheck([](const Tensor&) -> Tensor { throw 1; }, x));
  CHECK_THAT(gradcheck([](const Tensor& a) { return a > 1; }, x).message, ContainsSubstring("boolean"));
  CHECK_THAT(gradcheck([](const Tensor&) { return Tensor(); }, x).message, ContainsSubstring("undefined"));
  CHECK_THAT(gradcheck(std::function<Tensor(const Tensor&)>(), x).message,
             ContainsSubstring("cannot be checked"));
}

TEST_CASE("the table shows what differs most first, and not all of a long one") {
  const Function off(
      "off", [](const Tensors& x) { return x[0] * 2; },
      [](const Tensor& ybar, const Tensors&, const Tensor&) {
        return Tensors{ybar * tensor({{2., 1.}, {2., 4.}}, float64)};
      });
  const std::string text =
      text_of(gradcheck([&](const Tensor& x) { return off({x}).sum(); }, input({{1., 2.}, {3., 4.}})));
  const auto first = text.find("(1, 1)"), second = text.find("(0, 1)"), agreeing = text.find("(0, 0)");
  CHECK(first < second);
  CHECK(second < agreeing);
  CHECK_THAT(text, ContainsSubstring("analytical") && ContainsSubstring("2 of 4 entries differ"));

  const std::string longer = text_of(gradcheck(eingrad::exp, zeros({5, 5}, float64).requires_grad_()));
  CHECK_THAT(longer, ContainsSubstring("and 15 more"));
}

TEST_CASE("an input without a part in the output is told of") {
  const Tensor x = input({1., -2.}), y = input({0.5, 3.});
  const std::string told = "\n  inputs[1] has no part in the output";
  const GradcheckResult one = gradcheck([](const Tensors& in) { return square(in[0]); }, {x, y});
  CHECK(one.ok);
  CHECK_THAT(one.message, ContainsSubstring("4 entries agree") && ContainsSubstring(told));
  const GradcheckResult none = gradcheck([](const Tensors&) { return ones({2}, float64); }, {x, y});
  CHECK(none.ok);
  CHECK_THAT(none.message, ContainsSubstring("inputs[0] has no part") && ContainsSubstring(told));
  const GradcheckResult both = gradcheck([](const Tensors& in) { return in[0] * in[1] * 0; }, {x, y});
  CHECK_THAT(both.message, !ContainsSubstring("no part"));
  const GradcheckResult linear = gradgradcheck([](const Tensors& in) { return in[0] + in[1]; }, {x, y});
  CHECK_THAT(linear.message, ContainsSubstring("inputs[1] has no part in the gradients"));
}

TEST_CASE("inputs that are right altogether are told of, where others are not") {
  // y = Σ x_i, whose backward gives the wrong ones twice their gradient.
  const auto message = [](std::size_t count, const std::vector<std::size_t>& wrong,
                          GradcheckOptions options = {}) {
    const Function total(
        "total",
        [](const Tensors& x) {
          Tensor y = zeros_like(x[0]);
          for (const Tensor& each : x) y = y + each;
          return y;
        },
        [&](const Tensor& ybar, const Tensors& x, const Tensor&) {
          Tensors cotangents(x.size(), ybar);
          for (const std::size_t i : wrong) cotangents[i] = 2 * ybar;
          return cotangents;
        });
    Tensors inputs;
    for (std::size_t i = 0; i < count; ++i) inputs.push_back(input({1., 2.}));
    return gradcheck(total, inputs, options).message;
  };
  CHECK_THAT(message(4, {0, 2}), ContainsSubstring("4 of 8 entries differ") &&
                                     EndsWith("\n  all entries of inputs[1] and inputs[3] agree"));
  CHECK_THAT(message(2, {0}), EndsWith("\n  all entries of inputs[1] agree"));
  CHECK_THAT(message(4, {3}), EndsWith("\n  all entries of inputs[0], inputs[1] and inputs[2] agree"));
  CHECK_THAT(message(2, {1}, {.directions = 3}), EndsWith("\n  all directions of inputs[0] agree"));
  // Of many those that are fewer are named, and no line is long.
  CHECK_THAT(message(9, {7}), EndsWith("\n  only inputs[7] differs; all others that are checked agree"));
  CHECK_THAT(message(9, {2, 7}),
             EndsWith("\n  only inputs[2] and inputs[7] differ; all others that are checked agree"));
  CHECK_THAT(message(20, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}),
             EndsWith("\n  all entries of inputs[10], inputs[11], inputs[12] and 7 more agree"));
  // Nothing to tell apart.
  for (const std::string& same : {message(2, {}), message(2, {0, 1}), message(1, {0})})
    CHECK_THAT(same, !ContainsSubstring("inputs[0] agree") && !ContainsSubstring("all others"));

  const auto cut = [](const Tensor& x) {
    return Function(
        "cut", [](const Tensors& in) { return square(in[0]); },
        [](const Tensor& ybar, const Tensors& in, const Tensor&) {
          return Tensors{ybar * 2 * in[0].detach()};
        })(x);
  };
  CHECK_THAT(gradgradcheck(cut, input({1., 2.})).message,
             EndsWith("\n  all entries of inputs[1] agree\n  inputs[1] is the cotangent of what f returns"));
}

TEST_CASE("no NaN has a sign in a table") {
  const Function wrong(
      "wrong", [](const Tensors& x) { return square(x[0]); },
      [](const Tensor& ybar, const Tensors&, const Tensor&) -> Tensors {
        return {ybar * -std::abs(std::nan(""))};
      });
  const std::string text =
      text_of(gradcheck([&](const Tensors& in) { return wrong(in); }, {input({1., 2.})}));
  CHECK_THAT(text, ContainsSubstring("nan") && !ContainsSubstring("-nan"));
}

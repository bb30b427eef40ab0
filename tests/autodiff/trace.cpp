#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <tests/autodiff/naive.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

#include <fmt/format.h>

using namespace eingrad;
using testing::error_text;
using testing::numbers;
using testing::values;

namespace {

const TraceStep& step_of(const BackwardTrace& trace, const std::string& name) {
  const auto found = std::ranges::find(trace.steps, name, &TraceStep::name);
  REQUIRE(found != trace.steps.end());
  return *found;
}

/// Checks that the trace changes nothing, that each step comes after all that contribute to it, and that what
/// it says of the gradients is what backward then finds, to the last bit.
BackwardTrace checked(const Tensor& loss, const Names& asked) {
  for (const auto& [name, a] : asked) CHECK(!a.grad().defined());
  BackwardTrace trace = trace_backward(loss, asked);
  CHECK(trace.stopped.empty());
  std::vector<std::size_t> arrived(trace.steps.size());
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    CHECK(arrived[i] == trace.steps[i].sources.size());
    for (const Contribution& each : trace.steps[i].contributions) {
      CHECK(each.to > i);
      CHECK(each.count == ++arrived[each.to]);
      CHECK(trace.steps[each.to].sources[each.count - 1] == i);
    }
  }
  for (const auto& [name, a] : asked) {
    CHECK(!a.grad().defined());
    CHECK(a.node().position == 0);
  }
  loss.backward();
  for (const auto& [name, a] : asked) {
    INFO(name);
    const Tensor& gradient = step_of(trace, name).gradient;
    REQUIRE(gradient.defined() == a.grad().defined());
    if (!gradient.defined()) continue;
    CHECK(gradient.shape() == a.grad().shape());
    CHECK(values<double>(gradient) == values<double>(a.grad()));
  }
  return trace;
}

}  // namespace

TEST_CASE("a trace has backward's gradients: shared results, broadcasts, contractions", "[trace]") {
  const Tensor w = numbers({3}, 1).requires_grad_(), b = numbers({}, 2).requires_grad_();
  const Tensor x = numbers({5, 3}, 3), m = numbers({3, 4}, 4).requires_grad_();
  const Tensor h = tanh(x * w + b);
  h.retain_grad();
  const Tensor loss = sum(square(matmul(h, m))) + mean(h * h) * b + sum(w / (2 + square(w)));
  const BackwardTrace trace = checked(loss, {{"w", w}, {"b", b}, {"m", m}, {"h", h}});
  CHECK(step_of(trace, "h").sources.size() == 3);
  CHECK(step_of(trace, "w").sources.size() == 3);
  CHECK(step_of(trace, "b").sources.size() == 2);
}

TEST_CASE("a trace has backward's gradients: rules written by hand, slices, functions", "[trace]") {
  const testing::DefaultDtype doubles(float64);
  const Tensor x = numbers({6, 3}, 1), t = numbers({6, 2}, 2);
  const nn::Linear layer(3, 2);
  const Tensor scale = numbers({1, 2}, 3).requires_grad_();
  const Function cube(
      "cube", [](const Tensors& a) { return pow(a[0], 3); },
      [](const Tensor& ybar, const Tensors& a, const Tensor&) -> Tensors {
        // A backward pass inside the trace, over nodes that the trace has marked.
        const enable_grad guard;
        return {grad(sum(pow(a[0], 3) * ybar), {a[0]})[0].detach()};
      });
  const Tensor y = layer(x) * scale;
  const Tensor loss =
      nn::mse_loss(cube({y}), t) + sum(cat({y.slice(0, 0, 2), y.slice(0, 1, 3)})) * scale.sum();
  checked(loss, {{"weight", layer.weight}, {"bias", layer.bias}, {"scale", scale}});
}

TEST_CASE("a trace has backward's gradients: a tensor that is an operand twice, and a leaf by itself",
          "[trace]") {
  const Tensor a = numbers({}, 1).requires_grad_();
  const BackwardTrace trace = checked(a * a, {{"a", a}});
  CHECK(step_of(trace, "a").sources == std::vector<std::uint32_t>{0, 0});
  const Tensor leaf = numbers({1}, 1).requires_grad_();
  CHECK(checked(leaf, {{"leaf", leaf}}).steps.size() == 1);
}

TEST_CASE("a trace takes a cotangent, and goes through hooks as backward does", "[trace]") {
  const Tensor a = numbers({2}, 1).requires_grad_(), y = square(a);
  const HookHandle halves = register_hook(y, [](const Tensor& g) { return g / 2; });
  const HookHandle negates = register_hook(a, [](const Tensor& g) { return -g; });
  const Tensor cotangent = tensor({1., 10.}, float64);
  const BackwardTrace trace = trace_backward(y, {{"a", a}, {"y", y}}, {.cotangent = cotangent});
  y.backward(cotangent);
  CHECK(values<double>(step_of(trace, "a").gradient) == values<double>(a.grad()));
  CHECK(step_of(trace, "y").hooked);
  CHECK(step_of(trace, "y").cotangent->numbers[1] == 5);
  CHECK(values<double>(cotangent) == std::vector{1., 10.});
}

TEST_CASE("a trace inside a backward pass leaves that as it is", "[trace]") {
  const Tensor a = numbers({2}, 1).requires_grad_();
  const Tensor y = square(a), loss = sum(y * y);
  std::size_t steps = 0;
  HookHandle hook = register_hook(y, [&](const Tensor&) {
    const enable_grad guard;  // backward records nothing
    steps = trace_backward(sum(exp(a))).steps.size();
    return Tensor();
  });
  loss.backward({.retain_graph = true});
  const Tensor with_trace = a.grad();
  hook.remove();
  a.zero_grad();
  loss.backward();
  CHECK(steps == 3);
  CHECK(values<double>(with_trace) == values<double>(a.grad()));
}

TEST_CASE("a trace says which operation, rule, shapes and lines", "[trace]") {
  const Tensor w = tensor({2.}, float64).requires_grad_(), b = tensor({1.}, float64).requires_grad_();
  const Tensor x = tensor({1., 2., 3., 4.}, float64);
  const auto line = static_cast<std::uint32_t>(__LINE__) + 1;
  const Tensor y = w * x + b;
  const Tensor of_w = square(w).sum(), loss = sum(y) + of_w;  // one after the other with every compiler
  const BackwardTrace trace = checked(loss, {{"w", w}, {"b", b}, {"y", y}});

  const TraceStep& sum_step = step_of(trace, "y");
  CHECK(sum_step.operation == "add");
  CHECK(sum_step.notation == "v6 + b");
  CHECK(sum_step.location.line == line);
  REQUIRE(sum_step.contributions.size() == 2);
  const Contribution& to_b = sum_step.contributions[1];
  CHECK(to_b.rule == "bbar = ybar");
  CHECK(to_b.given == Shape{4});
  CHECK(to_b.value.shape == Shape{1});
  CHECK(to_b.value.numbers[0] == 4);

  const std::string text = to_string(trace);
  CHECK_THAT(text, ContainsSubstring("b (1,) was repeated over axis 0 of 4, so its gradient is summed over "
                                     "these 4\n"));
  CHECK_THAT(text, ContainsSubstring("second contribution to w: +=, together with the first it is 14\n"));
  CHECK_THAT(text, ContainsSubstring(fmt::format("two contributions, from lines {}, {}\n", line + 1, line)));
  CHECK_THAT(text, ContainsSubstring("wbar = v6bar * constant\n") &&
                       ContainsSubstring("ybar = einsum(\"->i\", v2bar)\n"));
}

TEST_CASE("a trace sums over every axis along which an operand was repeated", "[trace]") {
  const Tensor a = numbers({3, 1}, 1).requires_grad_(), b = numbers({}, 2).requires_grad_(),
               c = numbers({4}, 3).requires_grad_();
  const Tensor x = numbers({2, 3, 4}, 4);
  const std::string text =
      to_string(checked(sum(a * x) + sum(b * x) + sum(reshape(x, {24}) * reshape(c * 1, {1, 4}).sum()),
                        {{"a", a}, {"b", b}, {"c", c}}));
  CHECK_THAT(text, ContainsSubstring("a (3, 1) was repeated over axes 0 and 2 of 2 and 4,") &&
                       ContainsSubstring("these 8\n"));
  CHECK_THAT(text, ContainsSubstring("b () was repeated over axes 0, 1 and 2 of 2, 3 and 4,") &&
                       ContainsSubstring("these 24\n"));
}

TEST_CASE("a trace shows the terms of a sum as what they are, not as broadcast", "[trace]") {
  const Tensor a = ones({2, 3}, float64).requires_grad_();
  const BackwardTrace trace = checked(sum(a * 2), {{"a", a}});
  const std::vector<Contribution>& of_sum = trace.steps[0].contributions;
  REQUIRE(of_sum.size() == 1);
  CHECK(of_sum[0].given == Shape{2, 3});
  CHECK(to_string(trace).find("stood for") == std::string::npos);
}

TEST_CASE("a trace fits a page of 100 columns", "[trace]") {
  const Tensor w = numbers({30}, 1).requires_grad_();
  Tensor y = w;
  for (int i = 0; i < 12; ++i) y = where(y > w, leaky_relu(y, 0.125), atan2(y, w)) * w;
  const std::string name = "a_name_that_takes_its_time_to_be_written";
  const std::string text = to_string(trace_backward(mean(y), {{name, w}}));
  for (std::size_t start = 0, end = 0; end != std::string::npos; start = end + 1) {
    end = text.find('\n', start);
    const std::string line = text.substr(start, end - start);
    INFO(line);
    CHECK(line.size() <= 100);
    CHECK(!line.ends_with(' '));
  }
  CHECK_THAT(text, ContainsSubstring("26 contributions") && ContainsSubstring("and 18 more"));
}

TEST_CASE("a trace stops at the first number that is none, and says who made it", "[trace]") {
  const Tensor v = tensor({4., 0.}, float64).requires_grad_();
  const Tensor root = sqrt(v), loss = sum(root * 2);
  const BackwardTrace trace = trace_backward(loss, {{"v", v}}, {.stop_at = Anomaly::nan_or_infinity});
  CHECK_THAT(trace.stopped, ContainsSubstring("the derivative of sqrt by operand A has an inf at [1]") &&
                                ContainsSubstring("there 0") &&
                                ContainsSubstring("tests/autodiff/trace.cpp:"));
  CHECK(!step_of(trace, "v").cotangent);
  CHECK(!step_of(trace, "v").gradient.defined());
  CHECK_THAT(to_string(trace), ContainsSubstring("It stops here. "));
  // An infinity is not a NaN, and without the option both are numbers like others.
  CHECK(trace_backward(loss, {}, {.stop_at = Anomaly::nan}).stopped.empty());
  CHECK(std::isinf(step_of(trace_backward(loss, {{"v", v}}), "v").gradient.span<double>()[1]));

  const double nan = std::numeric_limits<double>::quiet_NaN();
  const BackwardTrace given =
      trace_backward(root, {}, {.cotangent = tensor({1., nan}, float64), .stop_at = Anomaly::nan});
  CHECK_THAT(given.stopped, ContainsSubstring("the cotangent of sqrt comes with a NaN at [1]"));
}

TEST_CASE("a trace refuses what backward refuses, and marks nothing then", "[trace]") {
  const Tensor a = numbers({2}, 1).requires_grad_(), x = numbers({2}, 2);
  CHECK_THROWS_AS(trace_backward(x.sum()), graph_error);
  CHECK_THROWS_AS(trace_backward(a * x), graph_error);
  CHECK_THROWS_AS(trace_backward(a * x, {}, {.cotangent = ones({3}, float64)}), shape_error);
  const Tensor loss = sum(square(a));
  loss.backward();
  const Location at = Location::current();
  const auto traced = error_text<graph_error>([&] { trace_backward(loss, {}, {}, at); });
  CHECK(traced == error_text<graph_error>([&] { loss.backward({}, {}, at); }));
  CHECK_THAT(traced, ContainsSubstring(fmt::format(
                         "was freed by an earlier backward pass     tests/autodiff/trace.cpp:{}", at.line)));

  Tensor data = numbers({2}, 2);
  const Tensor product = sum(a * data);
  data.fill_(3);
  const auto overwritten = error_text<graph_error>([&] { trace_backward(product, {}, {}, at); });
  CHECK(overwritten == error_text<graph_error>([&] { product.backward({}, {}, at); }));
  CHECK_THAT(overwritten,
             ContainsSubstring(fmt::format("was overwritten     tests/autodiff/trace.cpp:{}", at.line)));

  const Function fails(
      "fails", [](const Tensors& t) { return square(t[0]); },
      [](const Tensor&, const Tensors&, const Tensor&) -> Tensors { throw value_error("no"); });
  CHECK_THROWS_AS(trace_backward(sum(fails({a}))), value_error);
  CHECK(a.node().position == 0);
}

TEST_CASE("a trace shows what a gradient does not reach", "[trace]") {
  const Tensor a = numbers({2}, 1).requires_grad_(), cut = numbers({2}, 2).requires_grad_();
  const Function first(
      "first", [](const Tensors& t) { return t[0] + 0; },
      [](const Tensor& ybar, const Tensors&, const Tensor&) -> Tensors {
        return {ybar, Tensor()};
      });
  const BackwardTrace trace = checked(sum(first({a, exp(cut)})), {{"a", a}, {"cut", cut}});
  CHECK(!step_of(trace, "cut").cotangent);
  CHECK_THAT(to_string(trace), ContainsSubstring("  cut  nothing arrived\n"));
}

TEST_CASE("a trace of a long graph takes linear time and no recursion", "[trace]") {
  const Tensor a = full({}, 1, float64).requires_grad_();
  Tensor y = a;
  for (int i = 0; i < 100'000; ++i) y = y * 1.0000001;
  const BackwardTrace trace = trace_backward(y, {{"a", a}});
  CHECK(trace.steps.size() == 100'001);
  y.backward();
  CHECK(step_of(trace, "a").gradient.item() == a.grad().item());
}

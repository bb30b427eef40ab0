// Steps that are recorded once and replayed: that they do what the function does, and when they refuse to.
#include <string>
#include <tuple>
#include <vector>

#include <autodiff/autodiff.hpp>
#include <tests/autodiff/naive.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::values;

namespace {

using Doubles = std::vector<double>;

/// A line and its training by hand, twice from the same numbers: one as ever, one recorded.
struct Line {
  Tensor w = tensor({{0.5, -0.25, 1.}}, float64).requires_grad_(),
         b = tensor({0.1}, float64).requires_grad_();

  Tensor step(const Tensor& x, const Tensor& t) {
    w.zero_grad();
    b.zero_grad();
    const Tensor loss = mean(square(matmul(x, w.t()) + b - t));
    loss.backward();
    const no_grad guard;
    w -= 0.01 * w.grad();
    b -= 0.01 * b.grad();
    return loss;
  }
};

Tensor inputs(int seed) { return testing::numbers({5, 3}, seed); }
Tensor targets(int seed) { return testing::numbers({5, 1}, seed + 100); }

/// The error of the last of `calls` calls of a recorded f(x), with x = 1, 2, … in each element.
template <class F>
std::string error_of_call(int calls, F f) {
  auto step = record(f, zeros({3}, float64));
  for (int k = 1; k < calls; ++k) step(full({3}, k, float64));
  return error_text<graph_error>([&] { step(full({3}, calls, float64)); });
}

}  // namespace

TEST_CASE("a replayed step does what its function does, bit for bit", "[replay]") {
  Line eager, recorded;
  auto step =
      record([&](const Tensor& x, const Tensor& t) { return recorded.step(x, t); }, inputs(0), targets(0));
  for (int k = 1; k <= 20; ++k) {
    CHECK(step.replays() == (k > 3));
    const Tensor expected = eager.step(inputs(k), targets(k)), found = step(inputs(k), targets(k));
    CHECK(equal(found, expected));
    CHECK(equal(recorded.w, eager.w));
    CHECK(equal(recorded.b.grad(), eager.b.grad()));
  }
}

TEST_CASE("recording computes nothing before the first call", "[replay]") {
  int calls = 0;
  auto step = record(
      [&](const Tensor& x) {
        ++calls;
        return x + 1;
      },
      zeros({2}));
  CHECK(calls == 0);
  for (int k = 0; k < 10; ++k)
    CHECK(values<float>(step(full({2}, k))) == std::vector<float>(2, static_cast<float>(k) + 1));
  CHECK(calls == 3);
}

TEST_CASE("what a replay returns is nobody else's", "[replay]") {
  auto step = record([](const Tensor& x) { return 2 * x; }, zeros({1}, float64));
  std::vector<Tensor> results;
  for (int k = 0; k < 6; ++k) results.push_back(step(full({1}, k, float64)));
  for (int k = 0; k < 6; ++k) CHECK(results[static_cast<std::size_t>(k)].item() == 2 * k);
  CHECK(results[5].is_leaf());
}

TEST_CASE("a recorded function returns several tensors, or none", "[replay]") {
  const Tensor x0 = zeros({2}, float64);
  auto pair = record([](const Tensor& x) { return std::pair(sum(x), 2 * x); }, x0);
  auto tuple = record([](const Tensor& x) { return std::tuple(sum(x), -x, x); }, x0);
  auto list = record([](const Tensor& x) { return std::vector{sum(x), exp(x)}; }, x0);
  Tensor seen = zeros({2}, float64);
  auto nothing = record([&](const Tensor& x) { seen.copy_(x); }, x0);
  for (int k = 0; k < 6; ++k) {
    const Tensor x = full({2}, k, float64);
    const auto [total, twice] = pair(x);
    CHECK(total.item() == 2 * k);
    CHECK(values<double>(twice) == Doubles(2, 2 * k));
    CHECK(values<double>(std::get<1>(tuple(x))) == Doubles(2, -k));
    CHECK(equal(list(x)[1], exp(x)));
    nothing(x);
    CHECK(equal(seen, x));
  }
}

TEST_CASE("numbers are inputs, too", "[replay]") {
  auto step =
      record([](const Tensor& x, const Tensor& scale) { return scale * x; }, zeros({2}, float64), 1.0);
  for (int k = 0; k < 6; ++k) CHECK(values<double>(step(ones({2}, float64), 0.5 * k)) == Doubles(2, 0.5 * k));
}

TEST_CASE("a fraction is no input where a whole number was the example", "[replay]") {
  auto step = record([](const Tensor& x, const Tensor& n) { return x * n; }, zeros({2}, float64), 1);
  for (int k = 0; k < 6; ++k) {
    CHECK_THROWS_AS(step(ones({2}, float64), 0.5), dtype_error);
    CHECK(values<double>(step(ones({2}, float64), k)) == Doubles(2, k));
  }
}

TEST_CASE("a replay draws random numbers anew", "[replay]") {
  Generator own(7), other(7);
  auto step = record(
      [&](const Tensor& x) {
        const Tensor first = randn({4}, float64, own), second = rand({4}, float64, own);
        return x + first * second;
      },
      zeros({4}, float64));
  for (int k = 0; k < 6; ++k) {
    const Tensor x = full({4}, k, float64);
    const Tensor first = randn({4}, float64, other), second = rand({4}, float64, other);
    CHECK(equal(step(x), x + first * second));
  }
}

TEST_CASE("gradients are accumulated over two backward passes, and second derivatives replayed", "[replay]") {
  const auto f = [](const Tensor& w, const Tensor& x) {
    w.zero_grad();
    sum(square(w) * x).backward();
    sum(tanh(w)).backward();
    const Tensor slope = grad(sum(pow(w, 3) * x), {w}, {.create_graph = true})[0];
    sum(square(slope)).backward();
    return w.grad();
  };
  Tensor eager = testing::numbers({3}, 1).requires_grad_(),
         recorded = testing::numbers({3}, 1).requires_grad_();
  auto step = record([&](const Tensor& x) { return f(recorded, x); }, zeros({3}, float64));
  for (int k = 0; k < 6; ++k)
    CHECK(equal(step(testing::numbers({3}, k)), f(eager, testing::numbers({3}, k))));
}

TEST_CASE("what a function makes on the host is restored before a replay", "[replay]") {
  const auto f = [](const Tensor& x) {
    Tensor sum_of_all = zeros({3}, float64);
    const Tensor before = sum_of_all + 1;
    for (int k = 0; k < 3; ++k) sum_of_all += x;
    return sum_of_all * before;
  };
  auto step = record(f, zeros({3}, float64));
  for (int k = 0; k < 6; ++k) CHECK(equal(step(testing::numbers({3}, k)), f(testing::numbers({3}, k))));
}

TEST_CASE("an index out of range is an error of the replay, too", "[replay]") {
  const Tensor table = testing::numbers({4, 2}, 1);
  auto step =
      record([&](const Tensor& i) { return index_select(table, 0, i) + gather(table, 0, i.unsqueeze(-1)); },
             tensor({0, 0}));
  for (int k = 0; k < 6; ++k) {
    const Tensor i = tensor({k % 4, 3 - k % 4});
    CHECK(equal(step(i), index_select(table, 0, i) + gather(table, 0, i.unsqueeze(-1))));
  }
  CHECK_THROWS_AS(step(tensor({0, 4})), index_error);
  CHECK(equal(step(tensor({1, 2})),
              index_select(table, 0, tensor({1, 2})) + gather(table, 0, tensor({{1}, {2}}))));
}

TEST_CASE("a function that throws leaves nothing recorded", "[replay]") {
  bool fails = true;
  auto step = record(
      [&](const Tensor& x) {
        const Tensor y = x + 1;
        if (fails) throw value_error("not today");
        return y;
      },
      zeros({2}, float64));
  CHECK_THROWS_AS(step(ones({2}, float64)), value_error);
  fails = false;
  for (int k = 0; k < 6; ++k) CHECK(values<double>(step(full({2}, k, float64))) == Doubles(2, k + 1));
}

// ---- Refusals ----

TEST_CASE("inside of a recorded function no value is read", "[replay]") {
  const auto reads = ContainsSubstring("reads a value that the next replay will change");
  const Tensor known = ones({3}, float64);
  CHECK_THAT(error_of_call(1, [](const Tensor& x) { return x * sum(x).item(); }), reads);
  CHECK_THAT(error_of_call(1, [](const Tensor& x) { return x * x.span<double>()[0]; }), reads);
  CHECK_THAT(error_of_call(1, [](const Tensor& x) { return equal(x, x * 1) ? x : -x; }), reads);
  CHECK_THAT(error_of_call(1, [](const Tensor& x) { return allclose(x, 2 * x) ? x : -x; }), reads);
  CHECK_THAT(error_of_call(1, [](const Tensor& x) { return masked_select(x, x > 1); }), reads);
  CHECK_THAT(error_of_call(1, [&](const Tensor& x) { return x * known.span<double>()[0]; }), reads);
  const std::string text = error_of_call(1, [](const Tensor& x) { return x * sum(x).item(); });
  CHECK_THAT(text, ContainsSubstring("return the tensor and read it outside"));
  CHECK(error_of_call(5, [](const Tensor& x) {
          const Tensor made = tensor({2., 3., 4.}, float64);
          return x * made.span<double>()[1];
        }) == "");
}

TEST_CASE("inside of a recorded function no value is written by hand", "[replay]") {
  CHECK_THAT(error_of_call(1,
                           [](const Tensor& x) {
                             Tensor y = 2 * x;
                             y.mutable_span<double>()[0] = 1;
                             return y;
                           }),
             ContainsSubstring("writes into a tensor by itself"));
}

TEST_CASE("inputs of other shapes, dtypes and numbers are refused", "[replay]") {
  auto step = record([](const Tensor& x) { return 2 * x; }, zeros({3}, float64));
  for (const int calls : {0, 4}) {
    for (int k = 0; k < calls; ++k) step(ones({3}, float64));
    CHECK_THAT(error_text<shape_error>([&] { step(ones({2}, float64)); }),
               ContainsSubstring("inputs[0] has another shape"));
    CHECK_THROWS_AS(step(ones({3}, float32)), dtype_error);
    CHECK_THROWS_AS(step(Tensor()), value_error);
  }
  CHECK_THROWS_AS(record([](const Tensor& x) { return x; }, ones({2}).requires_grad_()), graph_error);
}

TEST_CASE("a number that the function computes itself is noticed when it changes", "[replay]") {
  int count = 0;
  const auto counts = [&](const Tensor& x) { return x * ++count; };
  CHECK_THAT(error_of_call(2, counts), ContainsSubstring("a replay finds other numbers"));
  count = 0;
  const auto makes = [&](const Tensor& x) { return x + full({3}, ++count, float64); };
  CHECK_THAT(error_of_call(2, makes), ContainsSubstring("was made with other numbers"));
  count = 0;
  auto step = record(counts, zeros({3}, float64));
  step(ones({3}, float64));
  CHECK_THROWS_AS(step(ones({3}, float64)), graph_error);
  CHECK_THROWS_AS(step(ones({3}, float64)), graph_error);  // and from then on
  CHECK(count == 2);
}

TEST_CASE("a function that takes another way is noticed", "[replay]") {
  int count = 0;
  CHECK_THAT(error_of_call(2, [&](const Tensor& x) { return ++count == 2 ? exp(x) : sin(x); }),
             ContainsSubstring("when it was recorded, the function did sin here"));
  count = 0;
  CHECK_THAT(error_of_call(2, [&](const Tensor& x) { return ++count == 2 ? exp(sin(x)) : sin(x); }),
             ContainsSubstring("the function did more"));
  count = 0;
  CHECK_THAT(error_of_call(3, [&](const Tensor& x) { return ++count == 3 ? sin(x) : exp(sin(x)); }),
             ContainsSubstring("the function did less"));
  count = 0;
  std::vector<Tensor> weights{testing::numbers({3}, 1), testing::numbers({3}, 2)};
  CHECK_THAT(
      error_of_call(2, [&](const Tensor& x) { return x * weights[static_cast<std::size_t>(count++)]; }),
      ContainsSubstring("operand B"));
  Tensor state = zeros({3}, float64);
  CHECK_THAT(error_of_call(2, [&](const Tensor& x) { return state = state + x; }),
             ContainsSubstring("operand A"));
}

TEST_CASE("gradients that come or go between replays are noticed", "[replay]") {
  const auto recorded = [](Tensor w) {
    return record(
        [w](const Tensor& x) {
          const Tensor loss = sum(w * x);
          loss.backward();
          return loss;
        },
        zeros({3}, float64));
  };
  const Tensor w = ones({3}, float64).requires_grad_(), x = ones({3}, float64);
  auto step = recorded(w);
  step(x);
  CHECK_THAT(error_text<graph_error>([&] { step(x); }),
             ContainsSubstring("zero_grad() inside of the function"));
  auto again = recorded(w);
  for (int k = 0; k < 4; ++k) {
    w.zero_grad();
    again(x);
  }
  CHECK_THAT(error_text<graph_error>([&] { again(x); }), ContainsSubstring("a parameter has a gradient"));
  CHECK(values<double>(w.grad()) == Doubles(3, 1));
  w.zero_grad();
  again(2 * x);
  CHECK(values<double>(w.grad()) == Doubles(3, 2));
}

TEST_CASE("a step is recorded by itself, and without looking for anomalies", "[replay]") {
  CHECK_THAT(error_of_call(1,
                           [](const Tensor& x) {
                             auto inner = record([](const Tensor& y) { return y + 1; }, x);
                             return inner(x);
                           }),
             ContainsSubstring("recorded already"));
  for (const int calls : {0, 5}) {  // one that was replayed before is no exception
    auto step = record([](const Tensor& x) { return x + 1; }, zeros({3}, float64));
    for (int k = 0; k < calls; ++k) step(ones({3}, float64));
    CHECK(step.replays() == (calls > 3));
    CHECK_THAT(error_of_call(1, [&](const Tensor& x) { return step(x); }),
               ContainsSubstring("recorded already"));
    const detect_anomaly guard;
    CHECK_THROWS_AS(step(ones({3}, float64)), graph_error);
  }
}

// How the time of a value and its gradients grows. Google Benchmark fits the law that each should follow, and
// says how far (RMS) the times are from it.
#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>

#include <benchmark/benchmark.h>

#include "more.hpp"

namespace workloads {

namespace {

using namespace eingrad;

/// A chain of n operations on one number.
void depth(benchmark::State& state) {
  const Tensor x = full({1}, 0.5, float64).requires_grad_();
  for (auto _ : state) {
    Tensor y = x;
    for (std::int64_t i = 0; i < state.range(0); i += 2) y = y * 1.0001 + 0.0001;
    y.backward();
  }
}

/// y = y + y, n times: 2ⁿ paths through n nodes.
void sharing(benchmark::State& state) {
  const Tensor x = full({1}, 0x1p-1000, float64).requires_grad_();
  for (auto _ : state) {
    Tensor y = x;
    for (std::int64_t i = 0; i < state.range(0); ++i) y = y + y;
    y.backward();
  }
}

/// One leaf that n operations use.
void fan_out(benchmark::State& state) {
  const Tensor x = full({1}, 0.5, float64).requires_grad_();
  for (auto _ : state) {
    Tensor y = x;
    for (std::int64_t i = 0; i < state.range(0); ++i) y = y + x;
    y.backward();
  }
}

/// Elementwise operations on n numbers.
void elements(benchmark::State& state) {
  const Tensor a = linspace(-1, 1, state.range(0), float64).requires_grad_();
  for (auto _ : state) mean(square(tanh(a * 0.5 + 0.1))).backward();
}

/// Two layers on a batch of n.
void batch(benchmark::State& state) {
  set_default_dtype(float64);
  const nn::Linear first(64, 64), second(64, 10);
  const Tensor x = linspace(-1, 1, 64 * state.range(0)).reshape({-1, 64});
  for (auto _ : state) mean(square(second(relu(first(x))))).backward();
}

/// A layer from n to n features.
void width(benchmark::State& state) {
  set_default_dtype(float64);
  const nn::Linear layer(state.range(0), state.range(0));
  const Tensor x = linspace(-1, 1, 64 * state.range(0)).reshape({64, -1});
  for (auto _ : state) mean(layer(x)).backward();
}

using Function = void(benchmark::State&);

void enter(const char* name, Function* run, std::int64_t low, std::int64_t high, int factor,
           benchmark::BigO law = benchmark::oN) {
  benchmark::RegisterBenchmark(name,
                               [run](benchmark::State& state) {
                                 run(state);
                                 state.SetComplexityN(state.range(0));
                               })
      ->RangeMultiplier(factor)
      ->Range(low, high)
      ->Complexity(law);
}

}  // namespace

void enter_growth() {
  enter("growth/depth", depth, 10, 1'000'000, 10);
  enter("growth/sharing", sharing, 10, 1'000, 10);
  enter("growth/fan_out", fan_out, 10, 1'000'000, 10);
  enter("growth/elements", elements, 10, 10'000'000, 10);
  enter("growth/batch", batch, 8, 4096, 8);
  enter("growth/width", width, 64, 1024, 2, benchmark::oNSquared);
}

}  // namespace workloads

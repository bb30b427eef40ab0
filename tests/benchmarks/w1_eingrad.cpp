#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <benchmark/benchmark.h>

#include "w1_data.hpp"

namespace {

using namespace eingrad;

Tensor column(const std::array<double, w1::batch>& values) {
  return tensor(std::vector<double>(values.begin(), values.end()), float64);
}

void w1_eingrad(benchmark::State& state) {
  const Tensor x = column(w1::x), t = column(w1::t);
  Tensor b = full({1}, w1::first_b, float64).requires_grad_();
  Tensor w = full({1}, w1::first_w, float64).requires_grad_();
  optim::SGD sgd({b, w}, {.lr = w1::lr});
  for (auto _ : state) {
    const Tensor loss = nn::mse_loss(b + w * x, t);
    double value = loss.item();
    benchmark::DoNotOptimize(value);
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
}
BENCHMARK(w1_eingrad);

void w1_eingrad_linear(benchmark::State& state) {
  set_default_dtype(float64);
  const Tensor x = column(w1::x).unsqueeze(-1), t = column(w1::t).unsqueeze(-1);
  nn::Linear layer(1, 1);
  optim::SGD sgd(layer.parameters(), {.lr = w1::lr});
  const nn::MSELoss mse;
  for (auto _ : state) {
    const Tensor loss = mse(layer(x), t);
    double value = loss.item();
    benchmark::DoNotOptimize(value);
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
}
BENCHMARK(w1_eingrad_linear);

}  // namespace

#include <benchmark/benchmark.h>
#include <torch/torch.h>

#include "w1_data.hpp"

namespace {

torch::Tensor column(const std::array<double, w1::batch>& values) {
  return torch::from_blob(const_cast<double*>(values.data()), {w1::batch}, torch::kFloat64).clone();
}

void w1_libtorch(benchmark::State& state) {
  torch::set_num_threads(1);
  const auto x = column(w1::x), t = column(w1::t);
  const auto parameter = [](double value) {
    return torch::full({1}, value, torch::dtype(torch::kFloat64).requires_grad(true));
  };
  auto b = parameter(w1::first_b), w = parameter(w1::first_w);
  torch::optim::SGD sgd(std::vector<torch::Tensor>{b, w}, torch::optim::SGDOptions(w1::lr));
  for (auto _ : state) {
    const auto loss = torch::mse_loss(b + w * x, t);
    double value = loss.item<double>();
    benchmark::DoNotOptimize(value);
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
}
BENCHMARK(w1_libtorch);

void w1_libtorch_linear(benchmark::State& state) {
  torch::set_num_threads(1);
  torch::set_default_dtype(caffe2::TypeMeta::Make<double>());
  const auto x = column(w1::x).unsqueeze(-1), t = column(w1::t).unsqueeze(-1);
  torch::nn::Linear layer(1, 1);
  torch::optim::SGD sgd(layer->parameters(), torch::optim::SGDOptions(w1::lr));
  torch::nn::MSELoss mse;
  for (auto _ : state) {
    const auto loss = mse(layer(x), t);
    double value = loss.item<double>();
    benchmark::DoNotOptimize(value);
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
}
BENCHMARK(w1_libtorch_linear);

}  // namespace

#include <cmath>

#include <benchmark/benchmark.h>

#include "w1_data.hpp"

namespace {

/// Σ x in the order of the library's sum for so few terms: four streams of four lanes, then the lanes.
double sum(const double* x) {
  double lanes[16] = {};
  for (int i = 0; i < 32; i += 16) {
    for (int k = 0; k < 16; ++k) lanes[k] += x[i + k];
  }
  for (int stream = 4; stream < 16; stream += 4) {
    for (int k = 0; k < 4; ++k) lanes[k] += lanes[stream + k];
  }
  double total = x[32];
  for (int k = 0; k < 4; ++k) total += lanes[k];
  return total;
}

// What a programmer writes who has derived the gradients by hand: no allocation, no graph, the same order of
// additions.
void w1_hand_written(benchmark::State& state) {
  double b = w1::first_b, w = w1::first_w;
  double squares[w1::batch], delta[w1::batch], products[w1::batch];
  for (auto _ : state) {
    for (unsigned i = 0; i < w1::batch; ++i) {
      const double difference = b + w * w1::x[i] - w1::t[i];
      squares[i] = difference * difference;
      delta[i] = 2.0 / w1::batch * difference;
      products[i] = delta[i] * w1::x[i];
    }
    double loss = sum(squares) / w1::batch;
    benchmark::DoNotOptimize(loss);
    b = std::fma(sum(delta), -w1::lr, b);
    w = std::fma(sum(products), -w1::lr, w);
    benchmark::DoNotOptimize(b);
    benchmark::DoNotOptimize(w);
  }
}
BENCHMARK(w1_hand_written);

}  // namespace

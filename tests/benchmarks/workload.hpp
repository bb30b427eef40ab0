#pragma once
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

/// The five workloads, each in as many files as there are libraries that do it: w1_eingrad.cpp,
/// w1_hand_written.cpp, w1_libtorch.cpp. All start from the numbers and the shapes below.
namespace workloads {

/// W1, a step of chapter 1.1: y = b + w x on a mini-batch, the mean squared error, its value read, the
/// gradients, and an update by gradient descent.
namespace w1 {
inline constexpr std::size_t batch = 33;
inline constexpr double lr = 0.01, first_b = 0.1, first_w = 0.3;

template <class T>
std::vector<T> line(double at_start, double step) {
  std::vector<T> values(batch);
  for (std::size_t i = 0; i < batch; ++i)
    values[i] = static_cast<T>(at_start + step * static_cast<double>(i));
  return values;
}
template <class T>
std::vector<T> x() {
  return line<T>(-1.6, 0.1);
}
template <class T>
std::vector<T> t() {  // about 1 + 20 x, with an offset that no line removes
  return line<T>(-34.0, 2.1);
}
}  // namespace w1

/// W2, a step of a classifier of handwritten digits: Linear, ReLU, Linear, cross-entropy, gradient descent.
namespace w2 {
inline constexpr int batch = 64, in = 784, hidden = 128, classes = 10;
inline constexpr double lr = 0.01;
}  // namespace w2

/// W3, a step of one layer of `size` perceptrons on `size` inputs: two products of large matrices, the mean
/// squared error, gradient descent.
namespace w3 {
inline constexpr int size = 1024;
inline constexpr double lr = 0.01;
}  // namespace w3

/// W4, elementwise operations on long vectors: L = mean(tanh(a b + c)²) and its three gradients.
namespace w4 {
inline constexpr int size = 1'000'000;
}

/// W5, what an operation costs: y = x · factor + shift, `pairs` times, on one number, and the gradient.
namespace w5 {
inline constexpr int pairs = 50'000, operations = 2 * pairs;
inline constexpr double first = 0.5, factor = 1.0001, shift = 0.0001;
}  // namespace w5

/// n numbers between -bound and bound, the same for the same seed.
template <class T>
std::vector<T> numbers(std::size_t n, double bound, unsigned seed) {
  std::mt19937 generator(seed);
  std::vector<T> values(n);
  for (T& value : values) value = static_cast<T>(bound * (static_cast<double>(generator()) * 0x1p-31 - 1));
  return values;
}

/// A workload as one library does it, to be run or looked at by its name: w1/float64/eingrad.
struct Entry {
  std::string name;
  std::function<std::vector<double>()> first_step;  ///< the loss, then the gradients
  std::function<void(std::int64_t)> steps;
};

/// All of them, in no order.
inline std::vector<Entry>& entries() {
  static std::vector<Entry> all;
  return all;
}

/// A step after which the compiler must suppose that somebody reads all that w holds.
template <class W>
void observed_step(W& w) {
  w.step();
  asm volatile(""
               :
               : "r"(&w)
               : "memory");  // DoNotOptimize of a number goes wrong with g++ 12 and -march=native
}

/// callgrind counts from here on (--toggle-collect).
template <class W>
[[gnu::noinline]] void counted_steps(W& w, std::int64_t steps) {
  for (std::int64_t i = 0; i < steps; ++i) observed_step(w);
}

/// W is made with its first parameters; step() takes a step, and outcome() says which loss and which
/// gradients the last one had. The first step is not measured: it finds no memory waiting for it.
template <class W>
void enter(const std::string& name) {
  benchmark::RegisterBenchmark(name.c_str(), [](benchmark::State& state) {
    W w;
    w.step();
    for (auto _ : state) observed_step(w);
  });
  const auto first_step = [] {
    W w;
    w.step();
    return w.outcome();
  };
  const auto steps = [](std::int64_t n) {
    W w;
    w.step();
    counted_steps(w, n);
  };
  entries().push_back({name, first_step, steps});
}

/// Enters W for both floating-point types when the program starts.
template <template <class> class W>
struct Enter {
  Enter(const std::string& workload, const std::string& library) {
    enter<W<float>>(workload + "/float32/" + library);
    enter<W<double>>(workload + "/float64/" + library);
  }
};

}  // namespace workloads

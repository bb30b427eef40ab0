// Every elementwise operation of the list beside libtorch's function of that name: its value alone, and its
// value and gradients. elementwise/exp/float64/1000/gradients/eingrad
#include <tests/parity/elementwise_functions.hpp>

#include <fmt/format.h>

#include "more.hpp"
#include "with_eingrad.hpp"
#include "workload.hpp"

namespace workloads {

namespace {

namespace ours = eingrad;
using Tensors = std::vector<ours::Tensor>;
using TorchTensors = std::vector<torch::Tensor>;

/// n numbers of each operand's domain. libtorch takes numbers for some operands: there it is one.
template <class T>
Tensors operands(const ours::ElementwiseFacts& operation, std::int64_t n) {
  Tensors all;
  for (std::size_t k = 0; k < operation.domain.size(); ++k) {
    const auto [low, high] = operation.domain[k];
    const bool number = k > 0 && ours::testing::takes_numbers_in_libtorch(operation.name);
    std::vector<T> values =
        numbers<T>(static_cast<std::size_t>(number ? 1 : n), 1, static_cast<unsigned>(k) + 1);
    for (T& x : values) x = static_cast<T>(low + (high - low) * (1 + static_cast<double>(x)) / 2);
    all.push_back(from(values, number ? ours::Shape{} : ours::Shape{n}));
    if (operation.differentiable && !number) all.back().requires_grad_();
  }
  return all;
}

template <class T>
TorchTensors in_libtorch(const Tensors& operands) {
  TorchTensors all;
  for (const ours::Tensor& x : operands) {
    const std::vector<std::int64_t> shape(x.shape().begin(), x.shape().end());
    void* data = const_cast<T*>(x.span<T>().data());
    all.push_back(torch::from_blob(data, shape, torch::CppTypeToScalarType<T>::value).clone());
    if (x.requires_grad()) all.back().requires_grad_();
  }
  return all;
}

template <class T>
void enter_one(const ours::ElementwiseFacts& operation, std::int64_t n) {
  const auto& theirs = ours::testing::elementwise_in_libtorch(operation.name);
  const std::string name =
      fmt::format("elementwise/{}/{}/{}", operation.name, sizeof(T) == 8 ? "float64" : "float32", n);
  const bool known = theirs(TorchTensors(operation.domain.size(), torch::ones({}))).defined();
  const auto enter = [](const std::string& of, auto run) { benchmark::RegisterBenchmark(of.c_str(), run); };

  enter(name + "/value/eingrad", [=, &operation](benchmark::State& state) {
    const Tensors x = operands<T>(operation, n);
    const ours::no_grad guard;
    for (auto _ : state) benchmark::DoNotOptimize(operation.call(x));
  });
  if (known) {
    enter(name + "/value/libtorch", [=, &operation, &theirs](benchmark::State& state) {
      const TorchTensors x = in_libtorch<T>(operands<T>(operation, n));
      const torch::NoGradGuard guard;
      for (auto _ : state) benchmark::DoNotOptimize(theirs(x));
    });
  }
  if (!operation.differentiable) return;
  enter(name + "/gradients/eingrad", [=, &operation](benchmark::State& state) {
    const Tensors x = operands<T>(operation, n);
    const ours::Tensor cotangent = ours::ones({n}, dtype<T>);
    for (auto _ : state) {
      for (const ours::Tensor& each : x) each.zero_grad();
      operation.call(x).backward(cotangent);
    }
  });
  if (known) {
    enter(name + "/gradients/libtorch", [=, &operation, &theirs](benchmark::State& state) {
      const TorchTensors x = in_libtorch<T>(operands<T>(operation, n));
      const torch::Tensor cotangent = torch::ones({n}, torch::CppTypeToScalarType<T>::value);
      for (auto _ : state) {
        for (const torch::Tensor& each : x) each.mutable_grad().reset();
        theirs(x).backward(cotangent);
      }
    });
  }
}

}  // namespace

void enter_elementwise() {
  for (const ours::ElementwiseFacts& operation : ours::elementwise_operations()) {
    for (const std::int64_t n : {1, 33, 1000, 1'000'000}) {
      enter_one<float>(operation, n);
      enter_one<double>(operation, n);
    }
  }
}

}  // namespace workloads

#pragma once
// libtorch beside this library: the yardstick of the tests in this folder. Its headers come first, so that
// they take back no macro of Catch2's.
// clang-format off
#include <tests/parity/torch_headers.hpp>
// clang-format on

#include <functional>
#include <string>
#include <vector>

#include <autodiff/tensor.hpp>
#include <tests/catch.hpp>

namespace eingrad::testing {

/// A copy of the values and of requires_grad.
torch::Tensor to_torch(const Tensor& a);
Tensor from_torch(const torch::Tensor& a);

/// How far apart two tensors are: max |a - b| / max(1, |b|), where NaN equals NaN and an infinity itself;
/// infinite if they differ in shape or dtype.
double difference(const Tensor& a, const torch::Tensor& b);

/// Checks that this difference is within the tolerance, and keeps it: the program prints at its end how many
/// things of each kind ("operation", "module" …) were compared, and the largest difference of each.
void check_same(const std::string& kind, const std::string& name, const Tensor& a, const torch::Tensor& b,
                double tolerance = 1e-12);

using OnTensors = std::function<Tensor(const std::vector<Tensor>&)>;

/// Checks that both functions have the same value at the inputs and, with one random cotangent, the same
/// gradients by those inputs that require one.
void check_same_function(const std::string& kind, const std::string& name, const std::vector<Tensor>& inputs,
                         const OnTensors& ours, const OnTorchTensors& theirs, double tolerance = 1e-12);

inline void check_operation(const std::string& name, const std::vector<Tensor>& inputs, const OnTensors& ours,
                            const OnTorchTensors& theirs) {
  check_same_function("operation", name, inputs, ours, theirs);
}

}  // namespace eingrad::testing

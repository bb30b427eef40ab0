#pragma once
#include <type_traits>
#include <vector>

#include <torch/torch.h>

/// What the workloads as libtorch does them share.
namespace workloads {

inline namespace with_libtorch {

template <class T>
constexpr torch::ScalarType dtype = std::is_same_v<T, double> ? torch::kFloat64 : torch::kFloat32;

/// The numbers as a tensor of their own type.
template <class T>
torch::Tensor from(const std::vector<T>& numbers, torch::IntArrayRef shape) {
  return torch::from_blob(const_cast<T*>(numbers.data()), shape, dtype<T>).clone();
}

/// A layer that starts with these numbers.
template <class T>
torch::nn::Linear layer(const std::vector<T>& weight, const std::vector<T>& bias) {
  const auto out = static_cast<std::int64_t>(bias.size()),
             in = static_cast<std::int64_t>(weight.size()) / out;
  torch::nn::Linear made(in, out);
  made->to(dtype<T>);
  const torch::NoGradGuard guard;
  made->weight.copy_(from(weight, {out, in}));
  made->bias.copy_(from(bias, {out}));
  return made;
}

/// The loss, then the gradients of the parameters.
inline std::vector<double> loss_and_gradients(double loss, const std::vector<torch::Tensor>& parameters) {
  std::vector<double> all{loss};
  for (const torch::Tensor& p : parameters) {
    const torch::Tensor gradient = p.grad().to(torch::kFloat64).contiguous();
    all.insert(all.end(), gradient.data_ptr<double>(), gradient.data_ptr<double>() + gradient.numel());
  }
  return all;
}

}  // namespace with_libtorch

}  // namespace workloads

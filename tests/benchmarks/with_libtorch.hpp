#pragma once
#include <type_traits>
#include <vector>

#include <c10/core/CPUAllocator.h>
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

/// While it lives, libtorch's tensors take their memory from tbbmalloc, if that is there. The system's malloc
/// gives large blocks back at once, so that a step of large tensors meets fresh pages at each of them.
class FastMemory {
 public:
  FastMemory();
  FastMemory(const FastMemory&) = delete;
  FastMemory& operator=(const FastMemory&) = delete;
  ~FastMemory() { c10::SetCPUAllocator(before_); }

 private:
  c10::Allocator* before_;
};

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

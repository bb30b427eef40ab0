#include "with_libtorch.hpp"
#include "workload.hpp"

namespace workloads::w5 {

namespace {

template <class T>
struct Libtorch {
  torch::Tensor x = torch::full({1}, first, dtype<T>).requires_grad_();
  T value = 0;

  void step() {
    torch::Tensor y = x;
    for (int i = 0; i < pairs; ++i) y = y * factor + shift;
    value = y.template item<T>();
    x.mutable_grad().reset();
    y.backward();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, {x}); }
};

const Enter<Libtorch> enter{"w5", "libtorch"};

}  // namespace

}  // namespace workloads::w5

#include "w4_data.hpp"
#include "with_libtorch.hpp"

namespace workloads::w4 {

namespace {

template <class T>
struct Libtorch {
  const Data<T> data{};
  torch::Tensor a = from(data.a, {size}).requires_grad_(), b = from(data.b, {size}).requires_grad_(),
                c = from(data.c, {size}).requires_grad_();
  T value = 0;

  void step() {
    const FastMemory memory;
    const auto loss = torch::square(torch::tanh(a * b + c)).mean();
    value = loss.template item<T>();
    for (const torch::Tensor& p : {a, b, c}) p.mutable_grad().reset();
    loss.backward();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, {a, b, c}); }
};

const Enter<Libtorch> enter{"w4", "libtorch"};

}  // namespace

}  // namespace workloads::w4

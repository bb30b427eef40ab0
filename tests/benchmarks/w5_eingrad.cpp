#include "with_eingrad.hpp"
#include "workload.hpp"

namespace workloads::w5 {

namespace {

using namespace eingrad;

template <class T>
struct Eingrad {
  Tensor x = full({1}, first, dtype<T>).requires_grad_();
  T value = 0;

  void step() {
    Tensor y = x;
    for (int i = 0; i < pairs; ++i) y = y * factor + shift;
    value = y.item<T>();
    x.zero_grad();
    y.backward();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, {x}); }
};

const Enter<Eingrad> enter{"w5", "eingrad"};

}  // namespace

}  // namespace workloads::w5

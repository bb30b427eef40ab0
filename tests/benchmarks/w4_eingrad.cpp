#include "w4_data.hpp"
#include "with_eingrad.hpp"

namespace workloads::w4 {

namespace {

using namespace eingrad;

template <class T>
struct Eingrad {
  const Data<T> data{};
  Tensor a = from(data.a, {size}).requires_grad_(), b = from(data.b, {size}).requires_grad_(),
         c = from(data.c, {size}).requires_grad_();
  T value = 0;

  void step() {
    const Tensor loss = mean(square(tanh(a * b + c)));
    value = loss.item<T>();
    for (const Tensor& p : {a, b, c}) p.zero_grad();
    loss.backward();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, {a, b, c}); }
};

const Enter<Eingrad> enter{"w4", "eingrad"};

}  // namespace

}  // namespace workloads::w4

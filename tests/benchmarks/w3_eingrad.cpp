#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include "w3_data.hpp"
#include "with_eingrad.hpp"

namespace workloads::w3 {

namespace {

using namespace eingrad;

template <class T>
struct Eingrad {
  const Data<T> data{};
  Tensor x = from(data.x, {size, size}), t = from(data.t, {size, size});
  nn::Linear layer = first_layer(data);
  optim::SGD sgd{layer.parameters(), {.lr = lr}};
  T value = 0;

  static nn::Linear first_layer(const Data<T>& data) {
    set_default_dtype(dtype<T>);
    nn::Linear layer(size, size);
    layer.weight = from(data.w, {size, size});
    layer.bias = from(data.b, {size});
    return layer;
  }
  void step() {
    const Tensor loss = nn::mse_loss(layer(x), t);
    value = loss.item<T>();
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, layer.parameters()); }
};

const Enter<Eingrad> enter{"w3", "eingrad"};

}  // namespace

}  // namespace workloads::w3

#include "w3_data.hpp"
#include "with_libtorch.hpp"

namespace workloads::w3 {

namespace {

template <class T>
struct Libtorch {
  const Data<T> data{};
  torch::Tensor x = from(data.x, {size, size}), t = from(data.t, {size, size});
  torch::nn::Linear linear = layer(data.w, data.b);
  torch::optim::SGD sgd{linear->parameters(), torch::optim::SGDOptions(lr)};
  T value = 0;

  void step() {
    const auto loss = torch::mse_loss(linear(x), t);
    value = loss.template item<T>();
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, linear->parameters()); }
};

const Enter<Libtorch> enter{"w3", "libtorch"};

}  // namespace

}  // namespace workloads::w3

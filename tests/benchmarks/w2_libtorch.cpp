#include "w2_data.hpp"
#include "with_libtorch.hpp"

namespace workloads::w2 {

namespace {

template <class T>
struct Libtorch {
  const Data<T> data{};
  torch::Tensor x = from(data.x, {batch, in}), labels = torch::tensor(data.labels);
  torch::nn::Linear first = layer(data.w1, data.b1), second = layer(data.w2, data.b2);
  std::vector<torch::Tensor> parameters{first->weight, first->bias, second->weight, second->bias};
  torch::optim::SGD sgd{parameters, torch::optim::SGDOptions(lr)};
  T value = 0;

  void step() {
    const auto loss = torch::cross_entropy_loss(second(torch::relu(first(x))), labels);
    value = loss.template item<T>();
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, parameters); }
};

const Enter<Libtorch> enter{"w2", "libtorch"};

}  // namespace

}  // namespace workloads::w2

#include "with_libtorch.hpp"
#include "workload.hpp"

namespace workloads::w1 {

namespace {

constexpr std::int64_t n = batch;

template <class T>
struct Libtorch {
  torch::Tensor x_ = from(x<T>(), {n}), t_ = from(t<T>(), {n});
  torch::Tensor b = torch::full({1}, first_b, dtype<T>).requires_grad_();
  torch::Tensor w = torch::full({1}, first_w, dtype<T>).requires_grad_();
  torch::optim::SGD sgd{std::vector<torch::Tensor>{b, w}, torch::optim::SGDOptions(lr)};
  T value = 0;

  void step() {
    const auto loss = torch::mse_loss(b + w * x_, t_);
    value = loss.template item<T>();
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, {b, w}); }
};

/// The same with a layer of one perceptron.
template <class T>
struct LibtorchLayer {
  torch::Tensor x_ = from(x<T>(), {n, 1}), t_ = from(t<T>(), {n, 1});
  torch::nn::Linear layer = workloads::layer(std::vector<T>{T(first_w)}, {T(first_b)});
  torch::optim::SGD sgd{layer->parameters(), torch::optim::SGDOptions(lr)};
  torch::nn::MSELoss mse{};
  T value = 0;

  void step() {
    const auto loss = mse(layer(x_), t_);
    value = loss.template item<T>();
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, {layer->bias, layer->weight}); }
};

const Enter<Libtorch> enter{"w1", "libtorch"};
const Enter<LibtorchLayer> enter_layer{"w1_layer", "libtorch"};

}  // namespace

}  // namespace workloads::w1

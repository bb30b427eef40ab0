#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include "with_eingrad.hpp"
#include "workload.hpp"

namespace workloads::w1 {

namespace {

using namespace eingrad;

constexpr std::int64_t n = batch;

template <class T>
struct Eingrad {
  Tensor x_ = from(x<T>(), {n}), t_ = from(t<T>(), {n});
  Tensor b = full({1}, first_b, dtype<T>).requires_grad_();
  Tensor w = full({1}, first_w, dtype<T>).requires_grad_();
  optim::SGD sgd{{b, w}, {.lr = lr}};
  T value = 0;

  Tensor train(const Tensor& x, const Tensor& t) {
    const Tensor loss = nn::mse_loss(b + w * x, t);
    sgd.zero_grad();
    loss.backward();
    sgd.step();
    return loss;
  }
  void step() {
    const Tensor loss = nn::mse_loss(b + w * x_, t_);
    value = loss.item<T>();
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, {b, w}); }
};

/// The same recorded once.
template <class T>
struct EingradReplay {
  struct Train {
    Eingrad<T>* own;
    Tensor operator()(const Tensor& x, const Tensor& t) const { return own->train(x, t); }
  };
  Eingrad<T> own{};
  RecordedStep<Train, 2> recorded = record(Train{&own}, own.x_, own.t_);

  EingradReplay() {
    while (!recorded.replays()) step();
    const no_grad guard;
    own.b.fill_(first_b);
    own.w.fill_(first_w);
  }
  void step() { own.value = recorded(own.x_, own.t_).template item<T>(); }
  std::vector<double> outcome() const { return own.outcome(); }
};

/// The same with a layer of one perceptron.
template <class T>
struct EingradLayer {
  Tensor x_ = from(x<T>(), {n, 1}), t_ = from(t<T>(), {n, 1});
  nn::Linear layer = first_layer();
  optim::SGD sgd{layer.parameters(), {.lr = lr}};
  const nn::MSELoss mse{};
  T value = 0;

  static nn::Linear first_layer() {
    set_default_dtype(dtype<T>);
    nn::Linear layer(1, 1);
    layer.bias = full({1}, first_b);
    layer.weight = full({1, 1}, first_w);
    return layer;
  }
  void step() {
    const Tensor loss = mse(layer(x_), t_);
    value = loss.item<T>();
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, {layer.bias, layer.weight}); }
};

const Enter<Eingrad> enter{"w1", "eingrad"};
const Enter<EingradReplay> enter_replay{"w1_replay", "eingrad"};
const Enter<EingradLayer> enter_layer{"w1_layer", "eingrad"};

}  // namespace

}  // namespace workloads::w1

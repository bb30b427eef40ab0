#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include "w2_data.hpp"
#include "with_eingrad.hpp"

namespace workloads::w2 {

namespace {

using namespace eingrad;

template <class T>
struct Net : nn::Module {
  nn::Linear first{in, hidden}, second{hidden, classes};

  explicit Net(const Data<T>& data) {
    first.weight = from(data.w1, {hidden, in});
    first.bias = from(data.b1, {hidden});
    second.weight = from(data.w2, {classes, hidden});
    second.bias = from(data.b2, {classes});
  }
  Tensor operator()(const Tensor& x) const { return second(relu(first(x))); }
  EINGRAD_MEMBERS(first, second)
};

template <class T>
struct Eingrad {
  const Data<T> data{};
  Tensor x = from(data.x, {batch, in}), labels = tensor(data.labels);
  Net<T> net = (set_default_dtype(dtype<T>), Net<T>(data));
  optim::SGD sgd{net.parameters(), {.lr = lr}};
  T value = 0;

  void step() {
    const Tensor loss = nn::cross_entropy(net(x), labels);
    value = loss.item<T>();
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  std::vector<double> outcome() const { return loss_and_gradients(value, net.parameters()); }
};

const Enter<Eingrad> enter{"w2", "eingrad"};

}  // namespace

}  // namespace workloads::w2

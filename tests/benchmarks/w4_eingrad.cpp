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

  Tensor differentiated() {
    const Tensor loss = mean(square(tanh(a * b + c)));
    for (const Tensor& p : {a, b, c}) p.zero_grad();
    loss.backward();
    return loss;
  }
  void step() { value = differentiated().template item<T>(); }
  std::vector<double> outcome() const { return loss_and_gradients(value, {a, b, c}); }
};

/// The same recorded once: its elementwise operations are replayed in blocks.
template <class T>
struct EingradReplay {
  struct Differentiate {
    Eingrad<T>* own;
    Tensor operator()() const { return own->differentiated(); }
  };
  Eingrad<T> own{};
  RecordedStep<Differentiate, 0> recorded = record(Differentiate{&own});

  EingradReplay() {
    while (!recorded.replays()) step();
  }
  void step() { own.value = recorded().template item<T>(); }
  std::vector<double> outcome() const { return own.outcome(); }
};

const Enter<Eingrad> enter{"w4", "eingrad"};
const Enter<EingradReplay> enter_replay{"w4_replay", "eingrad"};

}  // namespace

}  // namespace workloads::w4

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/fused.hpp>
#include <autodiff/kernels/sum_product.hpp>
#include <autodiff/replay/perform.hpp>
#include <nn/mse_loss.hpp>

namespace eingrad::nn {

namespace {

template <class T>
T* data(const Node& a) {
  return static_cast<T*>(a.data);
}

/// By hand: L = 1/n Σ (y - t)², ∂L/∂y = 2/n (y - t), ∂L/∂t = -∂L/∂y.
struct MseRule final : FusedRule {
  constexpr MseRule() : FusedRule("mse_loss") {}

  Tensor composed(const std::vector<Tensor>& operands) const override {
    return mean(square(operands[0] - operands[1]));
  }

  static void forward(Node& loss, Node& y, Node& t) {
    with_floating_type(loss.dtype, [&]<class T>() {
      const auto n = static_cast<std::size_t>(y.numel());
      replay::perform("mse_loss", loss, {&y, &t}, [to = data<T>(loss), a = data<T>(y), b = data<T>(t), n] {
        *to = kernels::sum_product_kernels<T>().squared_distance(a, b, n) / static_cast<T>(n);
      });
    });
  }

  [[gnu::hot]] void backward_by_hand(const Tensor& loss, Tensor&& cotangent,
                                     Cotangents& operands) const override {
    const std::span<const Slot> slots = loss.get()->operands();
    Node &y = *slots[0].node, &t = *slots[1].node;
    for (std::size_t i = 0; i < 2; ++i) {
      if (!operands.wants(i)) continue;
      Tensor delta(make_node_like(y, y.dtype, loss.get()->location()));
      with_floating_type(y.dtype, [&]<class T>() {
        const auto n = static_cast<std::size_t>(y.numel());
        const T scale = (i == 0 ? T(2) : T(-2)) / static_cast<T>(n);
        replay::perform(
            "mse_loss", *delta.get(), {&y, &t, cotangent.get()},
            [to = data<T>(*delta.get()), scale, a = data<T>(y), b = data<T>(t), g = data<T>(*cotangent.get()),
             n] { kernels::sum_product_kernels<T>().scaled_difference(to, scale, a, b, *g, n); });
      });
      operands.give(i, std::move(delta));
    }
  }
};

constexpr MseRule mse_rule;

}  // namespace

[[gnu::hot]] Tensor mse_loss(const Operand& prediction, const Operand& target, const Reduction& reduction) {
  const Tensor &y = prediction.tensor("the prediction"), &t = target.tensor("the target");
  const Dtype dtype = promote(y.dtype(), t.dtype());
  if (y.shape() != t.shape() || !is_floating(dtype)) check_pair("mse_loss", y, t, prediction.at);
  if (reduction != Reduction::mean)
    return reduced("mse_loss", square(sub(prediction, target)), reduction, prediction.at);
  if (y.dtype() != t.dtype()) return mse_loss(y.to(dtype, prediction.at), t.to(dtype, prediction.at));
  Tensor loss(make_node(dtype, {}, prediction.at));
  MseRule::forward(*loss.get(), *y.get(), *t.get());
  if (should_record({&y, &t})) record(loss, mse_rule, {&y, &t});
  return loss;
}

}  // namespace eingrad::nn

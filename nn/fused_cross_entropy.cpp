#include <algorithm>
#include <vector>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/fused.hpp>
#include <autodiff/kernels/sum_product.hpp>
#include <autodiff/reduction/reduction.hpp>
#include <autodiff/replay/perform.hpp>
#include <nn/cross_entropy.hpp>
#include <nn/fused_cross_entropy.hpp>

namespace eingrad::nn {

namespace {

template <class T>
const T* data(const Tensor& a) {
  return static_cast<const T*>(a.get()->data);
}

/// What forward computed and backward needs: e_nc = exp(z_nc - max_c z_nc), and Σ_c e_nc as a column.
struct Exponentials final : Attributes {
  Tensor e, sums;
};

constexpr std::int64_t ignored = -100;  // as the options have it by themselves
bool counts(std::int64_t label) { return label != ignored; }

/// By hand: L = 1/N Σ_n (log Σ_c exp z_nc - z_nt) with t = t_n, the label of sample n, and N samples that
/// count. ∂L/∂z_nc = 1/N (softmax(z)_nc - δ_ct).
struct CrossEntropyRule final : FusedRule {
  constexpr CrossEntropyRule() : FusedRule("cross_entropy") {}

  Tensor composed(const std::vector<Tensor>& operands) const override {
    return nll_loss(log_softmax(operands[0], 1), operands[1]);
  }

  static Tensor forward(const Tensor& logits, const Tensor& labels, Exponentials& saved, Location at) {
    const no_grad guard;
    const Tensor shifted =
        sub(Operand(logits, at.file, at.line), amax(logits, {1}, true));  // exp would overflow
    saved.e = exp(shifted);
    saved.sums = sum(saved.e, {1}, true);
    const Tensor logs = log(saved.sums);
    Tensor loss(make_node(logits.dtype(), {}, at));
    with_floating_type(loss.dtype(), [&]<class T>() {
      replay::perform("cross_entropy", *loss.get(), {shifted.get(), logs.get(), labels.get()},
                      [to = static_cast<T*>(loss.get()->data), z = data<T>(shifted), log_sum = data<T>(logs),
                       t = data<std::int64_t>(labels), rows = logits.size(0), columns = logits.size(1)] {
                        std::vector<T> losses;
                        losses.reserve(static_cast<std::size_t>(rows));
                        T count = 0;
                        for (std::int64_t n = 0; n < rows; ++n) {
                          count += counts(t[n]) ? T(1) : T(0);
                          losses.push_back(counts(t[n]) ? log_sum[n] - z[n * columns + t[n]] : T(0));
                        }
                        *to = kernels::sum_product_kernels<T>().sum(losses.data(), losses.size()) / count;
                      });
    });
    return loss;
  }

  void backward_by_hand(const Tensor& loss, Tensor&& cotangent, Cotangents& operands) const override {
    if (!operands.wants(0)) return;
    const auto& [e, sums] = static_cast<const Exponentials&>(*loss.get()->attributes);
    const Tensor labels = operand_of(loss.node(), 1);
    Tensor delta(make_node_like(e.node(), e.dtype(), loss.node().location()));
    with_floating_type(e.dtype(), [&, &e = e, &sums = sums]<class T>() {
      replay::perform(
          "cross_entropy", *delta.get(), {e.get(), sums.get(), labels.get(), cotangent.get()},
          [to = static_cast<T*>(delta.get()->data), from = data<T>(e), sum = data<T>(sums),
           t = data<std::int64_t>(labels), g = data<T>(cotangent), rows = e.size(0), columns = e.size(1)] {
            const T count = static_cast<T>(std::count_if(t, t + rows, counts)), scale = *g / count;
            for (std::int64_t n = 0; n < rows; ++n) {
              T* const row = to + n * columns;
              if (!counts(t[n])) {
                std::fill_n(row, columns, T(0));
                continue;
              }
              const T factor = scale / sum[n];
              for (std::int64_t c = 0; c < columns; ++c) row[c] = from[n * columns + c] * factor;
              row[t[n]] -= scale;
            }
          });
    });
    operands.give(0, std::move(delta));
  }
};

constexpr CrossEntropyRule rule;

}  // namespace

Tensor fused_cross_entropy(const Tensor& logits, const Tensor& labels, Location at) {
  auto saved = std::make_unique<Exponentials>();
  Tensor loss = CrossEntropyRule::forward(logits, labels, *saved, at);
  if (should_record({&logits, &labels})) record(loss, rule, {&logits, &labels}, std::move(saved));
  return loss;
}

}  // namespace eingrad::nn

#include <algorithm>
#include <memory>

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
T* data(const Tensor& a) {
  return static_cast<T*>(a.get()->data);
}

/// Of each row of the logits z_nc, as columns: m_n = max_c z_nc, and s_n = Σ_c exp(z_nc - m_n).
struct RowSums final : Attributes {
  Tensor most, sums;
};

bool counts(std::int64_t label) {
  static const std::int64_t ignored = CrossEntropyOptions().ignore_index;
  return label != ignored;
}

template <class T>
T number_that_count(const std::int64_t* labels, std::int64_t rows) {
  return static_cast<T>(std::count_if(labels, labels + rows, counts));
}

/// By hand: L = 1/N Σ_n (log Σ_c exp z_nc - z_nt) over the N samples n that count, with t = t_n, the label of
/// one. ∂L/∂z_nc = 1/N (softmax(z)_nc - δ_ct), and 0 for a sample that does not count.
struct CrossEntropyRule final : FusedRule {
  constexpr CrossEntropyRule() : FusedRule("cross_entropy") {}

  Tensor composed(const std::vector<Tensor>& operands) const override {
    return nll_loss(log_softmax(operands[0], 1), operands[1]);
  }

  static Tensor forward(const Tensor& logits, const Tensor& labels, RowSums& saved, Location at) {
    const no_grad guard;
    saved.most = amax(logits, {1}, true);
    const Tensor shifted = sub(Operand(logits, at.file, at.line), saved.most);  // exp would overflow
    saved.sums = sum(exp(shifted), {1}, true);
    const Tensor logs = log(saved.sums);
    Tensor losses(make_node(logits.dtype(), labels.shape(), at)), loss(make_node(logits.dtype(), {}, at));
    const auto* const t = data<const std::int64_t>(labels);
    const std::int64_t rows = logits.size(0);
    with_floating_type(loss.dtype(), [&]<class T>() {
      replay::perform("cross_entropy", *losses.get(), {shifted.get(), logs.get(), labels.get()},
                      [to = data<T>(losses), z = data<const T>(shifted), log_sum = data<const T>(logs), t,
                       rows, columns = logits.size(1)] {
                        for (std::int64_t n = 0; n < rows; ++n)
                          to[n] = counts(t[n]) ? log_sum[n] - z[n * columns + t[n]] : T(0);
                      });
      replay::perform("cross_entropy", *loss.get(), {losses.get(), labels.get()},
                      [to = data<T>(loss), each = data<const T>(losses), t, rows] {
                        const T sum =
                            kernels::sum_product_kernels<T>().sum(each, static_cast<std::size_t>(rows));
                        *to = sum / number_that_count<T>(t, rows);
                      });
    });
    return loss;
  }

  void backward_by_hand(const Tensor& loss, Tensor&& cotangent, Cotangents& operands) const override {
    if (!operands.wants(0)) return;
    const auto& saved = static_cast<const RowSums&>(*loss.get()->attributes());
    const Tensor logits = operand_of(loss.node(), 0), labels = operand_of(loss.node(), 1);
    const Location at = loss.node().location();
    Tensor delta = exp(sub(Operand(logits, at.file, at.line), saved.most));
    with_floating_type(delta.dtype(), [&]<class T>() {
      replay::perform(
          "cross_entropy", *delta.get(), {delta.get(), saved.sums.get(), labels.get(), cotangent.get()},
          [to = data<T>(delta), sum = data<const T>(saved.sums), t = data<const std::int64_t>(labels),
           g = data<const T>(cotangent), rows = logits.size(0), columns = logits.size(1)] {
            const T scale = *g / number_that_count<T>(t, rows);
            for (std::int64_t n = 0; n < rows; ++n) {
              T* const row = to + n * columns;
              if (!counts(t[n])) {
                std::fill_n(row, columns, T(0));
                continue;
              }
              const T factor = scale / sum[n];
              for (std::int64_t c = 0; c < columns; ++c) row[c] *= factor;
              row[t[n]] -= scale;
            }
          });
    });
    operands.give(0, std::move(delta));
  }
};

constexpr CrossEntropyRule cross_entropy_rule;

}  // namespace

Tensor fused_cross_entropy(const Tensor& logits, const Tensor& labels, Location at) {
  auto saved = std::make_unique<RowSums>();
  Tensor loss = CrossEntropyRule::forward(logits, labels, *saved, at);
  if (should_record({&logits, &labels}))
    record(loss, cross_entropy_rule, {&logits, &labels}, std::move(saved));
  return loss;
}

}  // namespace eingrad::nn

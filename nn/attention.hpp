#pragma once
#include <nn/linear.hpp>

namespace eingrad::nn {

/// What is hidden from a MultiheadAttention. A boolean mask holds where something is hidden; a floating-point
/// one is added to the scores.
struct AttentionMasks {
  Tensor attn_mask{};         ///< (targets, sources), or (n · heads, targets, sources)
  Tensor key_padding_mask{};  ///< (n, sources), boolean
};

/// softmax(Q Kᵀ / √d + mask) V over the last two axes, (…, targets, d), (…, sources, d), (…, sources, v)
/// (Vaswani et al. 2017). Here, as in PyTorch, a boolean mask holds where something is seen.
Tensor scaled_dot_product_attention(const Operand& query, const Tensor& key, const Tensor& value,
                                    const Tensor& mask = {}, double dropout_p = 0);

/// Attention in several heads, each over its part of the features. query (targets, n, dim), key and value
/// (sources, n, dim). Names and initial values are PyTorch's.
class MultiheadAttention : public Module {
 public:
  /// value_error unless the heads divide dim.
  MultiheadAttention(std::int64_t dim, std::int64_t heads, double dropout = 0, bool bias = true,
                     Location at = Location::current());

  struct Output {
    Tensor output;   ///< (targets, n, dim)
    Tensor weights;  ///< (n, targets, sources), the mean over the heads
  };
  Output forward(const Operand& query, const Tensor& key, const Tensor& value,
                 const AttentionMasks& masks = {}) const;
  Output operator()(const Operand& query, const Tensor& key, const Tensor& value,
                    const AttentionMasks& masks = {}) const {
    Output y = forward(query, key, value, masks);
    y.output = hooked(query, std::move(y.output));
    return y;
  }

  Parameter in_proj_weight;  ///< (3 dim, dim): of queries, keys and values
  Parameter in_proj_bias;    ///< (3 dim,), undefined without bias
  Linear out_proj;

  EINGRAD_MEMBERS(in_proj_weight, in_proj_bias, out_proj)

 private:
  std::int64_t dim_, heads_;
  double dropout_;
};

}  // namespace eingrad::nn

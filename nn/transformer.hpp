#pragma once
#include <nn/attention.hpp>
#include <nn/dropout.hpp>
#include <nn/linear.hpp>
#include <nn/normalization.hpp>

namespace eingrad::nn {

enum class FeedForward { relu, gelu };

struct TransformerEncoderLayerOptions {
  std::int64_t dim_feedforward = 2048;
  double dropout = 0.1;
  FeedForward activation = FeedForward::relu;
  double layer_norm_eps = 1e-5;
  bool norm_first = false;  ///< whether norms stand before attention and feed-forward, not behind the sums
};

/// Self-attention, then two linear layers at each place, each added to what it was given and normalised
/// (Vaswani et al. 2017). x (length, n, dim). Names and initial values are PyTorch's.
class TransformerEncoderLayer : public Module {
 public:
  TransformerEncoderLayer(std::int64_t dim, std::int64_t heads, TransformerEncoderLayerOptions options = {},
                          Location at = Location::current());

  Tensor forward(const Operand& x, const AttentionMasks& masks = {}) const;
  Tensor operator()(const Operand& x, const AttentionMasks& masks = {}) const {
    return hooked(x, forward(x, masks));
  }

  MultiheadAttention self_attn;
  Linear linear1;
  Dropout dropout;
  Linear linear2;
  LayerNorm norm1, norm2;
  Dropout dropout1, dropout2;

  EINGRAD_MEMBERS(self_attn, linear1, dropout, linear2, norm1, norm2, dropout1, dropout2)

 private:
  Tensor attend(const Tensor& x, const AttentionMasks& masks) const;
  Tensor feed_forward(const Tensor& x) const;

  TransformerEncoderLayerOptions options_;
};

}  // namespace eingrad::nn

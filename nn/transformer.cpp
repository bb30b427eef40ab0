#include <autodiff/elementwise/elementwise.hpp>
#include <nn/transformer.hpp>

namespace eingrad::nn {

TransformerEncoderLayer::TransformerEncoderLayer(std::int64_t dim, std::int64_t heads,
                                                 TransformerEncoderLayerOptions options, Location at)
    : self_attn(dim, heads, options.dropout, true, at),
      linear1(dim, options.dim_feedforward, true, at),
      dropout(options.dropout, at),
      linear2(options.dim_feedforward, dim, true, at),
      norm1(dim, {.eps = options.layer_norm_eps}, at),
      norm2(dim, {.eps = options.layer_norm_eps}, at),
      dropout1(options.dropout, at),
      dropout2(options.dropout, at),
      options_(options) {}

Tensor TransformerEncoderLayer::attend(const Tensor& x, const AttentionMasks& masks) const {
  return dropout1(self_attn(x, x, x, masks).output);
}

Tensor TransformerEncoderLayer::feed_forward(const Tensor& x) const {
  const Tensor wide = linear1(x);
  return dropout2(linear2(dropout(options_.activation == FeedForward::relu ? relu(wide) : gelu(wide))));
}

Tensor TransformerEncoderLayer::forward(const Operand& input, const AttentionMasks& masks) const {
  Tensor x = input.tensor("the input", "TransformerEncoderLayer");
  if (options_.norm_first) {
    x = x + attend(norm1(x), masks);
    return x + feed_forward(norm2(x));
  }
  x = norm1(x + attend(x, masks));
  return norm2(x + feed_forward(x));
}

}  // namespace eingrad::nn

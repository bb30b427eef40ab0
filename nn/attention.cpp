#include <cmath>
#include <limits>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/reduction/softmax.hpp>
#include <nn/attention.hpp>
#include <nn/dropout.hpp>
#include <nn/init.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

namespace {

constexpr double never = -std::numeric_limits<double>::infinity();

Tensor masked(const Tensor& scores, const Tensor& mask) {
  if (!mask.defined()) return scores;
  return mask.dtype() == boolean ? masked_fill(scores, mask, never) : scores + mask;
}

/// softmax(Q Kᵀ / √d + mask), after dropout.
Tensor attention_weights(const Operand& query, const Tensor& key, const Tensor& mask, double p) {
  const double scale = std::sqrt(1 / static_cast<double>(query.tensor().size(-1)));
  const Tensor scores = matmul(mul(query, scale), key.transpose(-2, -1));
  return dropout(softmax(masked(scores, mask), -1), p, p > 0);
}

}  // namespace

Tensor scaled_dot_product_attention(const Operand& query, const Tensor& key, const Tensor& value,
                                    const Tensor& mask, double dropout_p) {
  static_cast<void>(query.tensor("the query"));
  static_cast<void>(key.node(query.at, "the key"));
  static_cast<void>(value.node(query.at, "the value"));
  const bool seen = mask.defined() && mask.dtype() == boolean;
  return matmul(attention_weights(query, key, seen ? logical_not(mask) : mask, dropout_p), value);
}

MultiheadAttention::MultiheadAttention(std::int64_t dim, std::int64_t heads, double dropout, bool bias,
                                       Location at)
    : out_proj(std::max<std::int64_t>(dim, 1), std::max<std::int64_t>(dim, 1), bias, at),
      dim_(dim),
      heads_(heads),
      dropout_(dropout) {
  if (dim < 1 || heads < 1 || dim % heads != 0) {
    throw Report("MultiheadAttention", fmt::format("{} features do not fall in {} heads", dim, heads), at)
        .hint("a number of features that the heads divide")
        .as<value_error>();
  }
  Tensor weight = empty({3 * dim, dim}, {}, at);
  in_proj_weight = init::xavier_uniform_(weight, 1, at);
  if (!bias) return;
  in_proj_bias = zeros({3 * dim}, {}, at);
  init::zeros_(out_proj.bias, at);
}

MultiheadAttention::Output MultiheadAttention::forward(const Operand& query, const Tensor& key,
                                                       const Tensor& value,
                                                       const AttentionMasks& masks) const {
  const Tensor& q = query.tensor("the query", "MultiheadAttention");
  static_cast<void>(key.node(query.at, "the key", "MultiheadAttention"));
  static_cast<void>(value.node(query.at, "the value", "MultiheadAttention"));
  const bool ranks_fit = q.dim() == 3 && key.dim() == 3 && value.dim() == 3;
  if (!ranks_fit || q.size(2) != dim_ || key.size(2) != dim_ || value.size(2) != dim_ ||
      key.size(0) != value.size(0) || q.size(1) != key.size(1) || q.size(1) != value.size(1)) {
    throw Report("MultiheadAttention", "query, key and value do not fit", query.at)
        .operand("Q", q)
        .operand("K", key)
        .operand("V", value)
        .rule(fmt::format("Q (targets, n, {0}), K and V (sources, n, {0})", dim_))
        .hint(q.dim() == 3 && q.size(2) == dim_
                  ? "keys and values of one length, for the same samples as the queries"
                  : "unsqueeze(1) for a batch of one; transpose(0, 1) if the samples come first")
        .as<shape_error>();
  }
  const std::int64_t targets = q.size(0), n = q.size(1), sources = key.size(0), part = dim_ / heads_;
  const std::vector<Tensor> weights = chunk(in_proj_weight, 3, 0);
  const std::vector<Tensor> biases =
      in_proj_bias.defined() ? chunk(in_proj_bias, 3, 0) : std::vector<Tensor>(3);
  const auto in_heads = [&](const Tensor& x, std::size_t which) {  // (n · heads, length, part)
    const Tensor projected = linear(x, weights[which], biases[which]);
    return projected.reshape({x.size(0), n * heads_, part}).transpose(0, 1);
  };
  Tensor mask = masks.attn_mask;
  if (mask.defined()) {
    const Shape &shape = mask.shape(), of_all{targets, sources}, of_each{n * heads_, targets, sources};
    if (shape != of_all && shape != of_each) {
      throw Report("MultiheadAttention", "the attention mask does not fit", query.at)
          .operand("mask", mask)
          .rule(fmt::format("{}, or {} for each sample and head", to_string(of_all), to_string(of_each)))
          .hint("a mask with a row for each query and a column for each key")
          .as<shape_error>();
    }
  }
  if (masks.key_padding_mask.defined()) {
    const Tensor& padding = masks.key_padding_mask;
    if (padding.shape() != Shape{n, sources} || padding.dtype() != boolean) {
      throw Report("MultiheadAttention", "the padding mask is not boolean of shape (n, sources)", query.at)
          .operand("mask", padding)
          .hint("a comparison such as tokens == 0, with a row for each sample")
          .as<shape_error>();
    }
    const Tensor of_heads = expand(padding.reshape({n, 1, 1, sources}), {n, heads_, 1, sources});
    const Tensor hidden =
        masked(zeros({n * heads_, 1, sources}, q.dtype()), of_heads.reshape({n * heads_, 1, sources}));
    mask = mask.defined() ? masked(hidden, mask) : hidden;
  }
  const double p = is_training() ? dropout_ : 0;
  const Tensor attention = attention_weights(in_heads(q, 0), in_heads(key, 1), mask, p);
  const Tensor mixed = matmul(attention, in_heads(value, 2)).transpose(0, 1).reshape({targets, n, dim_});
  return {out_proj(mixed), mean(attention.reshape({n, heads_, targets, sources}), 1)};
}

}  // namespace eingrad::nn

#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/random/random.hpp>
#include <autodiff/replay/perform.hpp>
#include <nn/embedding.hpp>
#include <nn/init.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

Tensor embedding(const Tensor& indices, const Tensor& weight, std::optional<std::int64_t> padding_idx,
                 Location at) {
  static_cast<void>(weight.node(at, "the weight"));
  if (indices.node(at, "the tensor of indices").dtype != int64) {
    throw Report("embedding", "the indices are not int64", at)
        .operand("i", indices)
        .hint("indices.to(int64)")
        .as<dtype_error>();
  }
  replay::require("embedding", {indices.get(), weight.get()},
                  [from = indices.get(), table = weight.get(), at] {
                    const std::int64_t rows = table->shape[0];
                    const auto* const first = static_cast<const std::int64_t*>(from->data);
                    for (const std::int64_t row : std::span(first, static_cast<std::size_t>(from->numel()))) {
                      if (row >= 0 && row < rows) continue;
                      throw Report("embedding", fmt::format("there is no row {}", row), at)
                          .operand("i", Tensor(retain(from)))
                          .operand("W", Tensor(retain(table)))
                          .hint(fmt::format("indices from 0 to {}, or a larger table", rows - 1))
                          .as<index_error>();
                    }
                  });
  const Tensor rows = index(Operand(weight, at.file, at.line), {indices});
  if (!padding_idx) return rows;
  return where(eq(indices, *padding_idx).unsqueeze(-1), rows.detach(), rows);
}

Embedding::Embedding(std::int64_t count, std::int64_t dim, std::optional<std::int64_t> padding_idx,
                     Location at)
    : padding_idx_(padding_idx) {
  const bool fits = !padding_idx || (*padding_idx >= -count && *padding_idx < count);
  if (count < 1 || dim < 1 || !fits) {
    throw Report("Embedding", fmt::format("{} vectors of {} numbers", count, dim), at)
        .hint("one or more of each, and padding_idx one of them")
        .as<value_error>();
  }
  if (padding_idx_ && *padding_idx_ < 0) *padding_idx_ += count;
  Tensor values = empty({count, dim}, {}, at);
  init::normal_(values, 0, 1, at);
  if (padding_idx_) values = index_put(values, {*padding_idx_}, 0);
  weight = values;
}

std::string Embedding::extra_text() const { return fmt::format("{}, {}", weight.size(0), weight.size(1)); }

}  // namespace eingrad::nn

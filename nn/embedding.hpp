#pragma once
#include <optional>

#include <nn/module.hpp>

namespace eingrad::nn {

/// The rows of a table that int64 indices name: of shape (…) they give (…, dim). index_error if there is no
/// such row.
Tensor embedding(const Tensor& indices, const Tensor& weight, std::optional<std::int64_t> padding_idx = {},
                 Location at = Location::current());

/// A table with a vector for each of `count` things, drawn from the standard normal distribution as PyTorch
/// draws them. The row padding_idx is 0 and gets no gradient.
class Embedding : public Module {
 public:
  Embedding(std::int64_t count, std::int64_t dim, std::optional<std::int64_t> padding_idx = {},
            Location at = Location::current());

  Tensor forward(const Tensor& indices, Location at = Location::current()) const {
    return embedding(indices, weight, padding_idx_, at);
  }
  Tensor operator()(const Tensor& indices, Location at = Location::current()) const {
    return hooked(indices, forward(indices, at));
  }
  std::string extra_text() const override;

  Parameter weight;  ///< (count, dim)

  EINGRAD_MEMBERS(weight)

 private:
  std::optional<std::int64_t> padding_idx_;
};

}  // namespace eingrad::nn

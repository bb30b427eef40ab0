#include <algorithm>
#include <limits>

#include <autodiff/error.hpp>
#include <autodiff/random/random.hpp>
#include <data/data_loader.hpp>

#include <fmt/format.h>

namespace eingrad::data {

BatchSampler::BatchSampler(std::int64_t rows, const DataLoaderOptions& options, Location at)
    : options_(options), rows_(rows), at_(at) {
  if (rows == 0)
    throw Report("DataLoader", "the tensors have no rows", at)
        .hint("at least one row, and as many in each tensor")
        .as<value_error>();
  if (options.batch_size < 1) {
    throw Report("DataLoader", fmt::format("batch_size is {}", options.batch_size), at)
        .hint("1 or more")
        .as<value_error>();
  }
  if (size() == 0) {
    throw Report(
        "DataLoader",
        fmt::format("batch_size is {} of {} rows, and drop_last leaves no batch", options.batch_size, rows),
        at)
        .hint("a smaller batch_size, or drop_last = false")
        .as<value_error>();
  }
}

std::int64_t BatchSampler::size() const noexcept {
  const bool remainder = rows_ % options_.batch_size != 0;
  return rows_ / options_.batch_size + (remainder && !options_.drop_last ? 1 : 0);
}

BatchSampler::Epoch::Epoch(const BatchSampler& sampler)
    : rows_(sampler.rows_), batch_size_(sampler.options_.batch_size), at_(sampler.at_) {
  const DataLoaderOptions& options = sampler.options_;
  stop_ = options.drop_last ? rows_ / batch_size_ * batch_size_ : rows_;
  Generator& generator = options.generator != nullptr ? *options.generator : default_generator();
  generator.word64();
  if (!options.shuffle) return;
  if (options.generator != nullptr) {
    order_ = randperm(rows_, generator);
    spent_after_ = options.generator;
  } else {
    Generator fresh(generator.word64());
    order_ = randperm(rows_, fresh);
  }
}

Tensor BatchSampler::Epoch::take(const Tensor& tensor) const {
  const std::int64_t stop = std::min(start_ + batch_size_, rows_);
  if (!order_.defined()) return tensor.slice(0, start_, stop, 1, at_);
  return index_select(Operand(tensor, at_.file, at_.line), 0, order_.slice(0, start_, stop));
}

void BatchSampler::Epoch::advance() {
  start_ += batch_size_;
  if (done() && spent_after_ != nullptr) randperm(rows_, *spent_after_);
}

}  // namespace eingrad::data

#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include <autodiff/indexing/indexing.hpp>
#include <autodiff/random/generator.hpp>
#include <autodiff/tensor.hpp>
#include <data/rows.hpp>

namespace eingrad::data {

struct DataLoaderOptions {
  std::int64_t batch_size = 1;
  bool shuffle = false;            ///< another order of the rows each time
  bool drop_last = false;          ///< leave out a last batch of fewer rows
  Generator* generator = nullptr;  ///< of the order; the thread's default one if null
};

/// The batches that PyTorch's DataLoader and samplers cut n rows into, drawing the same random words: each
/// epoch spends one 64-bit word for workers, used or not, and one more for the seed of a shuffled order; with
/// a generator of one's own the order is drawn from it, and a further order when the epoch is over.
class BatchSampler {
 public:
  /// value_error if there are no rows, if batch_size is below 1, or if every batch would be dropped.
  BatchSampler(std::int64_t rows, const DataLoaderOptions& options, Location at);

  /// The number of batches.
  std::int64_t size() const noexcept;

  /// The batches of one epoch, in order.
  class Epoch {
   public:
    explicit Epoch(const BatchSampler& sampler);
    bool done() const noexcept { return start_ >= stop_; }
    /// The current batch's rows of a tensor.
    Tensor take(const Tensor& tensor) const;
    void advance();

   private:
    Generator* spent_after_ = nullptr;
    std::int64_t start_ = 0, stop_, rows_, batch_size_;
    Tensor order_;  // undefined if the rows are taken as they come
    Location at_;   // of the loader, which batches name as theirs
  };

 private:
  DataLoaderOptions options_;
  std::int64_t rows_;
  Location at_;
};

/// Iterates over N tensors in batches of rows that belong together; every `for` is an epoch.
///
///     DataLoader loader(x, y, {.batch_size = 33, .shuffle = true});
///     for (auto [x_batch, y_batch] : loader) …
template <std::size_t N>
class DataLoader {
 public:
  using Batch = std::array<Tensor, N>;

  /// shape_error if the tensors differ in their number of rows, value_error for options that yield no batch.
  explicit DataLoader(Batch tensors, const DataLoaderOptions& options = {}, Location at = Location::current())
      : tensors_(std::move(tensors)), sampler_(common_rows("DataLoader", tensors_, at), options, at) {}
  explicit DataLoader(const Tensor& a, const DataLoaderOptions& options = {},
                      Location at = Location::current()) requires(N == 1)
      : DataLoader(Batch{a}, options, at) {}
  DataLoader(const Tensor& a, const Tensor& b, const DataLoaderOptions& options = {},
             Location at = Location::current()) requires(N == 2)
      : DataLoader(Batch{a, b}, options, at) {}

  /// The number of batches.
  std::int64_t size() const noexcept { return sampler_.size(); }

  class Iterator {
   public:
    using value_type = Batch;
    using difference_type = std::ptrdiff_t;

    Batch operator*() const {
      Batch batch;
      for (std::size_t i = 0; i < N; ++i) batch[i] = epoch_.take((*tensors_)[i]);
      return batch;
    }
    Iterator& operator++() {
      epoch_.advance();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return epoch_.done(); }

   private:
    friend DataLoader;
    Iterator(const Batch& tensors, const BatchSampler& sampler) : tensors_(&tensors), epoch_(sampler) {}

    const Batch* tensors_;
    BatchSampler::Epoch epoch_;
  };

  /// Begins an epoch, which draws from the generator.
  Iterator begin() const { return {tensors_, sampler_}; }
  std::default_sentinel_t end() const { return {}; }

 private:
  Batch tensors_;
  BatchSampler sampler_;
};

DataLoader(const Tensor&)->DataLoader<1>;
DataLoader(const Tensor&, DataLoaderOptions)->DataLoader<1>;
DataLoader(const Tensor&, const Tensor&)->DataLoader<2>;
DataLoader(const Tensor&, const Tensor&, DataLoaderOptions)->DataLoader<2>;

}  // namespace eingrad::data

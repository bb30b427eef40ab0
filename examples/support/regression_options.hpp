#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace chapter {

struct Training {
  std::int64_t batch;  ///< rows a mini-batch
  std::int64_t epochs;
  double lr;
};

/// The command line of the chapters on linear regression.
struct RegressionOptions {
  std::uint64_t random_state = 0;
  std::uint64_t manual_seed = 0;
  std::string bias = "0.5";
  std::int64_t samples = 10'100;
  std::optional<std::int64_t> train, batch;  ///< if not given, settle_rows chooses
  std::int64_t epochs = 16;
  double lr = 0.01;
  std::string dtype = "float64";
  std::string csv, x, y;
  bool standardize = false;
  std::string plot, graph;
  bool explain = false;  ///< whether to derive the gradients

  /// Reads the command line and sets the default dtype. False if the user asked for help. value_error for
  /// what makes no sense, before any work is done.
  bool parse(int argc, const char* const* argv);

  /// Settles how many of so many rows train, and how many make a mini-batch. value_error if they cannot.
  void settle_rows(std::int64_t rows);

  /// The number that --bias stands for. value_error if it is none.
  double true_bias() const;

  bool is_real() const { return !csv.empty(); }  ///< data from a file, not generated
  Training training() const { return {batch.value(), epochs, lr}; }
};

}  // namespace chapter

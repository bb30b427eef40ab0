#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <support/options.hpp>

namespace chapter {

struct Training {
  std::int64_t batch;  ///< rows a mini-batch
  std::int64_t epochs;
  double lr;
  bool drop_last = false;        ///< whether rows that fill no mini-batch are left out
  bool valid_at_once = false;    ///< whether all rows to validate with are one batch
  std::string_view remedy = {};  ///< against divergence, beside a smaller lr
  std::string_view loss = "MSE";
};

/// What the command lines of all chapters that train a model have in common.
struct TrainingOptions {
  std::uint64_t random_state = 0;
  std::uint64_t manual_seed = 0;
  std::int64_t samples = 0;
  std::optional<std::int64_t> batch;
  std::int64_t epochs = 16;
  double lr = 0.01;
  std::string dtype = "float64";
  std::string plot, graph;
  bool explain = false;  ///< whether to derive the gradients

  void add_seeds(Options& line);
  void add_training(Options& line, const std::string& batch_help);
  void add_outputs(Options& line, const std::string& plot_help);

  /// value_error for numbers that make no sense.
  void check_numbers() const;
  /// value_error for outputs that cannot be written, or would take the place of `input`, a file or "".
  void check_outputs(const Options& line, const std::string& input = "") const;
  void use_dtype() const;
};

}  // namespace chapter

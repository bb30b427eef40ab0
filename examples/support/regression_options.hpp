#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include <data/read_csv.hpp>
#include <support/training_options.hpp>

namespace chapter {

/// Errors of the user's input are not to name a line of this program.
inline constexpr eingrad::Location user_input{};

/// The command line of the chapter on one feature, whose data is generated or comes from a file.
struct RegressionOptions : TrainingOptions {
  std::string bias = "0.5";
  std::optional<std::int64_t> train;  ///< if this or batch is not given, settle_rows chooses
  std::string csv, x, y, delimiter = ",";
  bool standardize = false;
  std::string title = "1.1 Simple linear regression: by hand and by autograd, to the same parameters.";
  std::string plot_help = "draw samples, line and losses into an SVG file";

  RegressionOptions() { samples = 10'100; }

  /// Reads the command line and sets the default dtype. False if the user asked for help. value_error for
  /// what makes no sense, before any work is done.
  bool parse(int argc, const char* const* argv);

  /// Settles how many of so many rows train, and how many make a mini-batch. value_error if they cannot.
  void settle_rows(std::int64_t rows);

  /// The number that --bias stands for. value_error if it is none.
  double true_bias() const;

  eingrad::data::CsvOptions csv_options() const;
  bool is_real() const { return !csv.empty(); }  ///< data from a file, not generated
  Training training() const {
    return {
        .batch = batch.value(), .epochs = epochs, .lr = lr, .remedy = "--standardize for data from a file"};
  }
};

}  // namespace chapter

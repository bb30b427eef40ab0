#pragma once
// What the chapters on linear regression need around their models: options, data, the printed lines, the
// plot.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <autodiff/tensor.hpp>
#include <support/options.hpp>

namespace chapter {

struct Training {
  std::int64_t batch;  ///< rows a mini-batch
  std::int64_t epochs;
  double lr;
};

struct RegressionOptions {
  std::uint64_t random_state = 0;
  std::uint64_t manual_seed = 0;
  std::string bias = "0.5";
  std::int64_t samples = 10'100;
  std::int64_t train = 100;
  std::int64_t batch = 0;
  std::int64_t epochs = 16;
  double lr = 0.01;
  std::string dtype = "float64";
  std::string csv, x, y;
  bool standardize = false;
  std::string plot;

  /// Reads the command line and sets the default dtype. False if the user asked for help. value_error for
  /// what makes no sense, before any work is done.
  bool parse(int argc, const char* const* argv);
  Training training() const { return {batch, epochs, lr}; }
};

/// How a column was standardized: z = (x - mean) / scale.
struct Standard {
  double mean = 0, scale = 1;
};

/// Rows to train on and rows to validate with; all of shape (rows,).
struct Split {
  eingrad::Tensor x_train, y_train, x_valid, y_valid;
  std::string x_name = "x", y_name = "y";
  Standard x_standard = {}, y_standard = {};
  bool is_real = false;  ///< read from a file
};

/// The data that the options name, in the default dtype. Settles the options that depend on the number of
/// rows, and prints how the rows are used. value_error for data or numbers of rows that make no sense.
Split load(RegressionOptions& options);

struct EpochLoss {
  double train, valid;
};
using History = std::vector<EpochLoss>;

/// Runs an epoch after the other and prints a line for each: "epoch: 0 - MSE: 735.0216 - MSE_v: 950.1801",
/// rounded and written as Python does. Diverged when a loss is no longer finite, or a million times the first
/// one.
History epochs(const Training& training, const std::function<EpochLoss()>& epoch);

/// The mean, added from left to right.
double mean_of(const std::vector<double>& losses);

/// "initial nn      b, w: 0.41 0.94" in shortest round-trip form.
void print_line(const char* label, const eingrad::Tensor& b, const eingrad::Tensor& w);
/// "mape loss: 0.0"
void print_mape(const char* what, double value);
/// For real data: the line in the units of the file, beside the one of least squares.
void print_in_units(const Split& data, const eingrad::Tensor& b, const eingrad::Tensor& w);

/// One derivative, found in four ways.
struct GradientRow {
  const char* name;
  double by_hand, arrays, autograd, finite_difference;
};
void print_gradients(const std::vector<GradientRow>& rows);

/// Draws the samples, the line b + w x and the losses of both models into an SVG file.
void plot(const std::string& path, const Split& data, const eingrad::Tensor& b, const eingrad::Tensor& w,
          const History& nn, const History& scratch);

}  // namespace chapter

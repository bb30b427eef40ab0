#pragma once
// What the chapters with a model need around it: options, data, the printed lines, the plot.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <autodiff/tensor.hpp>
#include <support/graph_picture.hpp>
#include <support/options.hpp>
#include <support/regression_data.hpp>
#include <support/regression_options.hpp>

namespace chapter {

struct EpochLoss {
  double train, valid;
  std::optional<double> accuracy = {};  ///< of a classifier, on the rows to validate with
};
using History = std::vector<EpochLoss>;

/// Runs an epoch after the other and prints a line for each: "epoch: 0 - MSE: 735.0216 - MSE_v: 950.1801", of
/// a classifier with " - acc_v: 0.325" behind, rounded and written as Python does. Diverged when a loss is no
/// longer finite, or a million times the first one.
History epochs(const Training& training, const std::function<EpochLoss()>& epoch);

/// The mean, added from left to right.
double mean_of(const std::vector<double>& losses);

/// "initial nn      b, w: 0.41 0.94" in shortest round-trip form.
void print_line(const char* label, const eingrad::Tensor& b, const eingrad::Tensor& w);
/// The same of the line that generated data was made from; nothing for real data.
void print_true_line(const Split& data);
/// What the lines of print_mape say, before the first of them.
void print_what_mape_is();
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
/// Draws the losses of both models alone, and of classifiers beside them the accuracies.
void plot_losses(const std::string& path, const std::string& title, const Training& training,
                 const History& nn, const History& scratch);

}  // namespace chapter

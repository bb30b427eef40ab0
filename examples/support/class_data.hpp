#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/tensor.hpp>
#include <support/regression_data.hpp>
#include <support/training_options.hpp>

namespace chapter {

/// How a chapter on classification trains by itself.
struct ClassProblem {
  std::int64_t samples, epochs;
  double lr;
  std::string_view loss = "CE";
};

/// The command line of the chapters on classification.
struct ClassOptions : TrainingOptions {
  std::int64_t train = 100;  ///< rows to train on, of generated data
  bool iris = false;         ///< real data instead
  bool digits = false;       ///< or these
  bool mistake = false;      ///< whether to make the chapter's mistake, instead of training
  std::string_view loss;

  explicit ClassOptions(const ClassProblem& problem) : loss(problem.loss) {
    samples = problem.samples;
    epochs = problem.epochs;
    lr = problem.lr;
    batch = 33;
  }

  /// Reads the command line and sets the default dtype. False if the user asked for help. value_error for
  /// what makes no sense, before any work is done.
  bool parse(const std::string& title, int argc, const char* const* argv);

  Training training() const { return {.batch = batch.value(), .epochs = epochs, .lr = lr, .loss = loss}; }
};

/// Rows whose targets are one-hot, of shape (rows, classes).
struct Labelled : Split {
  std::vector<std::string> names;  ///< of the classes

  std::int64_t features() const { return x_train.size(1); }
  std::int64_t classes() const { return y_train.size(1); }
};

/// In the default dtype: five features of scikit-learn's make_classification, four of them informative, the
/// first rows to train on and the others to validate with; or the four measures of the irises, or the 64
/// pixels of the digits, of which train_test_split sets a fifth aside to validate with. Prints how the rows
/// are used.
Labelled load(const ClassOptions& options);

/// Prints how often rows of each class are predicted to be of each.
void print_confusion(const Labelled& data, const eingrad::Tensor& predictions);

/// Draws the first digits to validate with that are predicted to be others.
void print_mistaken(const Labelled& data, const eingrad::Tensor& predictions);

}  // namespace chapter

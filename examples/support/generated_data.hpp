#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <autodiff/tensor.hpp>
#include <support/regression_data.hpp>
#include <support/training_options.hpp>

namespace chapter {

/// The sizes of a data set of make_regression.
struct Problem {
  std::int64_t samples, features, informative, targets = 1;
  /// How many to train on, the first ones; by itself four in five, drawn at random.
  std::optional<std::int64_t> train = {};
};

/// The command line of the chapters whose data has several features.
struct GeneratedOptions : TrainingOptions {
  Problem problem;
  bool drop_last = false;
  bool valid_at_once = false;
  bool mistake = false;  ///< whether to make the chapter's mistake, instead of training

  explicit GeneratedOptions(const Problem& sizes) : problem(sizes) {
    samples = sizes.samples;
    batch = 32;
  }

  /// Reads the command line, to which `add_own` may add the chapter's own options, and sets the default
  /// dtype. False if the user asked for help. value_error for what makes no sense, before any work is done.
  bool parse(const std::string& title, int argc, const char* const* argv,
             const std::function<void(Options&)>& add_own = {});

  Training training() const {
    return {.batch = batch.value(),
            .epochs = epochs,
            .lr = lr,
            .drop_last = drop_last,
            .valid_at_once = valid_at_once};
  }
};

/// Data, and what y = x w + b + noise was made of.
struct Generated : Split {
  eingrad::Tensor true_b, true_w;
};

/// x (rows, features) and y (rows,) or (rows, targets) in the default dtype: scikit-learn's make_regression
/// with a bias of 0.5 and noise of standard deviation 1. Unless the problem says how many rows to train on,
/// train_test_split sets a fifth aside to validate with. Prints how the rows are used. value_error for
/// numbers of rows that make no sense.
Generated generate(const GeneratedOptions& options);

}  // namespace chapter

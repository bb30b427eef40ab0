#include <autodiff/create.hpp>
#include <autodiff/dtype.hpp>
#include <data/make_regression.hpp>
#include <data/train_test_split.hpp>
#include <support/generated_data.hpp>

#include <fmt/format.h>

namespace chapter {

using namespace eingrad;

namespace {

/// The first `train` rows to train on, or four in five at random.
Split split_rows(const Tensor& x, const Tensor& y, std::optional<std::int64_t> train) {
  if (train) {
    return {.x_train = x.slice(0, 0, *train),
            .y_train = y.slice(0, 0, *train),
            .x_valid = x.slice(0, *train, x.size(0)),
            .y_valid = y.slice(0, *train, y.size(0))};
  }
  const auto [x_train, x_valid, y_train, y_valid] =
      data::train_test_split(x, y, {.test_size = 0.2, .random_state = 42});
  return {.x_train = x_train, .y_train = y_train, .x_valid = x_valid, .y_valid = y_valid};
}

}  // namespace

bool GeneratedOptions::parse(const std::string& title, int argc, const char* const* argv,
                             const std::function<void(Options&)>& add_own) {
  Options line(title);
  add_seeds(line);
  line.add("--samples N", samples,
           problem.train ? "rows to generate; those not to train on are to validate with"
                         : "rows to generate, of which a fifth is to validate with");
  if (problem.train) line.add("--train N", problem.train, "rows to train on");
  add_training(line, "rows a mini-batch");
  if (add_own) add_own(line);
  add_outputs(line, "draw the losses into an SVG file");
  line.add_flag("--mistake", mistake, "make the chapter's mistake, to see what eingrad says");
  if (!line.parse(argc, argv)) return false;

  check_numbers();
  if (samples < 2) {
    refuse("--samples", fmt::format("rows to train on and to validate with: {}", samples), "2 or more");
  }
  const std::int64_t train = problem.train.value_or(samples - (samples + 4) / 5);
  if (train < 1 || train >= samples) {
    refuse("--train", fmt::format("{} of {} rows to train on", train, samples),
           fmt::format("1 to {}", samples - 1));
  }
  if (*batch > train) {
    refuse("--batch", fmt::format("a mini-batch of {} from {} rows", *batch, train),
           fmt::format("1 to {}", train));
  }
  check_outputs(line);
  use_dtype();
  return true;
}

Generated generate(const GeneratedOptions& options) {
  const double bias = 0.5;
  const Problem& sizes = options.problem;
  const data::Regression regression =
      data::make_regression({.n_samples = options.samples,
                             .n_features = sizes.features,
                             .n_informative = sizes.informative,
                             .n_targets = sizes.targets,
                             .bias = bias,
                             .noise = 1,
                             .random_state = static_cast<std::int64_t>(options.random_state)});
  const Split split =
      split_rows(regression.x.to(default_dtype()), regression.y.to(default_dtype()), sizes.train);
  fmt::print("x {} and y {}: {} rows to train on, {} to validate with, mini-batches of {}\n",
             to_string(regression.x.shape()), to_string(regression.y.shape()), split.x_train.size(0),
             split.x_valid.size(0), *options.batch);
  return {split, full({sizes.targets}, bias), regression.coef};
}

}  // namespace chapter

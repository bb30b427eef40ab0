#include <algorithm>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/dtype.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/reduction/reduction.hpp>
#include <data/make_classification.hpp>
#include <data/read_csv.hpp>
#include <data/train_test_split.hpp>
#include <support/class_data.hpp>

#include <fmt/format.h>

namespace chapter {

using namespace eingrad;

namespace {

constexpr std::int64_t irises = 150, irises_to_train = 120;

Tensor one_hot_targets(const Tensor& labels) { return one_hot(labels, classes).to(default_dtype()); }

Labelled generate(const ClassOptions& options) {
  const auto [x, y] =
      data::make_classification({.n_samples = options.samples,
                                 .n_features = 5,
                                 .n_informative = 4,
                                 .n_redundant = 0,
                                 .n_classes = classes,
                                 .random_state = static_cast<std::int64_t>(options.random_state)});
  const Tensor features = x.to(default_dtype()), targets = one_hot_targets(y);
  const std::int64_t train = options.train, all = options.samples;
  return {{.x_train = features.slice(0, 0, train),
           .y_train = targets.slice(0, 0, train),
           .x_valid = features.slice(0, train, all),
           .y_valid = targets.slice(0, train, all)},
          {"0", "1", "2"}};
}

Labelled read_irises() {
  const data::Table table = data::read_csv(EINGRAD_DATA_DIR "/iris.csv");
  std::vector<Tensor> columns;
  for (const char* name : {"sepal_length", "sepal_width", "petal_length", "petal_width"})
    columns.push_back(table.column(name, default_dtype()));
  std::vector<std::string> names;
  std::vector<std::int64_t> labels;
  for (const std::string& species : table.text("species")) {
    auto known = std::ranges::find(names, species);
    if (known == names.end()) known = names.insert(known, species);
    labels.push_back(known - names.begin());
  }
  const auto [x_train, x_valid, y_train, y_valid] =
      data::train_test_split(stack(columns, 1), one_hot_targets(tensor(labels, int64)),
                             {.test_size = irises - irises_to_train, .random_state = 42});
  return {{.x_train = x_train, .y_train = y_train, .x_valid = x_valid, .y_valid = y_valid, .is_real = true},
          names};
}

}  // namespace

bool ClassOptions::parse(const std::string& title, int argc, const char* const* argv) {
  Options line(title);
  add_seeds(line);
  line.add("--samples N", samples, "rows to generate");
  line.add("--train N", train, "how many of them are to train on; the others are to validate with");
  line.add_flag("--iris", iris, "classify 150 irises by their measures instead");
  add_training(line, "rows a mini-batch");
  add_outputs(line, "draw the losses and accuracies into an SVG file");
  line.add_flag("--mistake", mistake, "make the chapter's mistake, to see what eingrad says");
  if (!line.parse(argc, argv)) return false;

  check_numbers();
  for (const char* option : {"--samples", "--train", "--random-state"}) {
    if (iris && line.given(option)) refuse(option, "the irises are not generated", "this without --iris");
  }
  if (samples < 2) {
    refuse("--samples", fmt::format("rows to train on and to validate with: {}", samples), "2 or more");
  }
  if (!iris && (train < 1 || train >= samples)) {
    refuse("--train", fmt::format("{} rows to train on of {}", train, samples),
           fmt::format("1 to {}", samples - 1));
  }
  const std::int64_t rows = iris ? irises_to_train : train;
  if (*batch > rows) {
    refuse("--batch", fmt::format("a mini-batch of {} from {} rows", *batch, rows),
           fmt::format("1 to {}", rows));
  }
  check_outputs(line);
  use_dtype();
  return true;
}

Labelled load(const ClassOptions& options) {
  const Labelled data = options.iris ? read_irises() : generate(options);
  fmt::print("{} features, {} classes: {} rows to train on, {} to validate with, mini-batches of {}\n",
             data.features(), classes, data.x_train.size(0), data.x_valid.size(0), *options.batch);
  return data;
}

void print_confusion(const Labelled& data, const Tensor& predictions) {
  const Tensor truth = argmax(data.y_valid, 1), guess = argmax(predictions, 1);
  fmt::print("\nValidation rows of a class, and what they are predicted to be\n  {:12}", "");
  for (const std::string& name : data.names) fmt::print("{:>12}", name);
  for (std::int64_t of = 0; of < classes; ++of) {
    fmt::print("\n  {:12}", data.names.at(static_cast<std::size_t>(of)));
    for (std::int64_t as = 0; as < classes; ++as)
      fmt::print("{:>12}", sum(logical_and(truth == of, guess == as)).item<std::int64_t>());
  }
  fmt::print("\n");
}

}  // namespace chapter

#include <algorithm>
#include <cmath>

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

constexpr std::int64_t irises_to_train = 120, digits_to_train = 1'437;  // of 150 and of 1,797
constexpr std::size_t side = 8;                                         // of a digit's image, in pixels

Tensor one_hot_targets(const Tensor& labels, std::int64_t classes) {
  return one_hot(labels, classes).to(default_dtype());
}

Labelled generate(const ClassOptions& options) {
  const auto [x, y] =
      data::make_classification({.n_samples = options.samples,
                                 .n_features = 5,
                                 .n_informative = 4,
                                 .n_redundant = 0,
                                 .n_classes = 3,
                                 .random_state = static_cast<std::int64_t>(options.random_state)});
  const Tensor features = x.to(default_dtype()), targets = one_hot_targets(y, 3);
  const std::int64_t train = options.train, all = options.samples;
  return {{.x_train = features.slice(0, 0, train),
           .y_train = targets.slice(0, 0, train),
           .x_valid = features.slice(0, train, all),
           .y_valid = targets.slice(0, train, all)},
          {"0", "1", "2"}};
}

/// Real data, of which so many rows are to train on.
Labelled split(const Tensor& x, const Tensor& y, std::int64_t train, std::vector<std::string> names) {
  const auto [x_train, x_valid, y_train, y_valid] =
      data::train_test_split(x, y, {.test_size = x.size(0) - train, .random_state = 42});
  return {{.x_train = x_train, .y_train = y_train, .x_valid = x_valid, .y_valid = y_valid, .is_real = true},
          std::move(names)};
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
  return split(stack(columns, 1), one_hot_targets(tensor(labels, int64), 3), irises_to_train, names);
}

// region digits
Labelled read_digits() {
  const data::Table table = data::read_csv(EINGRAD_DATA_DIR "/digits.csv");
  std::vector<Tensor> pixels;
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column < side; ++column) {
      const std::string name = fmt::format("pixel_{}_{}", row, column);
      pixels.push_back(table.column(name, default_dtype()));
    }
  }
  const Tensor x = stack(pixels, 1) / 16, y = one_hot_targets(table.column("digit", int64), 10);
  return split(x, y, digits_to_train, {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
}
// endregion digits

}  // namespace

bool ClassOptions::parse(const std::string& title, int argc, const char* const* argv) {
  Options line(title);
  add_seeds(line);
  line.add("--samples N", samples, "rows to generate");
  line.add("--train N", train, "how many of them are to train on; the others are to validate with");
  line.add_flag("--iris", iris, "classify 150 irises by their measures instead");
  line.add_flag("--digits", digits, "read 1,797 handwritten digits of 8 by 8 pixels instead");
  add_training(line, "rows a mini-batch");
  add_outputs(line, "draw the losses and accuracies into an SVG file");
  line.add_flag("--mistake", mistake, "make the chapter's mistake, to see what eingrad says");
  if (!line.parse(argc, argv)) return false;

  check_numbers();
  if (iris && digits) refuse("--digits", "the irises are no digits", "this without --iris");
  for (const char* option : {"--samples", "--train", "--random-state"}) {
    if (iris && line.given(option)) refuse(option, "the irises are not generated", "this without --iris");
    if (digits && line.given(option)) refuse(option, "the digits are not generated", "this without --digits");
  }
  if (samples < 2) {
    refuse("--samples", fmt::format("rows to train on and to validate with: {}", samples), "2 or more");
  }
  if (!iris && !digits && (train < 1 || train >= samples)) {
    refuse("--train", fmt::format("{} rows to train on of {}", train, samples),
           fmt::format("1 to {}", samples - 1));
  }
  const std::int64_t rows = iris ? irises_to_train : digits ? digits_to_train : train;
  if (*batch > rows) {
    refuse("--batch", fmt::format("a mini-batch of {} from {} rows", *batch, rows),
           fmt::format("1 to {}", rows));
  }
  check_outputs(line);
  use_dtype();
  return true;
}

Labelled load(const ClassOptions& options) {
  const Labelled data = options.iris ? read_irises() : options.digits ? read_digits() : generate(options);
  fmt::print("{} features, {} classes: {} rows to train on, {} to validate with, mini-batches of {}\n",
             data.features(), data.classes(), data.x_train.size(0), data.x_valid.size(0), *options.batch);
  return data;
}

void print_confusion(const Labelled& data, const Tensor& predictions) {
  const Tensor truth = argmax(data.y_valid, 1), guess = argmax(predictions, 1);
  const int width = data.classes() > 5 ? 5 : 12;
  fmt::print("\nValidation rows of a class, and what they are predicted to be\n  {:{}}", "", width);
  for (const std::string& name : data.names) fmt::print("{:>{}}", name, width);
  for (std::int64_t of = 0; of < data.classes(); ++of) {
    fmt::print("\n  {:{}}", data.names.at(static_cast<std::size_t>(of)), width);
    for (std::int64_t as = 0; as < data.classes(); ++as)
      fmt::print("{:>{}}", sum(logical_and(truth == of, guess == as)).item<std::int64_t>(), width);
  }
  fmt::print("\n");
}

void print_mistaken(const Labelled& data, const Tensor& predictions) {
  constexpr const char* shades[] = {"  ", "░░", "▒▒", "▓▓", "██"};
  const std::vector<double> truth = values_of(argmax(data.y_valid, 1));
  const std::vector<double> guess = values_of(argmax(predictions, 1));
  std::vector<std::string> lines(side + 1);  // a caption, then the rows of pixels, of digits side by side
  int drawn = 0;
  for (std::size_t n = 0; n < truth.size() && drawn < 4; ++n) {
    if (truth[n] == guess[n]) continue;
    ++drawn;
    lines[0] += fmt::format("  {:18}", fmt::format("a {}, read as {}", truth[n], guess[n]));
    const std::vector<double> image = values_of(select(data.x_valid, 0, static_cast<std::int64_t>(n)));
    for (std::size_t row = 0; row < side; ++row) {
      lines[row + 1] += "  ";
      for (std::size_t column = 0; column < side; ++column)
        lines[row + 1] += shades[std::lround(4 * image[side * row + column])];
      lines[row + 1] += "  ";
    }
  }
  if (drawn == 0) return;
  fmt::print("\nThe first that are mistaken\n");
  for (const std::string& line : lines) fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
}

}  // namespace chapter

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

#include <autodiff/create.hpp>
#include <autodiff/einsum.hpp>
#include <autodiff/elementwise.hpp>
#include <autodiff/indexing.hpp>
#include <autodiff/number_text.hpp>
#include <autodiff/random/python_random.hpp>
#include <data/make_regression.hpp>
#include <data/read_csv.hpp>
#include <data/train_test_split.hpp>
#include <support/progress.hpp>
#include <support/regression_chapter.hpp>
#include <support/svg_plot.hpp>
#include <support/write_file.hpp>

#include <fmt/format.h>

namespace chapter {

using namespace eingrad;

namespace {

/// Errors of the user's input are not to name a line of this program.
constexpr Location user_input{};

[[noreturn]] void refuse(const std::string& option, const std::string& problem, const std::string& hint) {
  throw Report(option, problem).hint(hint).as<value_error>();
}

/// --bias: a number, or Python's random.random() seeded with the random state.
double true_bias(const RegressionOptions& options) {
  if (options.bias == "python") return PythonRandom(options.random_state).random();
  double value = 0;
  const char* end = options.bias.data() + options.bias.size();
  const auto [stop, status] = std::from_chars(options.bias.data(), end, value);
  if (status != std::errc() || stop != end || !std::isfinite(value)) {
    refuse("--bias", "'" + options.bias + "' is not a finite number", "a number such as 0.5, or python");
  }
  return value;
}

void check(const RegressionOptions& options) {
  const bool is_real = !options.csv.empty();
  if (options.dtype != "float32" && options.dtype != "float64") {
    refuse("--dtype", "there is no dtype '" + options.dtype + "' for training", "float32 or float64");
  }
  if (!(options.lr >= 0) || !std::isfinite(options.lr)) {
    refuse("--lr", fmt::format("the learning rate {} is not a finite number of 0 or more", options.lr),
           "0.01");
  }
  if (options.random_state > 0xffff'ffff) {
    refuse("--random-state", fmt::format("{} is no seed", options.random_state),
           "an integer from 0 to 2^32 - 1");
  }
  if (options.epochs < 0) refuse("--epochs", fmt::format("{} epochs", options.epochs), "0 or more");
  if (is_real && (options.x.empty() || options.y.empty())) {
    refuse("--csv", "which columns?", "--x COLUMN --y COLUMN");
  }
  if (!is_real && (!options.x.empty() || !options.y.empty() || options.standardize)) {
    refuse("--x, --y, --standardize", "these are for data from a file", "--csv FILE");
  }
  if (!is_real && options.samples < 2) {
    refuse("--samples", fmt::format("{} samples are too few to train and validate", options.samples),
           "2 or more");
  }
  static_cast<void>(true_bias(options));
}

/// Fills in the defaults that depend on the number of rows.
void settle_rows(RegressionOptions& options, std::int64_t rows) {
  if (options.train == 0 && !options.csv.empty()) options.train = rows * 4 / 5;
  // A third, as in the notebook; all rows of a file, whose line then converges to the one of least squares.
  const std::int64_t rows_a_step = options.csv.empty() ? options.train / 3 : options.train;
  if (options.batch == 0) options.batch = std::max<std::int64_t>(rows_a_step, 1);
  if (options.train < 1 || options.train >= rows) {
    refuse("--train", fmt::format("{} of {} rows", options.train, rows),
           fmt::format("1 to {}, so that rows are left to validate with", rows - 1));
  }
  if (options.batch < 1 || options.batch > options.train) {
    refuse("--batch", fmt::format("a mini-batch of {} from {} rows", options.batch, options.train),
           fmt::format("1 to {}", options.train));
  }
}

/// A constant column has no scale: it is left where its mean puts it.
Standard standard_of(const Tensor& a, const std::string& name) {
  const double center = mean(a).item(), scale = std::sqrt(mean(square(a - center)).item());
  if (!(scale > 0)) refuse("--standardize", "the column '" + name + "' is constant", "another column");
  return {center, scale};
}

Tensor standardized(const Tensor& a, const Standard& standard) {
  return (a - standard.mean) / standard.scale;
}

Split generated(const RegressionOptions& options) {
  const data::Regression regression =
      data::make_regression({.n_samples = options.samples,
                             .n_features = 1,
                             .bias = true_bias(options),
                             .noise = 1,
                             .random_state = static_cast<std::int64_t>(options.random_state)},
                            user_input);
  const Tensor x = regression.x.squeeze(1);
  const Tensor& y = regression.y;
  return {.x_train = x.slice(0, 0, options.train),
          .y_train = y.slice(0, 0, options.train),
          .x_valid = x.slice(0, options.train, options.samples),
          .y_valid = y.slice(0, options.train, options.samples)};
}

Split real(const RegressionOptions& options, const data::Table& table) {
  const Tensor x = table.column(options.x, float64, user_input),
               y = table.column(options.y, float64, user_input);
  auto [x_train, x_valid, y_train, y_valid] =
      data::train_test_split(x, y,
                             {.test_size = table.rows() - options.train,
                              .random_state = static_cast<std::int64_t>(options.random_state)});
  Split split{.x_train = x_train,
              .y_train = y_train,
              .x_valid = x_valid,
              .y_valid = y_valid,
              .x_name = options.x,
              .y_name = options.y,
              .is_real = true};
  if (options.standardize) {
    split.x_standard = standard_of(x_train, options.x);
    split.y_standard = standard_of(y_train, options.y);
  }
  for (Tensor* part : {&split.x_train, &split.x_valid}) *part = standardized(*part, split.x_standard);
  for (Tensor* part : {&split.y_train, &split.y_valid}) *part = standardized(*part, split.y_standard);
  return split;
}

std::string text(const Tensor& one) {
  return one.dtype() == float32 ? repr(one.item<float>()) : repr(one.item<double>());
}

/// The line of least squares, y = b + w x.
std::array<double, 2> least_squares(const Tensor& x, const Tensor& y) {
  const Tensor dx = x - mean(x), dy = y - mean(y);
  const double w = sum(dx * dy).item() / sum(square(dx)).item();
  return {mean(y).item() - w * mean(x).item(), w};
}

/// A line through standardized columns, in the columns' own units.
std::array<double, 2> in_units(const Split& data, double b, double w) {
  const double slope = w * data.y_standard.scale / data.x_standard.scale;
  return {data.y_standard.mean + b * data.y_standard.scale - slope * data.x_standard.mean, slope};
}

std::vector<double> values(const Tensor& a, const Standard& standard = {}) {
  const Tensor doubles = a.to(float64) * standard.scale + standard.mean;
  const std::span<const double> span = doubles.span<double>();
  return {span.begin(), span.end()};
}

std::vector<double> losses(const History& history, double EpochLoss::*which) {
  std::vector<double> list;
  for (const EpochLoss& epoch : history) list.push_back(epoch.*which);
  return list;
}

}  // namespace

bool RegressionOptions::parse(int argc, const char* const* argv) {
  Options options("1.1 Simple linear regression: by hand and by autograd, to the same parameters.");
  options.add("--random-state SEED", random_state, "seed of the data, as scikit-learn's random_state");
  options.add("--manual-seed SEED", manual_seed, "seed of the initial parameters, as torch.manual_seed");
  options.add("--bias NUMBER", bias,
              "true bias of the data, or 'python': random.random() after random.seed(SEED)");
  options.add("--samples N", samples, "rows to generate");
  options.add("--train N", train, "rows to train on (of a file: 4 of 5)");
  options.add("--batch N", batch, "rows a mini-batch (0: a third of the training rows; of a file, all)");
  options.add("--epochs N", epochs, "passes over the training rows");
  options.add("--lr RATE", lr, "learning rate");
  options.add("--dtype TYPE", dtype, "float64 or float32");
  options.add("--csv FILE", csv, "train on a file of comma-separated values");
  options.add("--x COLUMN", x, "the column to predict from");
  options.add("--y COLUMN", y, "the column to predict");
  options.add_flag("--standardize", standardize, "scale both columns to mean 0 and standard deviation 1");
  options.add("--plot FILE", plot, "draw samples, line and losses into an SVG file");
  if (!options.parse(argc, argv)) return false;

  check(*this);
  if (!options.given("--train") && !csv.empty()) train = 0;
  if (options.given("--batch") && batch < 1)
    refuse("--batch", fmt::format("a mini-batch of {} rows", batch), "1 or more");
  if (!plot.empty()) check_writable(plot);
  set_default_dtype(dtype == "float32" ? float32 : float64);
  return true;
}

Split load(RegressionOptions& options) {
  Split split;
  if (options.csv.empty()) {
    settle_rows(options, options.samples);
    split = generated(options);
  } else {
    const data::Table table = data::read_csv(options.csv);
    static_cast<void>(
        table.column(options.x, float64, user_input));  // a bad cell before a bad number of rows
    static_cast<void>(table.column(options.y, float64, user_input));
    settle_rows(options, table.rows());
    split = real(options, table);
  }
  for (Tensor* part : {&split.x_train, &split.y_train, &split.x_valid, &split.y_valid}) {
    *part = part->to(default_dtype());
  }
  fmt::print("{} and {}: {} rows to train on, {} to validate with, mini-batches of {}\n", split.x_name,
             split.y_name, split.x_train.numel(), split.x_valid.numel(), options.batch);
  return split;
}

double mean_of(const std::vector<double>& losses) {
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
}

History epochs(const Training& training, const std::function<EpochLoss()>& epoch) {
  History history;
  Progress progress("training", training.epochs);
  for (std::int64_t i = 0; i < training.epochs; ++i) {
    const EpochLoss loss = epoch();
    progress.hide();
    const bool is_finite = std::isfinite(loss.train) && std::isfinite(loss.valid);
    if (!is_finite || (i > 0 && loss.train > 1e6 * history.front().train)) {
      throw Diverged(fmt::format(
          "training diverged at epoch {}: the MSE is {}; try a smaller --lr than {}, or --standardize "
          "for data from a file",
          i, repr(loss.train), repr(training.lr)));
    }
    fmt::print("epoch: {} - MSE: {} - MSE_v: {}\n", i, repr(round_to(loss.train, 4)),
               repr(round_to(loss.valid, 4)));
    history.push_back(loss);
    progress.update(i + 1);
  }
  return history;
}

void print_line(const char* label, const Tensor& b, const Tensor& w) {
  fmt::print("{} b, w: {} {}\n", label, text(b), text(w));
}

void print_mape(const char* what, double value) { fmt::print("mape {}: {}\n", what, repr(value)); }

void print_in_units(const Split& data, const Tensor& b, const Tensor& w) {
  if (!data.is_real) return;
  const auto [own_b, own_w] = in_units(data, b.item(), w.item());
  const auto [z_b, z_w] = least_squares(data.x_train.to(float64), data.y_train.to(float64));
  const auto [best_b, best_w] = in_units(data, z_b, z_w);
  fmt::print("\nIn the units of the file\n");
  fmt::print("  trained        {} = {:.4f} + {:.4f} {}\n", data.y_name, own_b, own_w, data.x_name);
  fmt::print("  least squares  {} = {:.4f} + {:.4f} {}  (of the training rows)\n", data.y_name, best_b,
             best_w, data.x_name);
}

void print_gradients(const std::vector<GradientRow>& rows) {
  fmt::print("         {:>22}  {:>22}  {:>22}  {:>22}\n", "by hand, einsum", "by hand, arrays", "autograd",
             "finite differences");
  double largest = 0;
  for (const GradientRow& row : rows) {
    fmt::print("  {}  {:>22}  {:>22}  {:>22}  {:>22}\n", row.name, repr(row.by_hand), repr(row.arrays),
               repr(row.autograd), repr(row.finite_difference));
    largest =
        std::max(largest, std::abs(row.by_hand - row.autograd) / std::max(std::abs(row.autograd), 1e-300));
  }
  fmt::print("  by hand and autograd differ by {:.1e} of the gradient at most\n", largest);
}

void plot(const std::string& path, const Split& data, const Tensor& b, const Tensor& w, const History& nn,
          const History& scratch) {
  const auto scatter = [&](const Tensor& x, const Tensor& y) {
    return points(values(x, data.x_standard), values(y, data.y_standard));
  };
  const std::vector<double> x = values(cat({data.x_train, data.x_valid}), data.x_standard);
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  const auto [own_b, own_w] = in_units(data, b.item(), w.item());
  const std::vector<double> ends = {*low, *high}, line = {own_b + own_w * *low, own_b + own_w * *high};

  Panel samples{
      .title = "Samples and the fitted line", .x = {.label = data.x_name}, .y = {.label = data.y_name}};
  samples.series = {{"validation", Mark::dots, scatter(data.x_valid, data.y_valid)},
                    {"training", Mark::dots, scatter(data.x_train, data.y_train)},
                    {fmt::format("{} = {:.3g} {} {:.3g} {}", data.y_name, own_b, own_w < 0 ? "-" : "+",
                                 std::abs(own_w), data.x_name),
                     Mark::line, points(ends, line)}};
  Panel curves{.title = "Mean squared error",
               .x = {.label = "epoch", .kind = PlotScale::Kind::integers},
               .y = {.label = "MSE", .kind = PlotScale::Kind::log}};
  curves.series = {{"nn, training", Mark::line, points(losses(nn, &EpochLoss::train))},
                   {"nn, validation", Mark::line, points(losses(nn, &EpochLoss::valid))},
                   {"scratch, training", Mark::dots, points(losses(scratch, &EpochLoss::train))},
                   {"scratch, validation", Mark::dots, points(losses(scratch, &EpochLoss::valid))}};
  write_svg(path, {.title = "1.1 Simple linear regression", .panels = {samples, curves}});
}

}  // namespace chapter

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <system_error>

#include <autodiff/dtype.hpp>
#include <autodiff/random/python_random.hpp>
#include <autodiff/storage/write_file.hpp>
#include <support/graph_picture.hpp>
#include <support/options.hpp>
#include <support/regression_options.hpp>

#include <fmt/format.h>

namespace chapter {

using namespace eingrad;

namespace {

void check_numbers(const RegressionOptions& options) {
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
  if (options.batch && *options.batch < 1) {
    refuse("--batch", fmt::format("a mini-batch of {} rows", *options.batch), "1 or more");
  }
  static_cast<void>(options.true_bias());
}

/// An option that would be ignored is a mistake, too.
void check_source(const RegressionOptions& options, const Options& line) {
  if (line.given("--csv") && options.csv.empty()) {
    refuse("--csv", "the name of the file is empty", "--csv FILE");
  }
  if (options.is_real() && (options.x.empty() || options.y.empty())) {
    refuse("--csv", "which columns?", "--x COLUMN --y COLUMN");
  }
  if (options.is_real() && options.x == options.y) {
    refuse("--x, --y", "'" + options.x + "' would be predicted from itself", "two columns");
  }
  if (options.is_real() && (line.given("--samples") || line.given("--bias"))) {
    refuse("--samples, --bias", "these are for generated data", "leave them out, or --csv");
  }
  if (!options.is_real() && (line.given("--x") || line.given("--y") || options.standardize)) {
    refuse("--x, --y, --standardize", "these are for data from a file", "--csv FILE");
  }
}

/// An output that would take the place of another file that is in use.
void check_own_file(const std::string& option, const std::string& path, const std::string& other,
                    const std::string& what) {
  std::error_code not_there;
  const bool same = !other.empty() && (path == other || std::filesystem::equivalent(path, other, not_there));
  if (same) refuse(option, "'" + path + "' is the file with the " + what, "another file");
}

void check_plot(const RegressionOptions& options) {
  check_own_file("--plot", options.plot, options.csv, "data");
  const std::filesystem::path path = options.plot;
  if (path.has_extension() && path.extension() != ".svg") {
    refuse("--plot", "the plot is an SVG file, not '" + options.plot + "'", path.stem().string() + ".svg");
  }
  eingrad::check_writable(options.plot);
}

void check_graph(const RegressionOptions& options) {
  check_own_file("--graph", options.graph, options.csv, "data");
  check_own_file("--graph", options.graph, options.plot, "plot");
  check_graph_path("--graph", options.graph);
}

}  // namespace

bool RegressionOptions::parse(int argc, const char* const* argv) {
  Options line("1.1 Simple linear regression: by hand and by autograd, to the same parameters.");
  line.add("--random-state SEED", random_state, "seed of the data, as scikit-learn's random_state");
  line.add("--manual-seed SEED", manual_seed, "seed of the initial parameters, as torch.manual_seed");
  line.add("--bias NUMBER", bias,
           "true bias of the data, or 'python': random.random() after random.seed(SEED)");
  line.add("--samples N", samples, "rows to generate");
  line.add("--train N", train, "rows to train on; if not given, 100, or 4 of 5 rows of a file");
  line.add("--batch N", batch,
           "rows a mini-batch; if not given, a third of the training rows, or all of them of a file");
  line.add("--epochs N", epochs, "passes over the training rows");
  line.add("--lr RATE", lr, "learning rate");
  line.add("--dtype TYPE", dtype, "float64 or float32");
  line.add("--csv FILE", csv, "train on a file of comma-separated values");
  line.add("--x COLUMN", x, "the column to predict from");
  line.add("--y COLUMN", y, "the column to predict");
  line.add_flag("--standardize", standardize, "scale both columns to mean 0 and standard deviation 1");
  line.add("--plot FILE", plot, "draw samples, line and losses into an SVG file");
  line.add("--graph FILE", graph,
           "draw the graph of the first mini-batch's loss: FILE.svg through Graphviz, FILE.dot, FILE.mmd");
  line.add_flag("--explain", explain, "derive the gradients from this graph, one rule a line");
  if (!line.parse(argc, argv)) return false;

  check_numbers(*this);
  check_source(*this, line);
  if (line.given("--plot")) check_plot(*this);
  if (line.given("--graph")) check_graph(*this);
  set_default_dtype(dtype == "float32" ? float32 : float64);
  return true;
}

void RegressionOptions::settle_rows(std::int64_t rows) {
  if (rows < 2) {
    refuse(is_real() ? "--csv" : "--samples", fmt::format("rows to train on and to validate with: {}", rows),
           "2 or more");
  }
  if (!train) train = is_real() ? rows * 4 / 5 : 100;
  if (*train < 1 || *train >= rows) {
    refuse("--train", fmt::format("{} of {} rows", *train, rows),
           fmt::format("1 to {}, so that rows are left to validate with", rows - 1));
  }
  // A third, as in the notebook; all rows of a file, whose line then converges to the one of least squares.
  if (!batch) batch = is_real() ? *train : std::max<std::int64_t>(*train / 3, 1);
  if (*batch > *train) {
    refuse("--batch", fmt::format("a mini-batch of {} from {} rows", *batch, *train),
           fmt::format("1 to {}", *train));
  }
}

double RegressionOptions::true_bias() const {
  if (bias == "python") return PythonRandom(random_state).random();
  double value = 0;
  const char* end = bias.data() + bias.size();
  const auto [stop, status] = std::from_chars(bias.data(), end, value);
  if (status != std::errc() || stop != end || !std::isfinite(value)) {
    refuse("--bias", "'" + bias + "' is not a finite number", "a number such as 0.5, or python");
  }
  return value;
}

}  // namespace chapter

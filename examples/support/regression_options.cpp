#include <algorithm>
#include <charconv>
#include <cmath>

#include <autodiff/random/python_random.hpp>
#include <data/read_csv.hpp>
#include <support/options.hpp>
#include <support/regression_options.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace chapter {

using namespace eingrad;

namespace {

/// An option that would be ignored is a mistake, too.
void check_source(const RegressionOptions& options, const Options& line) {
  if (line.given("--csv") && options.csv.empty()) {
    refuse("--csv", "the name of the file is empty", "--csv FILE");
  }
  if (options.delimiter.size() != 1 && options.delimiter != "\\t") {
    refuse("--delimiter", "'" + options.delimiter + "' is not one character", "',', ';' or '\\t'");
  }
  if (options.is_real() && (options.x.empty() || options.y.empty())) {
    const data::Table table =
        data::read_csv(options.csv, options.csv_options(), user_input);  // or it is missing
    refuse("--csv",
           fmt::format("which columns? Its first line names \"{}\"", fmt::join(table.names(), "\", \"")),
           "--x COLUMN --y COLUMN");
  }
  if (options.is_real() && options.x == options.y) {
    refuse("--x, --y", "'" + options.x + "' would be predicted from itself", "two columns");
  }
  if (options.is_real() && (line.given("--samples") || line.given("--bias"))) {
    refuse("--samples, --bias", "these are for generated data", "leave them out, or --csv");
  }
  if (!options.is_real() &&
      (line.given("--x") || line.given("--y") || line.given("--delimiter") || options.standardize)) {
    refuse("--x, --y, --delimiter, --standardize", "these are for data from a file", "--csv FILE");
  }
}

}  // namespace

bool RegressionOptions::parse(int argc, const char* const* argv) {
  Options line(title);
  add_seeds(line);
  line.add("--bias NUMBER", bias,
           "true bias of the data, or 'python': random.random() after random.seed(SEED)");
  line.add("--samples N", samples, "rows to generate");
  line.add("--train N", train, "rows to train on; if not given, 100, or 4 of 5 rows of a file");
  add_training(line,
               "rows a mini-batch; if not given, a third of the training rows, or all of them of a file");
  line.add("--csv FILE", csv, "train on a file of comma-separated values");
  line.add("--delimiter CHARACTER", delimiter, "what separates its columns, such as ';' or '\\t'");
  line.add("--x COLUMN", x, "the column to predict from");
  line.add("--y COLUMN", y, "the column to predict");
  line.add_flag("--standardize", standardize, "scale both columns to mean 0 and standard deviation 1");
  add_outputs(line, plot_help);
  if (!line.parse(argc, argv)) return false;

  check_numbers();
  static_cast<void>(true_bias());
  check_source(*this, line);
  check_outputs(line, csv);
  use_dtype();
  return true;
}

data::CsvOptions RegressionOptions::csv_options() const {
  return {.delimiter = delimiter == "\\t" ? '\t' : delimiter[0]};
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

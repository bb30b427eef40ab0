#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <autodiff/tensor.hpp>
#include <support/regression_options.hpp>

namespace chapter {

/// How a column was standardized: z = (x - mean) / scale.
struct Standard {
  double mean = 0, scale = 1;
};

/// A line y = b + w x.
struct Line {
  double b, w;
};

/// Rows to train on and rows to validate with: of shape (rows,), or (rows, features) and (rows, targets).
struct Split {
  eingrad::Tensor x_train, y_train, x_valid, y_valid;
  std::string x_name = "x", y_name = "y";
  Standard x_standard = {}, y_standard = {};
  bool is_real = false;                ///< read from a file
  std::optional<Line> true_line = {};  ///< which y lies on, but for noise, if the data was generated

  /// A line through standardized columns, in the columns' own units.
  Line in_units(Line line) const;
  /// "waiting = 33.5633 + 10.6603 eruptions", with so many significant digits.
  std::string text_of(Line line, int digits) const;
};

/// The data that the options name, in the default dtype. Settles the options that depend on the number of
/// rows, and prints how the rows are used. value_error for data or numbers of rows that make no sense.
Split load(RegressionOptions& options);

/// The line of least squares; none if all x are the same.
std::optional<Line> least_squares(const eingrad::Tensor& x, const eingrad::Tensor& y);

/// The elements, brought back to the units they had before they were standardized.
std::vector<double> values_of(const eingrad::Tensor& a, const Standard& standard = {});

}  // namespace chapter

#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <autodiff/einstein/parse.hpp>

namespace eingrad::einstein {

/// Whether a line is in matrix form: tensors with axes stand in it without their letters, and none with.
bool is_in_matrix_form(std::string_view line, const Declarations& declarations);

/// Reads a line in matrix form, such as
///   Yhat = X W + b
///   dL/dW = 2/m X^T (Yhat - T)
/// A tensor of one axis is a column, of two a matrix. Juxtaposition and @ are the matrix product, * is taken
/// element by element, as functions are, and in sums and * a vector is repeated along the axis that it lacks.
/// The right side must have the axes of the left one. Juxtaposition binds closer than * and @.
///
/// The result is an ordinary statement, with letters and all sums. value_error, with the column, for what is
/// no such line, and for axes that do not fit.
Statement parse_matrix_form(std::string_view line, const Declarations& declarations,
                            Broadcast broadcast = Broadcast::in_terms, const Judge& judge = {});

/// The axes of a formula in matrix form, and whether it is a row.
struct MatrixAxes {
  std::vector<std::string> axes;
  bool is_row;
};
/// value_error if it is none, or where nothing says which axis it is.
MatrixAxes axes_in_matrix_form(std::string_view text, const Declarations& declarations);

}  // namespace eingrad::einstein

#pragma once
#include <functional>
#include <string_view>

#include <autodiff/einstein/declarations.hpp>
#include <autodiff/einstein/expr.hpp>

namespace eingrad::einstein {

/// A line: what stands left of the '=' and right of it. Left is a name with its letters (a definition) or a
/// derivative (a claim); its letters are free on the right, all others are summed.
struct Statement {
  Expr target, value;
  Indices free;
};

/// Reads a line such as
///   yhat_n = b + w x_n
///   dL/dw = 2/m * (yhat_p - y_p) * x_p
/// or one in matrix form (see matrix_form.hpp), in ASCII, Unicode or LaTeX, and puts the sums where they are
/// taken (see place_sums). value_error for what is no such line, with the column and what was expected there.
///
/// By itself every letter on the left has to stand in some term on the right; with Broadcast::anywhere what
/// lacks it is the same for all its values.
enum class Broadcast { in_terms, anywhere };
/// Whether a line says what is true. Of the lines that are proposed for one that cannot be read, only those
/// are named, if there is any.
using Judge = std::function<bool(const Statement&)>;
Statement parse_statement(std::string_view line, const Declarations& declarations,
                          Broadcast broadcast = Broadcast::in_terms, const Judge& judge = {});

/// The same of a line in index form, with its letters as they stand there: no sums are put in, and the sides
/// may have other letters.
Statement parse_letters(std::string_view line, const Declarations& declarations);

/// Reads an expression alone; all of `free` may occur in it.
Expr parse(std::string_view text, const Declarations& declarations, const Indices& free = {});

}  // namespace eingrad::einstein

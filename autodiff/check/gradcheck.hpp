#pragma once
#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include <autodiff/function.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad {

/// How to check gradients; the defaults are PyTorch's. Gradients agree if
/// |analytical - numerical| <= atol + rtol |numerical|.
struct GradcheckOptions {
  double eps = 1e-6;  ///< the step of the differences
  double atol = 1e-5;
  double rtol = 1e-3;
  /// 0: along every element. Otherwise along so many random directions in each input, of length 1: two calls
  /// of f for each, however large the input is.
  std::size_t directions = 0;
};

/// One entry of a gradient: from backward, and from the central difference (f(x + eps) - f(x - eps)) / 2 eps.
struct GradcheckRow {
  std::size_t input;  ///< which input; in gradgradcheck the cotangent comes behind the last one
  Shape index;        ///< of the entry in that input, or the number of the direction
  double analytical, numerical;
  double absolute, relative;  ///< the difference, and the difference by the larger of the two
  bool agrees;
};

/// What a check found. Prints as a table, the entries that differ most first.
struct GradcheckResult {
  bool ok = false;
  bool along_directions = false;     ///< as GradcheckOptions::directions asked
  std::string message{};             ///< the outcome, and what is likely wrong where that is certain
  std::vector<GradcheckRow> rows{};  ///< all entries, in row-major order input by input

  explicit operator bool() const noexcept { return ok; }
  /// The row that differs most, of those that do not agree if there are any; null without rows.
  const GradcheckRow* worst() const;
};

std::ostream& operator<<(std::ostream& out, const GradcheckResult& result);

namespace detail {
GradcheckResult gradcheck(const TensorFunction& f, const Tensors& inputs, GradcheckOptions options,
                          Location at);
GradcheckResult gradgradcheck(const TensorFunction& f, const Tensors& inputs, GradcheckOptions options,
                              Location at);
}  // namespace detail

/// Compares the gradients of f with central differences, for every element of every input that requires a
/// gradient: those of v · f with random numbers v, the same ones each time. f is called with these very
/// inputs, of which one element at a time is changed and set back, so that it may also hold them itself, as a
/// model holds its parameters. The message says of an input without a part in the output that it has none.
///
/// The inputs are a tensor, `gradcheck([](const Tensor& a) { return exp(a); }, x)`, or several,
/// `gradcheck([](const Tensor& a, const Tensor& b) { return a * b; }, {x, y})`; a function of many may take
/// their list. They should be float64. The message tells of those that require no gradient, which are left
/// out, of those that have no part in the output, whose gradients are 0, and beside wrong gradients of the
/// inputs whose gradients are right. What f throws becomes the result's message; value_error only if no input
/// requires a gradient or an option is not positive.
template <class Inputs = Tensors>
GradcheckResult gradcheck(const FunctionOf<Inputs>& f, const Inputs& inputs, GradcheckOptions options = {},
                          Location at = Location::current()) {
  return detail::gradcheck(f, Tensors{inputs}, options, at);
}

/// The same for the gradients of f, which are functions of the inputs and of the cotangent of f: second
/// derivatives, through create_graph. With it the gradients themselves must be those without.
template <class Inputs = Tensors>
GradcheckResult gradgradcheck(const FunctionOf<Inputs>& f, const Inputs& inputs,
                              GradcheckOptions options = {}, Location at = Location::current()) {
  return detail::gradgradcheck(f, Tensors{inputs}, options, at);
}

}  // namespace eingrad

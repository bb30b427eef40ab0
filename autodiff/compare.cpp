#include <algorithm>
#include <cmath>

#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/elementwise/broadcast.hpp>
#include <autodiff/grad_mode.hpp>

namespace eingrad {

namespace {

void check_dtypes(const char* operation, const Tensor& a, const Tensor& b, Location at) {
  if (a.node(at, "operand A", operation).dtype == b.node(at, "operand B", operation).dtype) return;
  throw Report(operation, "the dtypes differ", at)
      .operand("A", a)
      .operand("B", b)
      .hint("to() on one of them")
      .as<dtype_error>();
}

/// Calls visit(x, y) with the elements of a and b, which are broadcast.
template <class Visit>
void each_pair(const char* operation, const Tensor& a, const Tensor& b, Location at, Visit visit) {
  check_dtypes(operation, a, b, at);
  Shape shape = a.shape();
  if (!broadcast_to(shape, b.shape())) {
    throw Report(operation, "the shapes do not broadcast", at)
        .operand("A", a)
        .operand("B", b)
        .hint("reshape or unsqueeze one of them")
        .as<shape_error>();
  }
  const no_grad guard;
  const Tensor x = expand(a, shape), y = expand(b, shape);
  with_element_type(x.dtype(), [&]<class T>() {
    const auto left = x.span<T>(), right = y.span<T>();
    for (std::size_t i = 0; i < left.size(); ++i) visit(left[i], right[i]);
  });
}

template <class T>
double distance(T x, T y) {
  return x == y ? 0 : std::abs(static_cast<double>(x) - static_cast<double>(y));
}

}  // namespace

bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan, Location at) {
  bool all = true;
  each_pair("allclose", a, b, at, [&](auto x, auto y) {
    const bool both_nan = x != x && y != y;  // true of a NaN alone
    const double difference = distance(x, y);
    const bool close =
        std::isfinite(difference) && difference <= atol + rtol * std::abs(static_cast<double>(y));
    all = all && (x == y || close || (equal_nan && both_nan));
  });
  return all;
}

bool equal(const Tensor& a, const Tensor& b, Location at) {
  check_dtypes("equal", a, b, at);
  if (a.shape() != b.shape()) return false;
  bool all = true;
  each_pair("equal", a, b, at, [&](auto x, auto y) { all = all && x == y; });
  return all;
}

double max_abs_difference(const Tensor& a, const Tensor& b, Location at) {
  double largest = 0;
  each_pair("max_abs_difference", a, b, at, [&](auto x, auto y) {
    const double difference = distance(x, y);
    if (std::isnan(largest) || difference <= largest) return;
    largest = difference;  // larger, or NaN
  });
  return largest;
}

}  // namespace eingrad

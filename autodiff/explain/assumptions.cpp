#include <algorithm>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/explain/assumptions.hpp>
#include <autodiff/reduction/reduction.hpp>

namespace eingrad::einstein {

namespace {

using Assumption = Declarations::Assumption;

bool everywhere(const Tensor& condition) { return all(condition).item<bool>(); }

bool sums_to_1(const Tensor& values, std::int64_t axis) {
  return everywhere(le(abs(sum(values, {axis}) - 1), 1e-6)) && everywhere(ge(values, 0));
}

}  // namespace

bool is_true(const Declarations::Assumed& assumed, const Tensor& values,
             const std::vector<std::string>& axes) {
  const auto axis = std::ranges::find(axes, assumed.axis) - axes.begin();
  switch (assumed.what) {
    case Assumption::positive:
      return everywhere(gt(values, 0));
    case Assumption::symmetric:
      return values.dim() == 2 && everywhere(eq(values, values.t()));
    case Assumption::simplex:
      return axis < values.dim() && sums_to_1(values, axis);
    default:
      return axis < values.dim() && sums_to_1(values, axis) &&
             everywhere(logical_or(eq(values, 0), eq(values, 1)));
  }
}

std::optional<Declarations::Assumed> seen_in(const Tensor& values, const std::vector<std::string>& axes) {
  if (axes.empty() || values.numel() == 0 || std::ranges::count(axes, axes.back()) > 1) return {};
  for (const Assumption what : {Assumption::onehot, Assumption::simplex}) {
    if (is_true({what, axes.back()}, values, axes)) return Declarations::Assumed{what, axes.back()};
  }
  return {};
}

}  // namespace eingrad::einstein

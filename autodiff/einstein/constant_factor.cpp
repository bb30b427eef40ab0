#include <cmath>
#include <utility>
#include <vector>

#include <autodiff/einstein/constant_factor.hpp>

namespace eingrad::einstein {

namespace {

/// A product of sizes, and its values at two points.
struct Scale {
  Expr sizes;
  double first, second;
};

std::vector<Scale> scales_at_two_points(const Comparison& comparison) {
  std::vector<Scale> all{{1, 1, 1}};
  for (const auto& [axis, extent] : comparison.sizes()) {
    const double first = comparison.size(axis, 0), second = comparison.size(axis, 1);
    const std::vector<Scale> before = all;
    for (const Scale& scale : before) {
      for (const double power : {1., -1., 0.5, -0.5})
        all.push_back({scale.sizes * raised(Size{axis}, Number(2 * power, 2)),
                       scale.first * std::pow(first, power), scale.second * std::pow(second, power)});
    }
    if (all.size() > 600) break;
  }
  return all;
}

bool is_near(double a, double b) { return std::abs(a / b - 1) < tolerance; }

std::optional<Expr> small_number(double ratio) {
  for (double q = 1; q <= 60; ++q) {
    const double p = std::round(ratio * q);
    if (p != 0 && p != q && is_near(ratio * q, p)) return Expr(Number(p, q));
  }
  return {};
}

}  // namespace

std::optional<Expr> constant_factor(const Expr& claim, const Comparison& comparison) {
  const auto first = comparison.ratio(claim, 0), second = comparison.ratio(claim, 1);
  if (!first || !second) return {};
  const auto is_it = [&](const Expr& factor) { return comparison.is_right(claim * raised(factor, -1)); };
  if (is_near(*first, *second)) {
    const std::optional<Expr> number = small_number(*first);
    return number && is_it(*number) ? number : std::nullopt;
  }
  for (const Scale& scale : scales_at_two_points(comparison)) {
    for (const Number number :
         {Number(-1), Number(2), Number(1, 2), Number(-2), Number(-1, 2), Number(1), Number(3), Number(1, 3),
          Number(4), Number(1, 4), Number(-3), Number(-1, 3)}) {
      if (!is_near(*first, number.value() * scale.first) || !is_near(*second, number.value() * scale.second))
        continue;
      if (const Expr factor = product({number, scale.sizes}); is_it(factor)) return factor;
    }
  }
  return {};
}

}  // namespace eingrad::einstein

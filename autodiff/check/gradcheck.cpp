#include <algorithm>
#include <cmath>
#include <ostream>

#include <autodiff/check/compare_gradients.hpp>
#include <autodiff/number_text.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

/// What comes first in the table.
bool differs_more(const GradcheckRow& a, const GradcheckRow& b) {
  const auto size = [](double x) { return std::isnan(x) ? HUGE_VAL : x; };
  return a.agrees != b.agrees ? b.agrees : size(a.absolute) > size(b.absolute);
}

}  // namespace

GradcheckResult detail::gradcheck(const TensorFunction& f, const Tensors& inputs, GradcheckOptions options,
                                  Location at) {
  return guarded("gradcheck", inputs, options, at, [&] {
    f.check_count(inputs.size(), at);
    return compare_gradients(
        "gradcheck", "the output", [&](const Tensors& x) { return Tensors{f(x)}; }, inputs, options);
  });
}

const GradcheckRow* GradcheckResult::worst() const {
  return rows.empty() ? nullptr : &*std::ranges::min_element(rows, differs_more);
}

// Within the 80 columns in which a test shows it.
std::ostream& operator<<(std::ostream& out, const GradcheckResult& result) {
  constexpr std::size_t most = 10;
  std::vector<GradcheckRow> rows = result.rows;
  std::ranges::stable_sort(rows, differs_more);
  out << result.message;
  if (rows.empty()) return out;
  out << fmt::format("\n   input  {:<9}{:>14}{:>14}{:>10}{:>10}",
                     result.along_directions ? "direction" : "index", "analytical", "numerical", "absolute",
                     "relative");
  for (std::size_t i = 0; i < std::min(rows.size(), most); ++i) {
    const GradcheckRow& row = rows[i];
    out << fmt::format("\n  {:>6}  {:<9}{:>14.7g}{:>14.7g}{:>10.1e}{:>10.1e}{}", row.input,
                       result.along_directions ? fmt::to_string(row.index[0]) : to_string(row.index),
                       without_nan_sign(row.analytical), without_nan_sign(row.numerical),
                       without_nan_sign(row.absolute), without_nan_sign(row.relative),
                       row.agrees ? "" : "  differs");
  }
  if (rows.size() > most) out << fmt::format("\n  and {} more", rows.size() - most);
  return out;
}

}  // namespace eingrad

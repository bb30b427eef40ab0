#include <cmath>

#include <support/svg_text.hpp>

#include <fmt/format.h>

#include "table.hpp"

namespace workloads {

namespace {

constexpr double left = 250, right = 720, row_height = 24, top = 92;
constexpr double lowest = 0.5, highest = 20'000;  // times the limit

/// Where a ratio stands on the axis, in pixels; what is beyond its ends stands there.
double place(double ratio) {
  const double x = std::log(ratio / lowest) / std::log(highest / lowest);
  return left + std::min(std::max(x, 0.), 1.) * (right - left);
}

// The colours are those of the chapters' plots.
constexpr std::string_view style = R"(<style>
.eingrad-bench{max-width:100%;height:auto;color-scheme:light dark}
.eingrad-bench text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#59636e}
.eingrad-bench .heading{font-size:17px;font-weight:600;fill:#1f2328}
.eingrad-bench .middle{text-anchor:middle}
.eingrad-bench .card{fill:#fff;stroke:#d1d9e0}
.eingrad-bench .grid{stroke:#e8ebef}
.eingrad-bench .limit{stroke:#8c959f}
.eingrad-bench .gate{stroke:#1a7f5a;stroke-width:2}
.eingrad-bench .eingrad{fill:#0969da}
.eingrad-bench .libtorch{fill:#d1570a}
@media(prefers-color-scheme:dark){
.eingrad-bench text{fill:#9da7b3}
.eingrad-bench .heading{fill:#e6edf3}
.eingrad-bench .card{fill:#161b22;stroke:#30363d}
.eingrad-bench .grid{stroke:#262c34}
.eingrad-bench .gate{stroke:#56c596}
.eingrad-bench .eingrad{fill:#58a6ff}
.eingrad-bench .libtorch{fill:#f0883e}
}
</style>
)";

std::string vertical(const char* kind, double x, double from, double to) {
  return fmt::format("<path class=\"{}\" d=\"M{} {}V{}\"/>\n", kind, chapter::pixels(x),
                     chapter::pixels(from), chapter::pixels(to));
}

std::string dot(const char* kind, double x, double y) {
  return fmt::format("<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"5\"/>\n", kind, chapter::pixels(x),
                     chapter::pixels(y));
}

std::string key() {
  constexpr double y = 62;
  return dot("eingrad", left + 5, y - 4) + chapter::text_element(left + 16, y, "", "eingrad") +
         dot("libtorch", left + 95, y - 4) + chapter::text_element(left + 106, y, "", "libtorch") +
         vertical("gate", left + 185, y - 11, y + 3) + chapter::text_element(left + 194, y, "", "gate");
}

std::string row(const Line& line, double y) {
  std::string text = chapter::text_element(16, y + 4, "", line.label + ", " + line.dtype);
  if (line.target_by_limit) text += vertical("gate", place(line.target_by_limit->gate), y - 8, y + 8);
  if (std::isfinite(line.libtorch)) text += dot("libtorch", place(line.libtorch / line.limit), y);
  if (std::isfinite(line.eingrad)) text += dot("eingrad", place(line.by_limit()), y);
  return text;
}

}  // namespace

std::string to_svg(const std::vector<Line>& lines, const std::string& caption) {
  std::string rows;
  double y = top;
  for (const Line& line : lines) {
    if (line.unit != Line::Unit::time || !std::isfinite(line.limit)) continue;
    rows += row(line, y += row_height);
  }
  const double bottom = y + row_height;
  std::string axis = vertical("limit", place(1), top, bottom);
  for (double ratio = 1; ratio <= highest; ratio *= 10) {
    if (ratio > 1) axis += vertical("grid", place(ratio), top, bottom);
    axis += chapter::text_element(place(ratio), top - 6, "middle", fmt::format("{:g}×", ratio));
  }
  const double width = right + 30, height = bottom + 30;
  return fmt::format(
             "<svg class=\"eingrad-bench\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
             "viewBox=\"0 0 {0} {1}\" role=\"img\">\n<title>{2}</title>\n{3}"
             "<rect class=\"card\" x=\".5\" y=\".5\" width=\"{4}\" height=\"{5}\" rx=\"8\"/>\n",
             width, height, "A step's time, as a multiple of the hand-written loop's", style, width - 1,
             height - 1) +
         chapter::text_element(16, 30, "heading", "A step's time, as a multiple of the hand-written loop's") +
         key() + axis + rows + chapter::text_element(16, bottom + 14, "", caption) + "</svg>\n";
}

}  // namespace workloads

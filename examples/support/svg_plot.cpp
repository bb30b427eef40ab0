#include <algorithm>
#include <string_view>
#include <utility>

#include <autodiff/error.hpp>
#include <autodiff/storage/write_file.hpp>
#include <support/panel_drawing.hpp>
#include <support/svg_plot.hpp>
#include <support/svg_text.hpp>

#include <fmt/format.h>

namespace chapter {
namespace {

// Lengths in pixels.
constexpr double margin = 24;  // between the card's edge and the panels
constexpr double gutter = 28;  // between panels
constexpr double panel_width = 400;
constexpr double lone_panel_width = 560;  // without a neighbour
constexpr double panel_height = 320;
constexpr double heading_height = 36;
constexpr double heading_size = 17;

// An inlined SVG shares its styles with the page, hence every rule is scoped by the class of the root. People
// of any colour vision can tell the colours apart; they are in the order of Okabe and Ito's palette, darker
// on white and lighter on black.
constexpr std::string_view style_sheet = R"(<style>
.eingrad-plot{max-width:100%;height:auto;color-scheme:light dark}
.eingrad-plot text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:#59636e}
.eingrad-plot .heading{font-size:17px;font-weight:600;fill:#1f2328}
.eingrad-plot .title{font-size:13px;font-weight:600;fill:#1f2328}
.eingrad-plot .label{fill:#1f2328}
.eingrad-plot .end{text-anchor:end}
.eingrad-plot .middle{text-anchor:middle}
.eingrad-plot .card{fill:#fff;stroke:#d1d9e0}
.eingrad-plot .grid{stroke:#e8ebef}
.eingrad-plot .axis{stroke:#8c959f}
.eingrad-plot .series{fill:none;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.eingrad-plot .dots{stroke-width:5;stroke-opacity:.75}
.eingrad-plot .many{stroke-width:3}
.eingrad-plot .dashes{stroke-width:1.25;stroke-dasharray:4 4}
.eingrad-plot .c0{stroke:#0969da}
.eingrad-plot .c1{stroke:#d1570a}
.eingrad-plot .c2{stroke:#1a7f5a}
.eingrad-plot .c3{stroke:#a3458f}
.eingrad-plot .c4{stroke:#8a6d00}
.eingrad-plot .c5{stroke:#57606a}
@media(prefers-color-scheme:dark){
.eingrad-plot text{fill:#9da7b3}
.eingrad-plot .heading,.eingrad-plot .title,.eingrad-plot .label{fill:#e6edf3}
.eingrad-plot .card{fill:#161b22;stroke:#30363d}
.eingrad-plot .grid{stroke:#262c34}
.eingrad-plot .axis{stroke:#6e7681}
.eingrad-plot .c0{stroke:#58a6ff}
.eingrad-plot .c1{stroke:#ff9a4d}
.eingrad-plot .c2{stroke:#4ac297}
.eingrad-plot .c3{stroke:#dd8fc9}
.eingrad-plot .c4{stroke:#e3c04b}
.eingrad-plot .c5{stroke:#aab4be}
}
</style>
)";

std::string description_of(const Figure& figure) {
  if (!figure.description.empty()) return figure.description;
  std::string text;
  for (const Panel& panel : figure.panels) {
    if (!text.empty()) text += ' ';
    if (!panel.title.empty()) text += panel.title + ": ";
    text += panel.y.label.empty() ? "y" : panel.y.label;
    text += " against ";
    text += panel.x.label.empty() ? "x" : panel.x.label;
    std::string_view separator = "; ";
    for (const Series& series : panel.series) {
      if (!series.label.empty()) text.append(std::exchange(separator, ", ")).append(series.label);
    }
    text += '.';
  }
  return text;
}

}  // namespace

std::vector<Point> points(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size()) {
    throw eingrad::Report("points", fmt::format("there are {} x but {} y", x.size(), y.size()))
        .as<eingrad::value_error>();
  }
  std::vector<Point> result(x.size());
  std::ranges::transform(x, y, result.begin(), [](double a, double b) { return Point{a, b}; });
  return result;
}

std::vector<Point> points(std::span<const double> y) {
  std::vector<Point> result;
  for (const double value : y) result.push_back({static_cast<double>(result.size()), value});
  return result;
}

std::string to_svg(const Figure& figure) {
  const std::size_t count = figure.panels.size();
  const std::size_t columns = figure.stacked || count == 0 ? 1 : count;
  const std::size_t rows = count / columns;
  const double column_width = columns == 1 ? lone_panel_width : panel_width;
  const double width = 2 * margin - gutter + static_cast<double>(columns) * (column_width + gutter);

  std::vector<PanelDrawing> drawings;
  double header_height = 0;  // of the highest header, so that plots side by side begin at one height
  for (std::size_t i = 0; i < count; ++i) {
    const double left = margin + static_cast<double>(i % columns) * (column_width + gutter);
    drawings.emplace_back(figure.panels[i], left, left + column_width);
    header_height = std::max(header_height, drawings.back().header_height());
  }

  std::string body;
  double top = margin;
  if (!figure.title.empty()) {
    const std::string text = shorten(figure.title, (width - 2 * margin) / heading_size * 0.95);
    body += text_element(margin, top + heading_size - 3, "heading", text);
    top += heading_height;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double panel_top = top + static_cast<double>(i / columns) * (panel_height + gutter);
    body += drawings[i].draw(panel_top, panel_top + header_height, panel_top + panel_height);
  }
  const double height =
      top + static_cast<double>(rows) * (panel_height + gutter) - (rows > 0 ? gutter : 0) + margin;

  return svg_card(width, height, figure.title, description_of(figure), body);
}

std::string svg_card(double width, double height, std::string_view title, std::string_view description,
                     std::string_view body) {
  return fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" class="eingrad-plot" )"
                     R"(width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img">
<title>{2}</title>
<desc>{3}</desc>
{4}<rect class="card" x=".5" y=".5" width="{5}" height="{6}" rx="10"/>
{7}</svg>
)",
                     pixels(width), pixels(height), escape_xml(title), escape_xml(description), style_sheet,
                     pixels(width - 1), pixels(height - 1), body);
}

void write_svg(const std::filesystem::path& path, const Figure& figure) {
  eingrad::write_file(path, to_svg(figure));
}

}  // namespace chapter

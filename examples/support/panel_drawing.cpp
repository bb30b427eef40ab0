#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include <support/panel_drawing.hpp>
#include <support/svg_path.hpp>
#include <support/svg_text.hpp>

#include <fmt/format.h>

namespace chapter {
namespace {

// Sizes in pixels, those of text as in the style sheet.
constexpr double font_size = 12;
constexpr double title_size = 13;
constexpr double title_height = 24;
constexpr double legend_row_height = 20;
constexpr double header_gap = 10;
constexpr double axis_label_height = 20;
constexpr double tick_gap = 8;
constexpr double dot_key_width = 14;
constexpr double line_key_width = 26;

constexpr std::size_t most_dots = 2000;
constexpr std::size_t many_dots = 400;  // these are drawn smaller
constexpr std::size_t colours = 6;

double width_of(std::string_view text) { return text_width(text) * font_size; }

double key_width(Mark mark) { return mark == Mark::dots ? dot_key_width : line_key_width; }

std::string path_element(std::string_view classes, std::string_view data) {
  return data.empty() ? "" : fmt::format("<path class=\"{}\" d=\"{}\"/>\n", classes, data);
}

std::string series_element(std::string_view mark, std::size_t index, std::string_view data) {
  return path_element(fmt::format("series {} c{}", mark, index % colours), data);
}

std::string_view class_of(Mark mark) {
  return mark == Mark::dots ? "dots" : mark == Mark::dashes ? "dashes" : "line";
}

/// Draw every how manieth of so many dots.
std::size_t stride_of(std::size_t dots) {
  return std::max<std::size_t>(1, (dots + most_dots - 1) / most_dots);
}

}  // namespace

PanelDrawing::PanelDrawing(const Panel& panel, double left, double right)
    : panel_(panel),
      x_(placed(&Point::x), panel.x.kind),
      y_(placed(&Point::y), panel.y.kind),
      y_ticks_(y_.ticks(6)),
      left_(left),
      right_(right) {
  double widest = 0;
  for (const Tick& tick : y_ticks_) widest = std::max(widest, width_of(tick.label));
  plot_left_ = left + (panel.y.label.empty() ? 0 : axis_label_height) + widest + tick_gap;
  x_ticks_ = fitting_x_ticks();
  lay_out_legend();
}

bool PanelDrawing::has_place(Point p) const {
  return PlotScale::has_place(p.x, panel_.x.kind) && PlotScale::has_place(p.y, panel_.y.kind);
}

std::vector<double> PanelDrawing::placed(double Point::*coordinate) const {
  std::vector<double> values;
  for (const Series& series : panel_.series) {
    for (const Point& p : series.points) {
      if (has_place(p)) values.push_back(p.*coordinate);
    }
  }
  return values;
}

/// As many ticks as have room for their labels.
std::vector<Tick> PanelDrawing::fitting_x_ticks() const {
  for (auto most = static_cast<std::size_t>((right_ - plot_left_) / 50); most > 2; --most) {
    std::vector<Tick> ticks = x_.ticks(most);
    double end = -std::numeric_limits<double>::infinity();
    const bool fit = std::ranges::all_of(ticks, [&](const Tick& tick) {
      const double begin = pixel_x(tick.position) - width_of(tick.label) / 2;
      return begin >= std::exchange(end, begin + width_of(tick.label) + tick_gap);
    });
    if (fit) return ticks;
  }
  return x_.ticks(2);
}

void PanelDrawing::lay_out_legend() {
  double left = left_;
  std::size_t row = 0;
  for (std::size_t i = 0; i < panel_.series.size(); ++i) {
    const Series& series = panel_.series[i];
    if (series.label.empty()) continue;
    const std::size_t every = series.mark == Mark::dots ? stride_of(series.points.size()) : 1;
    const std::string note = every > 1 ? fmt::format(" (1 in {} shown)", every) : "";
    const double room = right_ - left_ - key_width(series.mark) - width_of(note);
    const std::string text = shorten(series.label, room / font_size) + note;
    const double width = key_width(series.mark) + width_of(text);
    if (left > left_ && left + width > right_) {
      left = left_;
      ++row;
    }
    legend_.push_back({i, text, left, row});
    left += width + font_size;
  }
}

double PanelDrawing::header_height() const {
  const double rows = legend_.empty() ? 0 : static_cast<double>(legend_.back().row + 1);
  return (panel_.title.empty() ? 0 : title_height) + rows * legend_row_height + header_gap;
}

std::string PanelDrawing::draw(double top, double plot_top, double bottom) {
  plot_top_ = plot_top;
  plot_bottom_ = bottom - (panel_.x.label.empty() ? 0 : axis_label_height) - font_size - tick_gap;
  return header(top) + axes(bottom) + marks();
}

std::string PanelDrawing::header(double top) const {
  std::string svg;
  if (!panel_.title.empty()) {
    const double room = (right_ - left_) / title_size * 0.95;  // bold text is wider
    svg += text_element(left_, top + title_size, "title", shorten(panel_.title, room));
    top += title_height;
  }
  for (const LegendItem& item : legend_) {
    const double y = top + (static_cast<double>(item.row) + 0.5) * legend_row_height;
    const Mark mark = panel_.series[item.series].mark;
    const std::string key = mark == Mark::dots ? dots_path({{item.left + 4, y}})
                                               : line_path({{item.left + 1, y}, {item.left + 19, y}});
    svg += series_element(class_of(mark), item.series, key);
    svg += text_element(item.left + key_width(mark), y + 4, "label", item.text);
  }
  return svg;
}

std::string PanelDrawing::axes(double bottom) const {
  std::string svg;
  for (const Tick& tick : y_ticks_) {
    const double y = pixel_y(tick.position);
    svg += path_element("grid", line_path({{plot_left_, y}, {right_, y}}));
    svg += text_element(plot_left_ - tick_gap, y + 4, "end", tick.label);
  }
  for (const Tick& tick : x_ticks_) {
    const double x = pixel_x(tick.position);
    svg += path_element("grid", line_path({{x, plot_top_}, {x, plot_bottom_}}));
    svg += text_element(x, plot_bottom_ + tick_gap + 10, "middle", tick.label);
  }
  svg += path_element("axis", line_path({{plot_left_, plot_bottom_}, {right_, plot_bottom_}}));
  if (!panel_.x.label.empty()) {
    const std::string text = shorten(panel_.x.label, (right_ - plot_left_) / font_size);
    svg += text_element((plot_left_ + right_) / 2, bottom - 4, "middle label", text);
  }
  if (!panel_.y.label.empty()) {
    const std::string text = shorten(panel_.y.label, (plot_bottom_ - plot_top_) / font_size);
    svg += fmt::format("<g transform=\"translate({} {})rotate(-90)\">{}</g>\n", pixels(left_ + 10),
                       pixels((plot_top_ + plot_bottom_) / 2), text_element(0, 0, "middle label", text));
  }
  return svg;
}

std::string PanelDrawing::marks() const {
  std::string svg;
  for (std::size_t i = 0; i < panel_.series.size(); ++i) {
    const Series& series = panel_.series[i];
    svg += series.mark == Mark::dots ? dots(series, i) : line(series, i);
  }
  if (!svg.empty()) return svg;
  return text_element((plot_left_ + right_) / 2, (plot_top_ + plot_bottom_) / 2, "middle", "no data");
}

std::string PanelDrawing::dots(const Series& series, std::size_t index) const {
  std::vector<Point> dots;
  for (const Point p : series.points) {
    if (has_place(p)) dots.push_back(pixel(p));
  }
  const std::string_view mark = dots.size() > many_dots ? "dots many" : "dots";
  return series_element(mark, index, dots_path(dots, stride_of(series.points.size())));
}

std::string PanelDrawing::line(const Series& series, std::size_t index) const {
  std::string path;
  std::vector<Point> run;
  std::vector<Point> lone;  // points between gaps: a line would not show them
  const auto end_run = [&] {
    if (run.size() == 1) lone.push_back(run.front());
    if (run.size() > 1) path += line_path(run);
    run.clear();
  };
  for (const Point p : series.points) {
    if (has_place(p)) {
      run.push_back(pixel(p));
    } else {
      end_run();
    }
  }
  end_run();
  return series_element(class_of(series.mark), index, path) + series_element("dots", index, dots_path(lone));
}

}  // namespace chapter

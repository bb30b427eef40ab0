#pragma once
#include <string>
#include <vector>

#include <support/plot_scale.hpp>
#include <support/svg_plot.hpp>

namespace chapter {

/// Draws one panel of a figure between two verticals: title and legend in a header, so that neither can cover
/// data, then the axes and what they hold. Lengths are in pixels, downwards and to the right.
class PanelDrawing {
 public:
  PanelDrawing(const Panel& panel, double left, double right);

  double header_height() const;
  /// SVG elements of the panel from `top` to `bottom`, with the plot beginning at `plot_top`.
  std::string draw(double top, double plot_top, double bottom);

 private:
  struct LegendItem {
    std::size_t series;
    std::string text;
    double left;
    std::size_t row;
  };

  bool has_place(Point p) const;
  std::vector<double> placed(double Point::*coordinate) const;
  std::vector<Tick> fitting_x_ticks() const;
  void lay_out_legend();

  std::string header(double top) const;
  std::string axes(double bottom) const;
  std::string marks() const;
  std::string dots(const Series& series, std::size_t index) const;
  std::string line(const Series& series, std::size_t index) const;

  double pixel_x(double position) const { return plot_left_ + position * (right_ - plot_left_); }
  double pixel_y(double position) const { return plot_bottom_ - position * (plot_bottom_ - plot_top_); }
  Point pixel(Point p) const { return {pixel_x(x_(p.x)), pixel_y(y_(p.y))}; }

  const Panel& panel_;
  PlotScale x_;
  PlotScale y_;
  std::vector<Tick> x_ticks_;
  std::vector<Tick> y_ticks_;
  std::vector<LegendItem> legend_;
  double left_;
  double right_;
  double plot_left_ = 0;
  double plot_top_ = 0;
  double plot_bottom_ = 0;
};

}  // namespace chapter

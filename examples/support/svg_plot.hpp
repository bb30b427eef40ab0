#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <support/plot_scale.hpp>
#include <support/svg_path.hpp>

namespace chapter {

/// The points (x[i], y[i]); value_error if there are more of one than of the other.
std::vector<Point> points(std::span<const double> x, std::span<const double> y);
/// The points (0, y[0]), (1, y[1]), …
std::vector<Point> points(std::span<const double> y);

enum class Mark { dots, line, dashes };

struct Series {
  std::string label;  ///< in the legend; a series without one is not listed
  Mark mark = Mark::line;
  std::vector<Point> points;
};

struct Axis {
  std::string label;
  PlotScale::Kind kind = PlotScale::Kind::linear;
};

/// One pair of axes. Series are drawn in their order, later ones on top, each in a colour of its own. A point
/// with a coordinate that is not finite, or not positive on a log scale, is left out and interrupts a line.
struct Panel {
  std::string title;
  Axis x;
  Axis y;
  std::vector<Series> series = {};
};

struct Figure {
  std::string title;  ///< above the panels
  std::string description =
      {};  ///< for those who cannot see the picture; if empty, one is made of the labels
  std::vector<Panel> panels;
  bool stacked = false;  ///< panels one below the other, not side by side
};

/// The figure as an SVG file of its own: a card with its own background, in light or dark colours as the
/// reader prefers, so that it fits a page opened directly, as <img>, or inlined.
///
/// However many points there are, the file stays small. Of a series of more than 2,000 dots every k-th is
/// drawn, and the legend says so; of a line, in each column of pixels, as much as is needed to look the same.
std::string to_svg(const Figure& figure);

/// The card by itself, with SVG elements on it that use the style's classes. A description is for those who
/// cannot see the picture.
std::string svg_card(double width, double height, std::string_view title, std::string_view description,
                     std::string_view body);

/// Writes to_svg(figure) as write_file does.
void write_svg(const std::filesystem::path& path, const Figure& figure);

}  // namespace chapter

#include <algorithm>
#include <cmath>
#include <utility>

#include <support/svg_path.hpp>
#include <support/svg_text.hpp>

#include <fmt/format.h>

namespace chapter {
namespace {

std::vector<Point> thinned(const std::vector<Point>& line) {
  std::vector<Point> result;
  for (auto first = line.begin(); first != line.end();) {
    const double column = std::floor(first->x);
    const auto next = std::find_if(first, line.end(), [&](Point p) { return std::floor(p.x) != column; });
    auto [low, high] = std::minmax_element(first, next, [](Point a, Point b) { return a.y < b.y; });
    if (high < low) std::swap(low, high);
    for (const auto& kept : {first, low, high, next - 1}) result.push_back(*kept);
    first = next;
  }
  return result;
}

}  // namespace

std::string dots_path(const std::vector<Point>& dots, std::size_t every) {
  std::string path;
  for (std::size_t i = 0; i < dots.size(); i += every) {
    path += fmt::format("M{} {}h0", pixels(dots[i].x), pixels(dots[i].y));
  }
  return path;
}

std::string line_path(const std::vector<Point>& line) {
  std::string path;
  std::string last;
  for (const Point p : thinned(line)) {
    const std::string text = pixels(p.x) + ' ' + pixels(p.y);
    if (text == last) continue;
    path += (path.empty() ? 'M' : ' ') + text;
    last = text;
  }
  if (path == 'M' + last) path += "h0";  // of no length, but its round ends show
  return path;
}

}  // namespace chapter

#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace chapter {

struct Point {
  double x;
  double y;
};

/// Path data for every `every`-th point, in pixels, as a line of no length: its round ends are a dot.
std::string dots_path(const std::vector<Point>& dots, std::size_t every = 1);

/// Path data for the line through points in pixels. Of consecutive points in one column of pixels only the
/// first, lowest, highest and last are kept: the line looks the same.
std::string line_path(const std::vector<Point>& line);

}  // namespace chapter

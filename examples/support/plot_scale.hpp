#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace chapter {

struct Tick {
  double position;  ///< from 0 to 1 along the axis
  std::string label;
};

/// Maps the values along one axis of a plot onto 0 to 1, with a little room at both ends. Any data are well:
/// if all values are equal the range is widened around them, and without a value it is 0 to 1.
class PlotScale {
 public:
  enum class Kind {
    linear,
    integers,  ///< linear, with ticks at integers only
    log,       ///< of positive values only
  };

  PlotScale(std::span<const double> values, Kind kind);

  /// Whether a value has a place: not nan, nor beyond ±1e300, and positive if the scale is logarithmic.
  static bool has_place(double value, Kind kind);
  double operator()(double value) const { return (transformed(value) - low_) / (high_ - low_); }

  /// At most `most` ticks (at least 2): multiples of 1, 2 or 5 times a power of ten, on a log scale these
  /// numbers themselves if there are enough. All labels of an axis have one form, such as "0.5" or "5·10⁻⁴".
  std::vector<Tick> ticks(std::size_t most) const;

 private:
  double transformed(double value) const;

  Kind kind_;
  double low_ = 0;  // logarithms on a log scale
  double high_ = 1;
};

}  // namespace chapter

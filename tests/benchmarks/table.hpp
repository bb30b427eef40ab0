#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace workloads {

/// Something measured of each entry (w1/float64/eingrad), by its name.
using Measured = std::map<std::string, double>;

/// What a number must not exceed: first a gate, in the end a goal.
struct Target {
  double gate, goal;
};

/// One line of the table: eingrad's own number, in nanoseconds or in bytes, and it divided by the numbers of
/// the limit and of libtorch. A number without a target is only shown; one that was not measured is NaN.
struct Line {
  enum class Unit { time, bytes };

  std::string label, dtype;
  Unit unit;
  double eingrad, limit, libtorch;
  std::optional<Target> target, target_by_limit, target_by_libtorch;

  double by_limit() const { return eingrad / limit; }
  double by_libtorch() const { return eingrad / libtorch; }
};

/// The table's lines from a step's time in nanoseconds and the memory in bytes that it takes.
std::vector<Line> lines_of(const Measured& time, const Measured& memory);

/// The table as text.
std::string to_text(const std::vector<Line>& lines);

/// The ratios as a picture: a row for each line, on a logarithmic axis of "times the hand-written limit".
std::string to_svg(const std::vector<Line>& lines, const std::string& caption);

}  // namespace workloads

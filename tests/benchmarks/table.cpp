#include "table.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "workload.hpp"

namespace workloads {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Which entries stand in a line, and how many operations their step has.
struct Row {
  std::string label, workload, limit;
  double operations = 1;
  std::optional<Target> target, by_limit, by_libtorch;
};

// A hundred times faster than libtorch is at most 0.01 of its time.
const std::vector<Row> rows_of_time{
    {"W1 a step of chapter 1.1", "w1", "w1", 1, {}, {{14, 8}}, {{0.01, 1 / 175.}}},
    {"W1 recorded and replayed", "w1_replay", "w1", 1, {}, {{6, 4}}, {}},
    {"W1 with nn::Linear", "w1_layer", "w1", 1, {}, {}, {}},
    {"W2 784-128-10, batch 64", "w2", "w2", 1, {}, {{1.05, 1.02}}, {{0.87, 0.84}}},
    {"W3 1024-1024, batch 1024", "w3", "w3", 1, {}, {}, {}},
    {"W3 beside its products alone", "w3", "w3_products", 1, {}, {{1.06, 1.03}}, {}},
    {"W4 mean(tanh(a b + c)²), 10⁶", "w4", "w4", 1, {}, {{2.8, 2}}, {{0.6, 0.4}}},
    {"W4 replayed in blocks", "w4_replay", "w4", 1, {}, {{2.8, 1.5}}, {}},
    {"W5 an operation on one number", "w5", "w5", w5::operations, {{25, 12}}, {}, {}},
};
const std::vector<Row> rows_of_memory{
    {"W2 peak of a step", "w2", "w2", 1, {}, {}, {}},
    {"W4 peak of a step", "w4", "w4", 1, {}, {}, {}},
    {"W5 an operation's memory", "w5", "w5", w5::operations, {{128, 96}}, {}, {}},
};

Line line_of(const Row& row, const std::string& dtype, Line::Unit unit, const Measured& measured) {
  const auto number = [&](const std::string& workload, const std::string& library) {
    const auto found = measured.find(workload + "/" + dtype + "/" + library);
    return found == measured.end() ? nan : found->second / row.operations;
  };
  return {row.label,
          dtype,
          unit,
          number(row.workload, "eingrad"),
          number(row.limit, "hand_written"),
          number(row.workload, "libtorch"),
          row.target,
          row.by_limit,
          row.by_libtorch};
}

std::string quantity(double x, Line::Unit unit) {
  if (std::isnan(x)) return "-";
  const bool time = unit == Line::Unit::time;
  const double thousand = time ? 1000 : 1024;
  const std::vector<std::string> units = time ? std::vector<std::string>{"ns", "µs", "ms", "s"}
                                              : std::vector<std::string>{"B", "KiB", "MiB", "GiB"};
  std::size_t i = 0;
  for (; i + 1 < units.size() && x >= thousand; ++i) x /= thousand;
  return fmt::format("{:.3g} {}", x, units[i]);
}

std::string ratio(double x) { return std::isnan(x) ? "-" : fmt::format("{:.3g}", x); }

std::string verdict(double x, double bound) {
  return fmt::format("≤ {:.3g} {}", bound, std::isnan(x) ? "?" : x <= bound ? "met" : "no");
}

/// A number and whether it meets its targets.
std::string cells(const std::string& text, double x, const std::optional<Target>& target) {
  return fmt::format("{:>10}  {:<13}{:<14}", text, target ? verdict(x, target->gate) : "",
                     target ? verdict(x, target->goal) : "");
}

}  // namespace

std::vector<Line> lines_of(const Measured& time, const Measured& memory) {
  std::vector<Line> lines;
  const auto add = [&](const std::vector<Row>& rows, Line::Unit unit, const Measured& measured) {
    for (const Row& row : rows) {
      for (const char* dtype : {"float64", "float32"}) lines.push_back(line_of(row, dtype, unit, measured));
    }
  };
  add(rows_of_time, Line::Unit::time, time);
  add(rows_of_memory, Line::Unit::bytes, memory);
  return lines;
}

std::string to_text(const std::vector<Line>& lines) {
  std::string text = fmt::format("{:<31}{:<8}", "", "");
  for (const char* heading : {"eingrad", "÷ limit", "÷ libtorch"})
    text += fmt::format("{:>10}  {:<13}{:<14}", heading, "gate", "goal");
  text += "\n";
  for (const Line& line : lines) {
    text += fmt::format("{:<31}{:<8}", line.label, line.dtype);
    text += cells(quantity(line.eingrad, line.unit), line.eingrad, line.target);
    text += cells(ratio(line.by_limit()), line.by_limit(), line.target_by_limit);
    text += cells(ratio(line.by_libtorch()), line.by_libtorch(), line.target_by_libtorch);
    while (text.back() == ' ') text.pop_back();
    text += "\n";
  }
  return text;
}

}  // namespace workloads

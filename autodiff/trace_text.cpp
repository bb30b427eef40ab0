#include <algorithm>
#include <ostream>
#include <string_view>

#include <autodiff/number_text.hpp>
#include <autodiff/trace.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace eingrad {

namespace {

constexpr std::size_t page_width = 100;
constexpr std::size_t most_sources = 8;  // a leaf with more shows these

std::string short_text(double x) { return fmt::format("{:.6g}", without_nan_sign(x)); }

std::string short_text(const Summary& a) {
  const auto n = static_cast<std::size_t>(a.shape.numel());
  if (n == 0) return "no elements";
  if (n > a.numbers.size()) {
    const auto& [least, greatest, nans] = a.numbers;
    if (nans == static_cast<double>(n)) return "all NaN";
    const std::string range =
        least == greatest ? "all " + short_text(least) : short_text(least) + " to " + short_text(greatest);
    return nans > 0 ? fmt::format("{}, {} NaN", range, nans) : range;
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < n; ++i) texts.push_back(short_text(a.numbers[i]));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string ordinal(std::uint32_t n) {
  constexpr std::string_view words[] = {"first", "second",  "third",  "fourth", "fifth",
                                        "sixth", "seventh", "eighth", "ninth",  "tenth"};
  return n <= std::size(words) ? std::string(words[n - 1]) : fmt::format("{}.", n);
}
std::string cardinal(std::size_t n) {
  constexpr std::string_view words[] = {"one", "two",   "three", "four", "five",
                                        "six", "seven", "eight", "nine", "ten"};
  return n <= std::size(words) ? std::string(words[n - 1]) : fmt::format("{}", n);
}

std::string place(Location at) { return at.line == 0 ? "" : fmt::format("{}:{}", at.file, at.line); }

/// "1, 2 and 3"
std::string listed(const std::vector<std::int64_t>& numbers) {
  if (numbers.size() == 1) return std::to_string(numbers[0]);
  const std::vector<std::int64_t> front(numbers.begin(), numbers.end() - 1);
  return fmt::format("{} and {}", fmt::join(front, ", "), numbers.back());
}

/// Adds a line; what is too long goes on, indented, after the last space that fits.
void add_line(std::string& text, std::string line, std::size_t indent) {
  const auto add = [&](const std::string& part) {
    text += part.substr(0, part.find_last_not_of(' ') + 1) + "\n";
  };
  while (line.size() > page_width) {
    const std::size_t start = std::min(line.find_first_not_of(' '), line.size());
    std::size_t space = line.rfind(' ', page_width);
    if (space == std::string::npos || space < start)
      space = line.find(' ', start);  // a word too long for a line
    if (space == std::string::npos) break;
    add(line.substr(0, space));
    line = std::string(indent, ' ') + line.substr(space + 1);
  }
  add(line);
}

/// A line with something at its right end.
void add_line(std::string& text, const std::string& left, const std::string& right, std::size_t indent) {
  const bool fits = left.size() + 2 + right.size() <= page_width;
  const std::size_t space = fits ? page_width - left.size() - right.size() : 2;
  add_line(text, left + std::string(space, ' ') + right, indent);
}

/// Why a contribution of one shape was summed to another.
std::string broadcast_text(const std::string& operand, const Shape& shape, const Shape& given) {
  std::vector<std::int64_t> axes, extents;
  std::int64_t times = 1;
  const std::size_t front = given.size() - shape.size();
  for (std::size_t axis = 0; axis < given.size(); ++axis) {
    const std::int64_t own = axis < front ? 1 : shape[axis - front];
    if (own == given[axis]) continue;
    axes.push_back(static_cast<std::int64_t>(axis));
    extents.push_back(given[axis]);
    times *= given[axis];
  }
  if (axes.empty()) {
    return fmt::format("{} {} stood for {}, so its gradient loses the axes of 1 in front", operand,
                       to_string(shape), to_string(given));
  }
  return fmt::format("{} {} was repeated over {} {} of {}, so its gradient is summed over these {}", operand,
                     to_string(shape), axes.size() == 1 ? "axis" : "axes", listed(axes), listed(extents),
                     times);
}

class Writer {
 public:
  explicit Writer(const BackwardTrace& trace) : steps_(trace.steps) {}

  std::string write(const std::string& stopped) {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (!steps_[i].operation.empty() && steps_[i].cotangent) write_step(i);
    }
    if (!stopped.empty()) {
      text_ += "It stops here. " + stopped + "\n";
      return text_;
    }
    text_ += "gradients\n";
    std::size_t width = 0;
    for (const TraceStep& step : steps_) {
      if (has_gradient(step)) width = std::max(width, step.name.size());
    }
    for (const TraceStep& step : steps_) {
      if (has_gradient(step)) write_gradient(step, width);
    }
    return text_;
  }

 private:
  /// Whether backward would keep it, if anything arrives.
  static bool has_gradient(const TraceStep& step) {
    return step.operation.empty() || step.gradient.defined();
  }

  void write_step(std::size_t i) {
    const TraceStep& step = steps_[i];
    const bool names_itself = step.notation.starts_with(step.operation + "(");
    const std::string operation = names_itself ? "" : "   " + step.operation;
    add_line(text_, fmt::format("step {}: {} = {}{}", i + 1, step.name, step.notation, operation),
             place(step.location), 4);

    std::vector<std::array<std::string, 4>> rows{{step.hooked ? "comes in, after hooks" : "comes in",
                                                  to_string(step.cotangent->shape),
                                                  short_text(*step.cotangent), ""}};
    for (const Contribution& each : step.contributions) {
      rows.push_back(
          {"to " + steps_[each.to].name, to_string(each.value.shape), short_text(each.value), each.rule});
    }
    std::array<std::size_t, 3> width{};
    for (const auto& row : rows) {
      for (std::size_t k = 0; k < width.size(); ++k) width[k] = std::max(width[k], row[k].size());
    }
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const auto& [label, shape, values, rule] = rows[r];
      add_line(text_,
               fmt::format("  {:<{}}  {:<{}}  {:<{}}  {}", label, width[0], shape, width[1], values, width[2],
                           rule),
               8);
      if (r > 0) write_remarks(step.contributions[r - 1]);
    }
    text_ += "\n";
  }

  void write_remarks(const Contribution& each) {
    const std::string& operand = steps_[each.to].name;
    if (each.given != each.value.shape)
      add_line(text_, "      " + broadcast_text(operand, each.value.shape, each.given), 8);
    if (each.count > 1) {
      add_line(
          text_,
          fmt::format("      {} contribution to {}: +=, together with the {} it is {}", ordinal(each.count),
                      operand, each.count == 2 ? "first" : "earlier ones", short_text(each.so_far)),
          8);
    }
  }

  void write_gradient(const TraceStep& step, std::size_t width) {
    const std::string margin = fmt::format("  {:<{}}  ", step.name, width);
    if (!step.cotangent) return add_line(text_, margin + "nothing arrived", 8);
    add_line(text_,
             fmt::format("{}{}  {}", margin, to_string(step.cotangent->shape), short_text(*step.cotangent)),
             place(step.location), 8);
    if (step.sources.empty()) return;
    std::vector<std::string> lines;
    const std::size_t shown = std::min(step.sources.size(), most_sources);
    std::string_view file;
    bool one_file = true;
    for (std::size_t i = 0; i < shown; ++i) {
      const Location at = steps_[step.sources[i]].location;
      one_file = one_file && (file.empty() || file == at.file);
      file = at.file;
    }
    for (std::size_t i = 0; i < shown; ++i) {
      const Location at = steps_[step.sources[i]].location;
      lines.push_back(one_file ? std::to_string(at.line) : place(at));
    }
    const bool same = std::ranges::all_of(lines, [&](const auto& line) { return line == lines[0]; });
    if (same) lines.resize(1);
    std::string from = fmt::format("{}", fmt::join(lines, ", "));
    if (shown < step.sources.size()) from += fmt::format(" and {} more", step.sources.size() - shown);
    const std::size_t n = step.sources.size();
    add_line(text_,
             fmt::format("    {} contribution{}, from {}{}", cardinal(n), n == 1 ? "" : "s",
                         one_file ? (lines.size() == 1 ? "line " : "lines ") : "", from),
             8);
  }

  const std::vector<TraceStep>& steps_;
  std::string text_;
};

}  // namespace

std::string to_string(const BackwardTrace& trace) { return Writer(trace).write(trace.stopped); }

std::ostream& operator<<(std::ostream& stream, const BackwardTrace& trace) {
  return stream << to_string(trace);
}

}  // namespace eingrad

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <utility>

#include <support/plot_scale.hpp>

#include <fmt/format.h>

namespace chapter {
namespace {

/// count · 10^exponent: decimal, so that labels are exact.
struct Decimal {
  std::int64_t count;
  int exponent;

  double value() const { return static_cast<double>(count) * std::pow(10, exponent); }
};

std::string superscript(int number) {
  constexpr const char* digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = number < 0 ? "⁻" : "";
  for (const char digit : std::to_string(std::abs(number))) text += digits[digit - '0'];
  return text;
}

int order_of(double value) { return static_cast<int>(std::floor(std::log10(std::abs(value)) + 1e-9)); }

/// The decimal over 10^shift with no digit too many: "0.5", "−20", "10,000".
std::string plain(Decimal number, int shift) {
  const int decimals = std::max(0, shift - number.exponent);
  std::string text = fmt::format("{:.{}f}", number.value() / std::pow(10, shift), decimals);
  std::size_t point = std::min(text.find('.'), text.size());
  for (; point > 4 + (text[0] == '-' ? 1 : 0); point -= 3) text.insert(point - 3, ",");
  if (text.starts_with('-')) text.replace(0, 1, "−");
  return text;
}

/// `mixed_orders`: each number of its own order of magnitude, as on a log scale.
std::vector<std::string> labels_of(const std::vector<Decimal>& numbers, bool mixed_orders) {
  if (numbers.empty()) return {};
  const auto size = [](Decimal number) { return std::abs(number.value()); };
  const double largest = size(std::ranges::max(numbers, {}, size));
  const double smallest = size(std::ranges::min(numbers, {}, size));
  const int order = largest > 0 ? order_of(largest) : 0;
  const bool powers = order >= 6 || order < -3 || (mixed_orders && (order > 4 || order_of(smallest) < -3));

  std::vector<std::string> labels;
  for (const Decimal number : numbers) {
    if (!powers || number.count == 0) {
      labels.push_back(number.count == 0 ? "0" : plain(number, 0));
      continue;
    }
    const int shift = mixed_orders ? order_of(number.value()) : order;
    const std::string mantissa = plain(number, shift);
    const std::string power = "10" + superscript(shift);
    labels.push_back(mantissa == "1" ? power : mantissa == "−1" ? "−" + power : mantissa + "·" + power);
  }
  return labels;
}

/// The multiples of 1, 2 or 5 times a power of ten from low to high, as close as gives at most `most` of
/// them, but not closer than `least_step`.
std::vector<Decimal> multiples(double low, double high, std::size_t most, double least_step) {
  const int order = order_of(std::max((high - low) / static_cast<double>(most + 1), least_step));
  for (const auto& [factor, power] : {std::pair{1, 0}, {2, 0}, {5, 0}, {1, 1}, {2, 1}}) {
    const Decimal unit{factor, order + power};
    const double step = unit.value();
    const double first = std::ceil(low / step);
    const double last = std::floor(high / step);
    if (step < least_step || last - first >= static_cast<double>(most)) continue;
    std::vector<Decimal> numbers;
    for (auto i = static_cast<std::int64_t>(first); i <= static_cast<std::int64_t>(last); ++i) {
      numbers.push_back({i * unit.count, unit.exponent});
    }
    return numbers;
  }
  return {};
}

/// The numbers m · 10^k from 10^low to 10^high, k a multiple of `stride`.
std::vector<Decimal> powers_of_ten(double low, double high, std::initializer_list<std::int64_t> mantissas,
                                   int stride) {
  std::vector<Decimal> numbers;
  for (int k = static_cast<int>(std::floor(low)); k <= high; ++k) {
    if (k % stride != 0) continue;
    for (const std::int64_t m : mantissas) {
      const double logarithm = k + std::log10(static_cast<double>(m));
      if (logarithm >= low && logarithm <= high) numbers.push_back({m, k});
    }
  }
  return numbers;
}

}  // namespace

PlotScale::PlotScale(std::span<const double> values, Kind kind) : kind_(kind) {
  constexpr double none = std::numeric_limits<double>::infinity();
  double least = none;
  double most = -none;
  for (const double value : values) {
    if (!has_place(value, kind)) continue;
    least = std::min(least, transformed(value));
    most = std::max(most, transformed(value));
  }
  if (least > most) return;  // no value: 0 to 1

  const double size = std::max(std::abs(least), std::abs(most));
  if (most - least <= std::max(1e-9 * size, 1e-280)) {
    const double around =
        kind == Kind::linear ? (size > 1e-270 ? 0.1 * size : 1) : std::max(0.5, 1e-9 * size);
    low_ = least - around;
    high_ = most + around;
    return;
  }
  const double room = 0.04 * (most - least);
  low_ = least - (kind == Kind::log ? std::min(room, 1.0) : room);
  high_ = most + (kind == Kind::log ? std::min(room, 1.0) : room);
}

bool PlotScale::has_place(double value, Kind kind) {
  constexpr double largest = 1e300;
  return kind == Kind::log ? value >= 1 / largest && value <= largest : std::abs(value) <= largest;
}

double PlotScale::transformed(double value) const { return kind_ == Kind::log ? std::log10(value) : value; }

std::vector<Tick> PlotScale::ticks(std::size_t most) const {
  most = std::max<std::size_t>(most, 2);
  std::vector<Decimal> numbers;
  if (kind_ == Kind::log) {
    numbers = powers_of_ten(low_, high_, {1, 2, 5}, 1);
    const bool within_a_decade = numbers.size() < 3;
    for (int stride = 1; numbers.size() > most; ++stride) numbers = powers_of_ten(low_, high_, {1}, stride);
    if (within_a_decade) numbers = multiples(std::pow(10, low_), std::pow(10, high_), most, 0);
  } else {
    numbers = multiples(low_, high_, most, kind_ == Kind::integers ? 1 : 0);
  }

  const std::vector<std::string> labels = labels_of(numbers, kind_ == Kind::log);
  std::vector<Tick> ticks;
  for (std::size_t i = 0; i < numbers.size(); ++i) ticks.push_back({(*this)(numbers[i].value()), labels[i]});
  return ticks;
}

}  // namespace chapter

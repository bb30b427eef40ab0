#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

#include <autodiff/error.hpp>
#include <autodiff/number_text.hpp>

namespace eingrad {
namespace {

// No double has more significant digits than these.
constexpr int all_digits = 767;

/// A positive number as "d.ddde±XX": with that many digits after the point, rounded from the exact value and
/// a tie to even, or with as few digits as read back as x.
template <class T, class... Precision>
std::string scientific(T x, Precision... precision) {
  std::array<char, all_digits + 16> text;
  char* const end = text.data() + text.size();
  return {text.data(), std::to_chars(text.data(), end, x, std::chars_format::scientific, precision...).ptr};
}

std::string digits_of(std::string_view scientific) {
  std::string digits(scientific.substr(0, scientific.find('e')));
  if (digits.size() > 1) digits.erase(1, 1);  // the point
  return digits;
}

int exponent_of(std::string_view scientific) {
  std::string_view text = scientific.substr(scientific.find('e') + 1);
  if (text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  std::from_chars(text.data(), text.data() + text.size(), exponent);
  return exponent;
}

template <class T>
std::string shortest(T x) {
  if (std::isnan(x)) return "nan";
  const std::string sign = std::signbit(x) ? "-" : "";
  if (std::isinf(x)) return sign + "inf";

  const std::string text = scientific(std::abs(x));
  const int exponent = exponent_of(text);
  if (exponent < -4 || exponent >= 16) return sign + text;

  // Laid out by hand: std::to_chars in fixed form would write a large float's every digit.
  std::string digits = digits_of(text);
  if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const std::size_t point = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= point) digits.resize(point + 1, '0');
  return sign + digits.insert(point, ".");
}

}  // namespace

std::string repr(double x) { return shortest(x); }
std::string repr(float x) { return shortest(x); }

double round_to(double x, int digits) {
  if (x == 0 || !std::isfinite(x)) return x;

  std::string text = scientific(std::abs(x), all_digits - 1);
  const std::int64_t kept = std::int64_t{exponent_of(text)} + 1 + digits;  // digits in front of the cut
  if (kept >= all_digits) return x;
  if (kept > 0) {
    text = scientific(std::abs(x), static_cast<int>(kept) - 1);
  } else {
    // Less than one unit of the last place that stays: more than half of it is one, else none.
    const bool up = kept == 0 && digits_of(text) > "5" + std::string(all_digits - 1, '0');
    text = up ? "1e" + std::to_string(-digits) : "0";
  }

  double rounded = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), rounded).ec != std::errc()) {
    throw Report("round_to", "the rounded value is beyond the largest double")
        .line("x", repr(x))
        .line("digits", std::to_string(digits))
        .hint("more digits, which is a finer rounding")
        .as<value_error>();
  }
  return std::copysign(rounded, x);
}

std::string counted(std::size_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

}  // namespace eingrad

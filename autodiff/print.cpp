#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ostream>
#include <span>
#include <string_view>
#include <vector>

#include <autodiff/print.hpp>
#include <autodiff/rule.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad {
namespace {

constexpr std::int64_t most_elements = 1000;  // a tensor of more is shown in part
constexpr std::int64_t edge = 3;              // elements shown at either end of an axis
constexpr std::size_t line_width = 80;
constexpr int decimals = 4;

// The form that all floating-point numbers of one tensor share.
enum class Form { whole, fixed, scientific };

bool is_regular(double x) { return x != 0 && std::isfinite(x); }

template <class T>
Form form_of(const std::vector<T>& numbers) {
  double least = std::numeric_limits<double>::infinity();
  double most = 0;
  bool whole = true;
  for (const T number : numbers) {
    const auto x = static_cast<double>(number);
    if (!is_regular(x)) continue;
    least = std::min(least, std::abs(x));
    most = std::max(most, std::abs(x));
    whole = whole && x == std::ceil(x);
  }
  if (most == 0) return Form::whole;
  if (most / least > 1e3 || most > 1e8 || (!whole && least < 1e-4)) return Form::scientific;
  return whole ? Form::whole : Form::fixed;
}

std::string text_of(bool x, Form) { return x ? "True" : "False"; }
std::string text_of(std::int64_t x, Form) { return std::to_string(x); }
std::string text_of(double x, Form form) {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x < 0 ? "-inf" : "inf";
  std::array<char, 32> text;
  const auto format = form == Form::scientific ? std::chars_format::scientific : std::chars_format::fixed;
  const int precision = form == Form::whole ? 0 : decimals;
  char* const end = std::to_chars(text.data(), text.data() + text.size(), x, format, precision).ptr;
  return std::string(text.data(), end) + (form == Form::whole ? "." : "");
}

/// The positions of an axis that are shown, with `gap` where some are left out.
constexpr std::int64_t gap = -1;
std::vector<std::int64_t> shown_positions(std::int64_t extent, bool in_part) {
  std::vector<std::int64_t> positions;
  const bool skips = in_part && extent > 2 * edge;
  for (std::int64_t i = 0; i < extent; ++i) {
    if (skips && i == edge) {
      positions.push_back(gap);
      i = extent - edge;
    }
    positions.push_back(i);
  }
  return positions;
}

template <class T>
void append_shown(std::span<const T> elements, std::span<const std::int64_t> extents, bool in_part,
                  std::vector<T>& shown) {
  if (extents.empty()) {
    shown.push_back(elements.front());
    return;
  }
  const std::size_t stride = elements.size() / static_cast<std::size_t>(extents.front());
  for (const std::int64_t i : shown_positions(extents.front(), in_part)) {
    if (i == gap) continue;
    append_shown(elements.subspan(static_cast<std::size_t>(i) * stride, stride), extents.subspan(1), in_part,
                 shown);
  }
}

/// The shown numbers as text, in one width as far as they fit it.
struct Cells {
  std::vector<std::string> texts;
  std::size_t width = 1;
};

template <class T>
Cells cells_of(const std::vector<T>& numbers) {
  const Form form = form_of(numbers);
  Cells cells;
  for (const T x : numbers) {
    cells.texts.push_back(text_of(x, form));
    // As in PyTorch, zeros and infinities have no say in the width.
    if (std::floating_point<T> && !is_regular(static_cast<double>(x))) continue;
    cells.width = std::max(cells.width, cells.texts.back().size());
  }
  for (std::string& text : cells.texts) {
    if (text.size() < cells.width) text.insert(0, cells.width - text.size(), ' ');
  }
  return cells;
}

/// Writes brackets, commas and line breaks around the cells.
class Layout {
 public:
  Layout(const Cells& cells, bool in_part)
      : next_(cells.texts.begin()), width_(cells.width), in_part_(in_part) {}

  std::string block(std::span<const std::int64_t> extents, std::size_t indent) {
    if (extents.empty()) return *next_++;
    const bool is_row = extents.size() == 1;
    const std::size_t room = line_width - std::min(indent, line_width);
    const std::size_t per_line = is_row ? std::max<std::size_t>(1, room / (width_ + 2)) : 1;
    const std::string new_line =
        "," + std::string(is_row ? 1 : extents.size() - 1, '\n') + std::string(indent + 1, ' ');
    std::string text = "[";
    std::size_t count = 0;
    for (const std::int64_t i : shown_positions(extents.front(), in_part_)) {
      if (count > 0) text += count % per_line == 0 ? new_line : ", ";
      text += i != gap ? block(extents.subspan(1), indent + 1) : is_row ? " ..." : "...";
      ++count;
    }
    return text + "]";
  }

 private:
  std::vector<std::string>::const_iterator next_;
  std::size_t width_;
  bool in_part_;
};

std::string elements_of(const Tensor& tensor, std::size_t indent) {
  if (tensor.numel() == 0) return "[]";
  const bool in_part = tensor.numel() > most_elements;
  return with_element_type(tensor.dtype(), [&]<class T>() {
    std::vector<T> shown;
    append_shown(tensor.span<T>(), tensor.shape(), in_part, shown);
    return Layout(cells_of(shown), in_part).block(tensor.shape(), indent);
  });
}

std::vector<std::string> suffixes_of(const Tensor& tensor) {
  std::vector<std::string> suffixes;
  const bool has_elements = tensor.numel() > 0;
  if (!has_elements && tensor.dim() != 1) suffixes.push_back("shape=" + to_string(tensor.shape()));
  // Elements show whether they are floating-point, integers or booleans.
  const bool shows_dtype =
      tensor.dtype() == default_dtype() || (has_elements && !is_floating(tensor.dtype()));
  if (!shows_dtype) suffixes.push_back("dtype=" + std::string(name_of(tensor.dtype())));
  if (!tensor.is_leaf()) {
    suffixes.push_back("grad_fn=<" + std::string(tensor.node().rule->name) + ">");
  } else if (tensor.requires_grad()) {
    suffixes.push_back("requires_grad=True");
  }
  return suffixes;
}

}  // namespace

std::string to_string(const Tensor& tensor) {
  if (!tensor.defined()) return "tensor(undefined)";
  std::string text = "tensor(";
  const std::size_t indent = text.size();
  text += elements_of(tensor, indent);
  for (const std::string& suffix : suffixes_of(tensor)) {
    const std::size_t line = text.size() - (text.rfind('\n') + 1);
    text += line + suffix.size() + 4 > line_width ? ",\n" + std::string(indent, ' ') : ", ";
    text += suffix;
  }
  return text + ")";
}

std::ostream& operator<<(std::ostream& stream, const Tensor& tensor) { return stream << to_string(tensor); }

}  // namespace eingrad

#include <algorithm>
#include <cctype>
#include <charconv>

#include <autodiff/contraction/axes.hpp>
#include <autodiff/storage/from_bytes.hpp>
#include <autodiff/storage/npy.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::pair<Dtype, const char*> npy_dtypes[] = {
    {boolean, "|b1"}, {int64, "<i8"}, {float32, "<f4"}, {float64, "<f8"}};

/// The header of an array, a Python dictionary of three entries.
class NpyHeader {
 public:
  explicit NpyHeader(std::string_view text) : text_(text) { parse(); }

  bool valid = false;
  std::string descr;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;

 private:
  void parse() {
    bool descr_seen = false, order_seen = false, shape_seen = false;
    if (!take('{')) return;
    while (!take('}')) {
      std::string key;
      if (!take_text(key) || !take(':')) return;
      if (key == "descr" && !descr_seen) {
        descr_seen = take_text(descr);
        if (!descr_seen) return;
      } else if (key == "fortran_order" && !order_seen) {
        fortran_order = take_word("True");
        order_seen = fortran_order || take_word("False");
        if (!order_seen) return;
      } else if (key == "shape" && !shape_seen) {
        shape_seen = take_shape();
        if (!shape_seen) return;
      } else {
        return;
      }
      if (!take(',') && !peek('}')) return;
    }
    skip_space();
    valid = descr_seen && order_seen && shape_seen && text_.empty();
  }

  void skip_space() {
    while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_.front())) != 0)
      text_.remove_prefix(1);
  }
  bool peek(char c) {
    skip_space();
    return text_.starts_with(c);
  }
  bool take(char c) {
    const bool found = peek(c);
    if (found) text_.remove_prefix(1);
    return found;
  }
  bool take_word(std::string_view word) {
    skip_space();
    const bool found = text_.starts_with(word);
    if (found) text_.remove_prefix(word.size());
    return found;
  }
  bool take_text(std::string& text) {
    if (!take('\'')) return false;
    const std::size_t end = text_.find('\'');
    if (end == std::string_view::npos) return false;
    text = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return true;
  }
  bool take_shape() {
    if (!take('(')) return false;
    while (!take(')')) {
      skip_space();
      std::int64_t extent = -1;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), extent);
      if (error != std::errc() || extent < 0 || shape.size() == 64) return false;
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      shape.push_back(extent);
      if (!take(',') && !peek(')')) return false;
    }
    return true;
  }

  std::string_view text_;
};

/// The axes in the opposite order.
Tensor reversed(const Tensor& values) {
  Shape order = Shape::filled(values.shape().size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(order.size() - 1 - i);
  return permute(values, order).detach();
}

}  // namespace

std::string to_npy(const Tensor& values) {
  std::string extents;
  for (const std::int64_t extent : values.shape()) extents += fmt::format("{}, ", extent);
  if (values.dim() > 1) extents.resize(extents.size() - 2);
  const auto known = std::ranges::find(npy_dtypes, values.dtype(), &std::pair<Dtype, const char*>::first);
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", known->second, extents);
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10 - 1, ' ');  // elements begin at a multiple of 64
  header += '\n';
  std::string bytes(magic);
  bytes += {'\x01', '\0', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  return bytes + header + std::string(static_cast<const char*>(values.node().data), values.node().bytes());
}

Tensor from_npy(std::string_view content, const std::string& name, Location at) {
  const auto complain = [&](const std::string& problem) {
    throw Report("load", fmt::format("'{}' {}", name, problem), at)
        .hint("an array that numpy.save or numpy.savez wrote, of numbers or booleans")
        .as<value_error>();
  };
  if (!content.starts_with(magic) || content.size() < 10) complain("is no array of NumPy's");
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(content[i]));
  };
  const std::size_t version = byte(6), start = version == 1 ? 10 : 12;
  if (version < 1 || version > 3) complain(fmt::format("is of version {}", version));
  if (content.size() < start) complain("ends within its header");
  std::size_t length = byte(8) + (byte(9) << 8);
  if (version > 1) length += (byte(10) << 16) + (byte(11) << 24);
  if (length > content.size() - start) complain("ends within its header");
  const NpyHeader header(content.substr(start, length));
  if (!header.valid) complain("has a header that is none");
  const std::string_view elements = content.substr(start + length);
  const auto known = std::ranges::find(npy_dtypes, header.descr, &std::pair<Dtype, const char*>::second);
  if (known == std::end(npy_dtypes))
    complain(
        fmt::format("has elements of type {}, which no dtype here has: |b1, <i8, <f4 or <f8", header.descr));
  Shape shape = header.shape;
  const std::size_t size = size_of(known->first);
  if (elements.size() % size != 0 || static_cast<std::size_t>(shape.numel()) != elements.size() / size)
    complain("has not as many elements as its shape says");
  if (header.fortran_order) std::reverse(shape.begin(), shape.end());
  const Tensor values = from_bytes(shape, known->first, elements, at);
  return header.fortran_order ? reversed(values) : values;
}

}  // namespace eingrad

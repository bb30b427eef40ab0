#pragma once
#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <ranges>
#include <string>
#include <utility>

#include <autodiff/location.hpp>

namespace eingrad {

class Tensor;

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

/// A short list of integers: the extents of a tensor's axes, or a choice of axes. Made from braces of any
/// integers (`{n, 3}`, `{-1, 3}`), from one integer, or from a range of integers. Up to three stand in the
/// object itself.
class Shape {
 public:
  struct Extent {
    std::int64_t value;
    Extent(Integer auto n) : value(static_cast<std::int64_t>(n)) {}
  };

  Shape() noexcept = default;
  Shape(std::initializer_list<Extent> extents) : Shape(filled(extents.size())) {
    std::ranges::transform(extents, begin(), &Extent::value);
  }
  Shape(Integer auto extent) : Shape{Extent(extent)} {}
  template <std::ranges::sized_range R>
  requires(Integer<std::ranges::range_value_t<R>> && !std::same_as<std::remove_cvref_t<R>, Shape>)
      Shape(const R& extents)
      : Shape(filled(std::ranges::size(extents))) {
    std::ranges::transform(extents, begin(), [](auto n) { return static_cast<std::int64_t>(n); });
  }
  Shape(const Shape& other) : size_(other.size_), words_(other.words_) {
    if (!fits()) copy_heap(other);
  }
  Shape(Shape&& other) noexcept
      : size_(std::exchange(other.size_, 0)), words_(std::exchange(other.words_, {})) {}
  Shape& operator=(const Shape& other) {
    if (!fits() || !other.fits()) return *this = Shape(other);
    size_ = other.size_;
    words_ = other.words_;
    return *this;
  }
  Shape& operator=(Shape&& other) noexcept {
    std::swap(size_, other.size_);
    std::swap(words_, other.words_);
    return *this;
  }
  ~Shape() {
    if (!fits()) delete[] heap();
  }

  /// A shape of `rank` axes of the same extent.
  static Shape filled(std::size_t rank, std::int64_t extent = 0) {
    Shape shape;
    if (rank > shape.words_.size()) shape.words_[0] = reinterpret_cast<std::intptr_t>(new std::int64_t[rank]);
    shape.size_ = rank;
    std::ranges::fill(shape, extent);
    return shape;
  }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  const std::int64_t* begin() const noexcept { return fits() ? words_.data() : heap(); }
  const std::int64_t* end() const noexcept { return begin() + size_; }
  std::int64_t* begin() noexcept { return fits() ? words_.data() : heap(); }
  std::int64_t* end() noexcept { return begin() + size_; }
  std::int64_t operator[](std::size_t axis) const { return begin()[axis]; }
  std::int64_t& operator[](std::size_t axis) { return begin()[axis]; }
  std::int64_t back() const { return end()[-1]; }

  /// The number of elements of a tensor of this shape: 1 if it has no axis, the largest integer if the
  /// product is beyond it.
  std::int64_t numel() const noexcept {
    if (size_ == 0) return 1;
    const std::int64_t* extent = begin();
    std::int64_t product = extent[0];
    bool beyond = false;
    for (std::size_t axis = 1; axis < size_; ++axis) {
      beyond |= __builtin_mul_overflow(product, extent[axis], &product);
    }
    return beyond ? numel_beyond() : product;
  }

  bool operator==(const Shape& other) const noexcept {
    if (!fits()) return std::ranges::equal(*this, other);
    return size_ == other.size_ && words_[0] == other.words_[0] && words_[1] == other.words_[1] &&
           words_[2] == other.words_[2];  // no loop, since the words behind the extents are zeros
  }

 private:
  std::int64_t numel_beyond() const noexcept;
  void copy_heap(const Shape& other);
  bool fits() const noexcept { return size_ <= words_.size(); }
  std::int64_t* heap() const noexcept {
    return reinterpret_cast<std::int64_t*>(static_cast<std::intptr_t>(words_[0]));
  }

  std::size_t size_ = 0;
  std::array<std::int64_t, 3> words_{};  // the extents and zeros, or the address of a longer array
};

/// The number of elements in front of an axis, and behind it: the products of the extents there.
std::int64_t numel_before(const Shape& shape, std::size_t axis) noexcept;
std::int64_t numel_behind(const Shape& shape, std::size_t axis) noexcept;

/// "(32, 784)", "(3,)", "()": as NumPy writes it.
std::string to_string(const Shape& shape);
/// A template, so that nothing that would convert to a shape is printed as one.
template <class Stream>
Stream& operator<<(Stream& stream, const std::same_as<Shape> auto& shape) {
  stream << to_string(shape);
  return stream;
}

/// `axis` counted from the front: a negative one counts from the back. index_error, which shows the operand,
/// if there is no such axis.
std::size_t normalize_axis(std::int64_t axis, std::size_t rank, const char* operation, Location at = {},
                           const Tensor* operand = nullptr);

}  // namespace eingrad

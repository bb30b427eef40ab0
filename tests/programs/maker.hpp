#pragma once
#include <algorithm>

#include <tests/programs/program.hpp>

namespace eingrad::testing {

constexpr std::int64_t most_elements = 64;

/// The values that there are, and what is chosen among them.
class Maker {
 public:
  Maker(const Tensors& values, Choices& choices) : choose(choices), values_(values), first(any()) {}

  const Shape& shape(std::size_t value) const { return values_[value].shape(); }
  std::size_t rank() const { return shape(first).size(); }
  std::int64_t numel() const { return values_[first].numel(); }

  /// Any value, one of the last ones more often.
  std::size_t any() {
    const std::size_t count = values_.size();
    return choose(2) == 0 ? count - 1 - choose(std::min<std::size_t>(count, 4)) : choose(count);
  }
  /// A value that fits the first one; that one itself always must.
  template <class Fits>
  std::size_t one_that(Fits fits) {
    const std::size_t start = choose(values_.size());
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const std::size_t value = (start + i) % values_.size();
      if (fits(shape(value))) return value;
    }
    return first;
  }
  std::size_t of_same_shape() {
    return one_that([this](const Shape& other) { return other == shape(first); });
  }
  std::size_t that_broadcasts() {
    return one_that([this](const Shape& other) {
      const Shape &a = shape(first), &longer = a.size() < other.size() ? other : a;
      std::int64_t numel = 1;
      for (std::size_t i = 1; i <= longer.size(); ++i) {
        const std::int64_t m = i <= a.size() ? a[a.size() - i] : 1,
                           n = i <= other.size() ? other[other.size() - i] : 1;
        if (m != n && m != 1 && n != 1) return false;
        numel *= std::max(m, n);
      }
      return numel <= most_elements;
    });
  }
  std::int64_t axis() { return static_cast<std::int64_t>(choose(rank())); }
  std::int64_t number(std::int64_t count) {
    return static_cast<std::int64_t>(choose(static_cast<std::size_t>(count)));
  }

  Choices& choose;

 private:
  const Tensors& values_;

 public:
  const std::size_t first;  ///< the operand that decides what fits
};

}  // namespace eingrad::testing

#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <vector>

#include <autodiff/tensor.hpp>

namespace eingrad {

// A new tensor has the default dtype unless one is named.

/// Uninitialised elements.
Tensor empty(const Shape& shape, std::optional<Dtype> dtype = {}, Location at = Location::current());
namespace detail {
/// The same for another operation, which its errors name.
Tensor make(const char* operation, const Shape& shape, std::optional<Dtype> dtype, Location at);
}  // namespace detail

Tensor zeros(const Shape& shape, std::optional<Dtype> dtype = {}, Location at = Location::current());
Tensor ones(const Shape& shape, std::optional<Dtype> dtype = {}, Location at = Location::current());
Tensor full(const Shape& shape, double value, std::optional<Dtype> dtype = {},
            Location at = Location::current());
// The shape stands in braces: zeros({2, 3}).
Tensor empty(Integer auto, Integer auto, Integer auto...) = delete;  // in braces: empty({2, 3})
Tensor zeros(Integer auto, Integer auto, Integer auto...) = delete;  // in braces: zeros({2, 3})
Tensor ones(Integer auto, Integer auto, Integer auto...) = delete;   // in braces: ones({2, 3})

Tensor zeros_like(const Tensor& a, Location at = Location::current());
Tensor ones_like(const Tensor& a, Location at = Location::current());
Tensor full_like(const Tensor& a, double value, Location at = Location::current());

/// The n by n identity.
Tensor eye(std::int64_t n, std::optional<Dtype> dtype = {}, Location at = Location::current());
/// start (0), start + step (1), … below stop; int64 if all are integers and no dtype is named. value_error
/// for a step of 0 or bounds that are not finite.
Tensor arange(const Operand& stop, std::optional<Dtype> dtype = {});
Tensor arange(const Operand& start, const Operand& stop, const Operand& step = 1,
              std::optional<Dtype> dtype = {});
/// `count` numbers from start to stop, both included.
Tensor linspace(double start, double stop, std::int64_t count, std::optional<Dtype> dtype = {},
                Location at = Location::current());

/// Nested braces of numbers, to any depth: `{{1., 2.}, {3., 4.}}`. shape_error if rows differ in length.
class Nested {
 public:
  template <class T>
  requires std::is_arithmetic_v<T> Nested(T number)
      : kind_(std::floating_point<T>  ? float32
              : std::same_as<T, bool> ? boolean
                                      : int64),
        number_(static_cast<double>(number)),
        integer_(std::floating_point<T> ? 0 : static_cast<std::int64_t>(number)) {}  // not of a NaN
  Nested(std::initializer_list<Nested> list) : list_(list), is_list_(true) {}

  bool is_list() const { return is_list_; }
  const std::vector<Nested>& list() const { return list_; }
  Dtype kind() const { return kind_; }
  double number() const { return number_; }
  std::int64_t integer() const { return integer_; }

 private:
  std::vector<Nested> list_;
  bool is_list_ = false;
  Dtype kind_ = boolean;
  double number_ = 0;
  std::int64_t integer_ = 0;
};

/// A tensor of given numbers. Floating-point braces take the default dtype unless one is named, integers are
/// int64, bools boolean. `{{1.}, {2.}}` is a column of shape (2, 1).
Tensor tensor(const Nested& numbers, std::optional<Dtype> dtype = {}, Location at = Location::current());

/// A tensor of one axis: of a floating-point vector in the default dtype, of any other in its own kind.
template <class T>
requires std::is_arithmetic_v<T> Tensor tensor(const std::vector<T>& numbers, std::optional<Dtype> dtype = {},
                                               Location at = Location::current()) {
  constexpr Dtype kind = std::floating_point<T> ? float64 : std::same_as<T, bool> ? boolean : int64;
  const Dtype target = dtype.value_or(std::floating_point<T> ? default_dtype() : kind);
  Tensor values = empty(numbers.size(), kind, at);
  with_element_type(kind, [&]<class U>() {
    std::ranges::transform(numbers, values.mutable_span<U>(at).begin(),
                           [](T x) { return static_cast<U>(x); });
  });
  return values.to(target, at);
}

}  // namespace eingrad

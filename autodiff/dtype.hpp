#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string_view>
#include <utility>

#include <autodiff/location.hpp>

namespace eingrad {

/// The type of a tensor's elements. The order is the order of promotion: of two dtypes the later one wins.
enum class Dtype : std::uint8_t { boolean, int64, float32, float64 };

inline constexpr Dtype boolean = Dtype::boolean;
inline constexpr Dtype int64 = Dtype::int64;
inline constexpr Dtype float32 = Dtype::float32;
inline constexpr Dtype float64 = Dtype::float64;

/// The dtype of new tensors made from floating-point numbers: float32 until it is set, as in PyTorch.
/// One setting for the whole program. dtype_error if `dtype` is not a floating-point type.
void set_default_dtype(Dtype dtype, Location at = Location::current());
Dtype default_dtype() noexcept;

/// The dtype of an operation's result on operands of dtypes a and b.
constexpr Dtype promote(Dtype a, Dtype b) { return a < b ? b : a; }

constexpr bool is_floating(Dtype dtype) { return dtype >= Dtype::float32; }

constexpr std::size_t size_of(Dtype dtype) {
  static_assert(sizeof(bool) == 1 && sizeof(float) == 4 && sizeof(double) == 8);
  return 0x8481U >> 4 * static_cast<unsigned>(dtype) & 15;  // one hexadecimal digit for each, from the right
}

constexpr std::string_view name_of(Dtype dtype) {
  constexpr std::string_view names[] = {"boolean", "int64", "float32", "float64"};
  return names[static_cast<std::size_t>(dtype)];
}

/// Prints the name.
std::ostream& operator<<(std::ostream& out, Dtype dtype);

/// The C++ types that a tensor's elements can have.
template <class T>
concept Element = std::same_as<T, bool> || std::same_as<T, std::int64_t> || std::same_as<T, float> ||
    std::same_as<T, double>;

template <Element T>
constexpr Dtype dtype_of() {
  if constexpr (std::same_as<T, bool>) return boolean;
  if constexpr (std::same_as<T, std::int64_t>) return int64;
  if constexpr (std::same_as<T, float>) return float32;
  if constexpr (std::same_as<T, double>) return float64;
}

/// Calls visit.template operator()<T>() with the element type T of `dtype`.
template <class Visitor>
decltype(auto) with_element_type(Dtype dtype, Visitor&& visit) {
  switch (dtype) {
    case Dtype::boolean:
      return visit.template operator()<bool>();
    case Dtype::int64:
      return visit.template operator()<std::int64_t>();
    case Dtype::float32:
      return visit.template operator()<float>();
    default:
      return visit.template operator()<double>();
  }
}

/// The same for a `dtype` that is_floating.
template <class Visitor>
decltype(auto) with_floating_type(Dtype dtype, Visitor&& visit) {
  return dtype == Dtype::float32 ? visit.template operator()<float>() : visit.template operator()<double>();
}

}  // namespace eingrad

#pragma once
// What many tests need: numbers at the edges, a leaf of doubles, a tensor's elements as a vector, a default
// dtype for one scope, the text of an error.
#include <limits>
#include <string>
#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/dtype.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad::testing {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// A float64 tensor that requires its gradient.
inline Tensor leaf(const Nested& numbers) { return tensor(numbers, float64).requires_grad_(); }

/// The elements in row-major order, to compare with ==.
template <Element T>
std::vector<T> values(const Tensor& a) {
  const auto span = a.span<T>();
  return {span.begin(), span.end()};
}

/// Another default dtype while it lives.
class DefaultDtype {
 public:
  explicit DefaultDtype(Dtype dtype) : before_(default_dtype()) { set_default_dtype(dtype); }
  ~DefaultDtype() { set_default_dtype(before_); }
  DefaultDtype(const DefaultDtype&) = delete;
  DefaultDtype& operator=(const DefaultDtype&) = delete;

 private:
  Dtype before_;
};

/// Whether the part is somewhere in the text.
inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What an action that must throw an Error says; empty if it throws nothing.
template <class Error, class Action>
std::string error_text(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace eingrad::testing

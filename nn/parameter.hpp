#pragma once
#include <autodiff/tensor.hpp>
#include <nn/member.hpp>

namespace eingrad::nn {

namespace detail {
/// Values that are assigned, and the line where they are: an operator has no room for it.
struct Assigned {
  const Tensor& values;
  Location at;

  Assigned(const Tensor& assigned, const char* file = __builtin_FILE(), std::uint64_t line = __builtin_LINE())
      : values(assigned), at{file, line} {}
};
}  // namespace detail

/// A tensor that a module owns and an optimizer changes: a leaf that requires a gradient.
///
/// Unlike a Tensor, which is a handle, a parameter is a value, so that a model is one too: a copy has memory
/// of its own, and assignment writes the values into the memory that is there, so that an optimizer that
/// holds on to it goes on to update this model after `net = best`. A move hands the memory over.
class Parameter : public Tensor, private detail::NotedMember {
 public:
  Parameter() = default;
  /// Takes over the tensor; a copy of it if somebody else holds it too.
  explicit Parameter(Tensor values);
  Parameter(const Parameter& other);
  Parameter(Parameter&&) noexcept = default;
  Parameter& operator=(const Parameter& other) { return *this = detail::Assigned(other, "", 0); }
  Parameter& operator=(Parameter&& other) { return *this = detail::Assigned(other, "", 0); }
  /// Writes the values in place. shape_error if the shape differs.
  Parameter& operator=(const detail::Assigned& other);
  ~Parameter() = default;
};

/// A tensor that a module owns and saves but no optimizer changes, such as a running mean. A value like a
/// Parameter.
class Buffer : public Tensor, private detail::NotedMember {
 public:
  Buffer() = default;
  explicit Buffer(Tensor values) : Tensor(values.defined() ? values.detach() : Tensor()) {}
  Buffer(const Buffer& other) : Buffer(static_cast<const Tensor&>(other)) {}
  Buffer(Buffer&&) noexcept = default;
  Buffer& operator=(const Buffer& other) { return *this = detail::Assigned(other, "", 0); }
  Buffer& operator=(Buffer&& other) { return *this = detail::Assigned(other, "", 0); }
  /// Writes the values in place. shape_error if the shape differs.
  Buffer& operator=(const detail::Assigned& other);
  ~Buffer() = default;
};

}  // namespace eingrad::nn

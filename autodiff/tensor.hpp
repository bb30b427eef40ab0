#pragma once
#include <span>
#include <utility>
#include <vector>

#include <autodiff/dtype.hpp>
#include <autodiff/error.hpp>
#include <autodiff/location.hpp>
#include <autodiff/node.hpp>
#include <autodiff/replay/perform.hpp>
#include <autodiff/shape.hpp>

namespace eingrad {

class Operand;

struct BackwardOptions {
  bool retain_graph = false;  ///< keep the graph for a further backward pass
  bool create_graph = false;  ///< record the backward pass too, so that gradients can be differentiated
};

/// A multidimensional array of numbers and, where it was computed from tensors that require a gradient, the
/// end of the graph that computed it. A small handle: copies share the tensor. Elements are contiguous in
/// row-major order, and two tensors never share memory. A default-made one is undefined: it has no elements
/// at all.
///
/// A tensor and its graph belong to the thread that made them.
class Tensor {
 public:
  Tensor() noexcept = default;
  Tensor(const Tensor& other) noexcept : node_(retain(other.node_)) {}
  Tensor(Tensor&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  // Of a name only: what a function returns is a copy, of which nobody would see that it has changed.
  Tensor& operator=(const Tensor& other) & noexcept { return *this = Tensor(other); }
  Tensor& operator=(Tensor&& other) & noexcept {
    release(std::exchange(node_, std::exchange(other.node_, nullptr)));
    return *this;
  }
  template <class T>
  void operator=(T&&) && = delete;  // into a copy: index_put() for x[0] = y, set_grad() for a gradient
  ~Tensor() { release(node_); }

  // What it is. All but defined() need a defined tensor, else value_error.
  bool defined() const noexcept { return node_ != nullptr; }
  const Shape& shape(Location at = Location::current()) const { return node(at).shape; }
  std::int64_t dim() const { return static_cast<std::int64_t>(node().shape.size()); }
  /// The extent of one axis; negative axes count from the back.
  std::int64_t size(std::int64_t axis, Location at = Location::current()) const;
  std::int64_t numel() const { return node().numel(); }
  Dtype dtype(Location at = Location::current()) const { return node(at).dtype; }

  // Its values.
  /// The only element. shape_error if there are more or none.
  template <Element T = double>
  T item(Location at = Location::current()) const;
  /// The elements in row-major order. dtype_error if they are not of type T.
  template <Element T>
  std::span<const T> span(Location at = Location::current()) const& {
    return {static_cast<const T*>(data(dtype_of<T>(), at)), static_cast<std::size_t>(numel())};
  }
  /// The same for writing in place; backward refuses where it needs the value that was there.
  template <Element T>
  std::span<T> mutable_span(Location at = Location::current()) & {
    return {static_cast<T*>(mutable_data(dtype_of<T>(), at)), static_cast<std::size_t>(numel())};
  }
  /// An xtensor view of the elements, no copy. Needs <autodiff/xtensor.hpp>.
  template <Element T>
  auto array(Location at = Location::current()) const&;
  template <Element T>
  auto mutable_array(Location at = Location::current()) &;
  template <Element T>
  std::span<const T> span() const&& = delete;  // the tensor would be gone before its elements are read
  template <Element T>
  auto array() const&& = delete;

  /// A copy without history, of its own memory; clone() keeps the history.
  Tensor detach(Location at = Location::current()) const;
  Tensor clone(Location at = Location::current()) const;
  /// The values in another dtype; a gradient flows back in this one.
  Tensor to(Dtype dtype, Location at = Location::current()) const;

  // Its gradient.
  bool requires_grad() const { return node().requires_grad; }
  /// Asks for a gradient. graph_error on the result of an operation, dtype_error unless floating-point.
  const Tensor& requires_grad_(bool on = true, Location at = Location::current()) const&;
  Tensor requires_grad_(bool on = true, Location at = Location::current()) &&;
  bool is_leaf() const { return node().rule == nullptr; }
  /// The gradient that backward accumulated; undefined if there is none.
  Tensor grad() const { return Tensor(retain(node().grad())); }
  void set_grad(Tensor gradient, Location at = Location::current()) const;
  void zero_grad() const {
    if (replay::listener != nullptr) return replay::listener->set_grad(node(), nullptr);
    release(node().exchange_grad(nullptr));
  }
  /// Asks backward to keep the gradient of this result of an operation, too.
  const Tensor& retain_grad(Location at = Location::current()) const;
  /// Adds the derivative of this tensor to grad() of every leaf it was computed from. `gradient` is the
  /// cotangent of this tensor; a tensor of one element needs none. graph_error on a tensor without graph, a
  /// graph that was freed, or a value that was overwritten; no gradient has changed then.
  void backward(const Tensor& gradient, BackwardOptions options = {},
                Location at = Location::current()) const;
  void backward(BackwardOptions options = {}, Location at = Location::current()) const {
    backward(Tensor(), options, at);
  }

  // Writing in place: on leaves only, and under no_grad on those that require a gradient.
  Tensor& copy_(const Tensor& source, Location at = Location::current());
  Tensor& fill_(double value, Location at = Location::current());
  Tensor& zero_(Location at = Location::current()) { return fill_(0, at); }
  Tensor& operator+=(const Operand& other) &;
  Tensor& operator-=(const Operand& other) &;
  Tensor& operator*=(const Operand& other) &;
  Tensor& operator/=(const Operand& other) &;
  // The same of what a function returns, such as grad(). graph_error if nobody else holds it, such as a
  // slice.
  Tensor operator+=(const Operand& other) &&;
  Tensor operator-=(const Operand& other) &&;
  Tensor operator*=(const Operand& other) &&;
  Tensor operator/=(const Operand& other) &&;

  /// Along the first axis: x[2] the third element, which drops the axis; of an int64 tensor the elements that
  /// it names, of a boolean one those where it holds. A copy with a history; see index() for more axes and
  /// for slices.
  Tensor operator[](const Operand& which) const;

  // Operations, as methods. This list is closed: the others are functions.
  Tensor sum(const Shape& axes = {}, bool keepdim = false, Location at = Location::current()) const;
  Tensor mean(const Shape& axes = {}, bool keepdim = false, Location at = Location::current()) const;
  Tensor matmul(const Tensor& other, Location at = Location::current()) const;
  Tensor transpose(std::int64_t axis0, std::int64_t axis1, Location at = Location::current()) const;
  Tensor t(Location at = Location::current()) const;
  Tensor reshape(const Shape& shape, Location at = Location::current()) const;
  Tensor T() const = delete;                                                   // t() transposes
  Tensor reshape(Integer auto, Integer auto, Integer auto...) const = delete;  // in braces: reshape({2, 3})
  // Functions here, methods elsewhere: the compiler shows how they are called.
  Tensor view(Integer auto... shape) const = delete;   // reshape({2, 3})
  Tensor select(Integer auto... at) const = delete;    // select(x, axis, index)
  Tensor argmax(Integer auto... axis) const = delete;  // argmax(x, axis)
  Tensor squeeze(const Shape& axes = {}, Location at = Location::current()) const;
  Tensor unsqueeze(std::int64_t axis, Location at = Location::current()) const;
  /// Elements start to stop of an axis; negative bounds count from the back, as in Python.
  Tensor slice(std::int64_t axis, std::int64_t start, std::int64_t stop, std::int64_t step = 1,
               Location at = Location::current()) const;
  Tensor pow(double exponent, Location at = Location::current()) const;
  Tensor exp(Location at = Location::current()) const;
  Tensor log(Location at = Location::current()) const;
  Tensor sqrt(Location at = Location::current()) const;
  Tensor abs(Location at = Location::current()) const;
  Tensor tanh(Location at = Location::current()) const;
  Tensor sigmoid(Location at = Location::current()) const;
  Tensor relu(Location at = Location::current()) const;

  // For those who extend the engine.
  explicit Tensor(Node* owned) noexcept : node_(owned) {}
  /// An undefined tensor is refused by the name of the function that asks, and by what that calls it.
  Node& node(Location at = {}, const char* what = "the tensor",
             const char* operation = __builtin_FUNCTION()) const {
    if (node_ == nullptr) throw_undefined(operation, what, at);
    return *node_;
  }
  Node* get() const noexcept { return node_; }                     ///< null if undefined
  Node* take() noexcept { return std::exchange(node_, nullptr); }  ///< which the caller now has to release
  bool is(const Tensor& other) const noexcept { return node_ == other.node_; }

 private:
  const void* data(Dtype expected, Location at) const;
  void* mutable_data(Dtype expected, Location at) const;

  Node* node_ = nullptr;
};

/// A handle that is not counted, where another one lives longer: a tensor that threads share must not be
/// counted by those that only read it.
class Borrowed {
 public:
  explicit Borrowed(Node* node) noexcept : tensor_(node) {}
  ~Borrowed() { static_cast<void>(tensor_.take()); }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  operator const Tensor&() const noexcept { return tensor_; }
  Tensor& tensor() noexcept { return tensor_; }

 private:
  Tensor tensor_;
};

/// What an operation takes: a tensor or a number, and the line where it was handed over. A number is weak: it
/// takes the tensor's dtype, unless it is of a higher kind (1.5 turns an int64 tensor into the default
/// dtype).
class Operand {
 public:
  Operand(const Tensor& a, const char* file = __builtin_FILE(), std::uint64_t line = __builtin_LINE())
      : tensor_(&a), at{file, line} {}
  template <class T>
  requires std::is_arithmetic_v<T> Operand(T number, const char* file = __builtin_FILE(),
                                           std::uint64_t line = __builtin_LINE())
      : kind_(std::floating_point<T>  ? float32
              : std::same_as<T, bool> ? boolean
                                      : int64),
        at{file, line} {
    if constexpr (std::floating_point<T>) {
      number_.float64 = static_cast<double>(number);
    } else {
      number_.int64 = static_cast<std::int64_t>(number);
    }
  }

  bool is_number() const noexcept { return tensor_ == nullptr; }
  /// The tensor; a number becomes one of a single element without axes. It is not even counted, since other
  /// threads may be reading it, and what is made for this operand lives as long as it does. An undefined one
  /// is refused by the name of the function that asks, and by what that calls this operand.
  const Tensor& tensor(const char* what = "the operand", const char* operation = __builtin_FUNCTION()) const {
    if (tensor_ == nullptr) return made_number(kind_ == float32 ? default_dtype() : kind_);
    if (!tensor_->defined()) throw_undefined(operation, what, at);
    return *tensor_;
  }
  /// The same in a dtype.
  const Tensor& tensor(Dtype dtype) const {
    if (tensor_ == nullptr) return made_number(dtype);
    const Tensor& own = tensor();
    return own.dtype() == dtype ? own : converted(own, dtype);
  }
  const Tensor* tensor_if() const noexcept { return tensor_; }
  /// boolean, int64, or float32 for any floating-point number.
  Dtype kind() const noexcept { return kind_; }
  template <Element T>
  T number() const noexcept {
    return kind_ == float32 ? static_cast<T>(number_.float64) : static_cast<T>(number_.int64);
  }

 private:
  const Tensor& made_number(Dtype dtype) const;
  const Tensor& converted(const Tensor& own, Dtype dtype) const;

  const Tensor* tensor_ = nullptr;
  mutable Tensor made_;
  union {
    double float64;
    std::int64_t int64;
  } number_{};
  Dtype kind_ = boolean;

 public:
  Location at;
};

template <Element T>
T Tensor::item(Location at) const {
  if (node(at, "the tensor", "item").numel() != 1) {
    throw Report("item", "the tensor has not one element", at)
        .operand("a", *this)
        .hint("sum() or mean() of many, select() for one of them, span() for all")
        .as<shape_error>();
  }
  if (replay::listener != nullptr) replay::listener->check_read(node());
  return with_element_type(dtype(),
                           [this]<class U>() { return static_cast<T>(*static_cast<U*>(node().data)); });
}

}  // namespace eingrad

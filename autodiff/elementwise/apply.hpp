#pragma once
#include <array>
#include <concepts>
#include <span>

#include <autodiff/elementwise/broadcast.hpp>
#include <autodiff/elementwise/computation.hpp>
#include <autodiff/elementwise/definition.hpp>
#include <autodiff/elementwise/mention.hpp>
#include <autodiff/kernels/elementwise.hpp>
#include <autodiff/rule.hpp>
#include <autodiff/threads.hpp>

namespace eingrad {

template <std::size_t N>
using Operands = std::array<const Operand*, N>;

/// The elementwise kind of operation: what the definitions in this folder become, read on tensors in
/// elementwise.cpp and on numbers in kernels/.
struct Elementwise final : Rule {
  /// ∂y/∂(operand k) as a tensor, recorded; undefined where the cotangent passes as it is.
  using Partial = Tensor(std::size_t k, std::span<const Tensor> operands, const Tensor& y);

  std::size_t arity;
  ops::Result result;
  ops::Mentions mentions;
  const kernels::Elementwise& kernel;
  Partial* partial;

  Elementwise(const char* operation, std::size_t operands, ops::Result kind, const ops::Mentions& mentioned,
              const kernels::Elementwise& on_numbers, Partial* on_tensors)
      : Rule(operation),
        arity(operands),
        result(kind),
        mentions(mentioned),
        kernel(on_numbers),
        partial(on_tensors) {}

  /// Computes the operation and records it. The operands come one by one, in registers, so that a function
  /// such as add is a jump to here.
  template <std::same_as<Operand>... Each>
  Tensor apply(const Each&... operands) const;

  bool reads_operand(const Node& y, std::size_t i) const override { return reads(y, i); }
  bool reads_result(const Node& y) const override { return reads(y, arity); }
  bool takes_one_for_all() const override { return true; }
  void backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const override;
  Tensor push_forward(const Tensor& y, std::span<const Tensor> tangents) const override;

 private:
  void backward_recorded(const Tensor& y, const Tensor& cotangent, Cotangents& operands) const;

  // Whether the derivative by an operand that wants one mentions value i (the operands, then the result).
  bool reads(const Node& y, std::size_t i) const {
    for (std::size_t k = 0; k < arity; ++k) {
      if (!y.is_number(k) && y.operands()[k].node->requires_grad && (mentions.of[k] >> i & 1) != 0)
        return true;
    }
    return false;
  }
};

inline const Shape no_axes;

/// The operands as the kernels see them.
template <std::size_t N>
struct Inputs {
  const void* data[N];
  bool repeats[N + 1] = {};  // has one element; behind the operands a cotangent, if there is one
  Node* node[N];             // null if the operand is a number

  void set(std::size_t k, Node& tensor) {
    data[k] = tensor.data;
    repeats[k] = tensor.data == tensor.one;
    node[k] = &tensor;
  }
  void set(std::size_t k, const Slot& number) {
    data[k] = &number;
    repeats[k] = true;
    node[k] = nullptr;
  }
  const Shape& shape(std::size_t k) const { return node[k] != nullptr ? node[k]->shape : no_axes; }
};

/// Whether one call of a kernel on one thread computes all of y from inputs that are walked in step with it.
inline bool is_one_call(const Node& y, bool flat, std::size_t worthwhile) {
  return flat && static_cast<std::size_t>(y.numel()) - 1 < worthwhile - 1;  // 0 elements are none at all
}

/// Runs a kernel over inputs of one dtype that are broadcast to y's shape, where it is not one call: on
/// several threads where there are as many elements as is worthwhile. `run` gets the position of the result
/// in elements, and the inputs' addresses, which of them repeat, and the number of elements. Out of the way
/// of short steps.
template <std::size_t N, class Run>
[[gnu::noinline]] void over_parts(const Node& y, Dtype dtype, const Inputs<N>& inputs, bool flat,
                                  std::size_t worthwhile, Run run) {
  const auto at = [&](std::size_t k, std::size_t element) {
    return static_cast<const std::byte*>(inputs.data[k]) + element * size_of(dtype);
  };
  if (y.numel() == 0) return;
  if (flat) {
    return divide(static_cast<std::size_t>(y.numel()), worthwhile, [&](std::size_t first, std::size_t last) {
      const void* data[N];
      for (std::size_t k = 0; k < N; ++k) data[k] = at(k, inputs.repeats[k] ? 0 : first);
      run(first, data, inputs.repeats, last - first);
    });
  }
  const Shape* shapes[N];
  for (std::size_t k = 0; k < N; ++k) shapes[k] = &inputs.shape(k);
  const BroadcastWalk walk(y.shape, shapes);
  const void* data[N];
  bool repeats[N + 1];
  for (std::size_t k = 0; k < N; ++k) repeats[k] = walk.repeats(k);
  repeats[N] = inputs.repeats[N];
  walk.each([&](std::int64_t position, const auto& places) {
    for (std::size_t k = 0; k < N; ++k) data[k] = at(k, static_cast<std::size_t>(places[k]));
    run(static_cast<std::size_t>(position), data, repeats, walk.inner());
  });
}

/// Runs a forward kernel over inputs that are broadcast to y's shape, in one call or in parts.
template <std::size_t N>
void compute(Node& y, Dtype dtype, const Inputs<N>& inputs, bool flat, const kernels::Elementwise& kernel) {
  const auto forward = kernel.forward[static_cast<std::size_t>(dtype)];
  if (is_one_call(y, flat, kernel.worthwhile)) [[likely]]
    return forward(y.data, inputs.data, inputs.repeats, static_cast<std::size_t>(y.numel()));
  over_parts(y, dtype, inputs, flat, kernel.worthwhile,
             [&](std::size_t position, const void* const* from, const bool* repeats, std::size_t n) {
               forward(static_cast<std::byte*>(y.data) + position * size_of(y.dtype), from, repeats, n);
             });
}

/// Notes a kernel's operands for somebody who listens, and may call it again.
template <std::size_t N>
void set_operands(ElementwiseComputation& computation, const Inputs<N>& inputs) {
  for (std::size_t k = 0; k < N; ++k) {
    if (inputs.node[k] != nullptr) {
      computation.set_operand(k, *inputs.node[k]);
    } else {
      computation.set_operand(k, *static_cast<const Slot*>(inputs.data[k]));
    }
  }
}
void tell(const char* operation, std::unique_ptr<ElementwiseComputation> computation);

}  // namespace eingrad

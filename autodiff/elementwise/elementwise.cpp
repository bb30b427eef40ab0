#include <bit>

#include <autodiff/create.hpp>
#include <autodiff/elementwise/broadcast.hpp>
#include <autodiff/elementwise/definitions.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/elementwise/mention.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/kernels/elementwise.hpp>
#include <autodiff/rule.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

/// One elementwise operation: its definition, read on tensors here and on numbers in kernels/.
struct Elementwise final : Rule {
  std::size_t arity;
  ops::Result result;
  ops::Mentions mentions;
  const kernels::Elementwise& kernel;
  /// ∂y/∂(operand k) as a tensor, recorded; undefined where the cotangent passes as it is.
  Tensor (*partial)(std::size_t k, std::span<const Tensor> operands, const Tensor& y);

  template <class Op>
  Elementwise(const char* function, const kernels::Elementwise& numbers, std::type_identity<Op>);

  bool reads_operand(const Node& y, std::size_t i) const override { return reads(y, i); }
  bool reads_result(const Node& y) const override { return reads(y, arity); }
  void backward(const Tensor& y, const Tensor& cotangent, Cotangents& operands) const override;

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

// ---- The reading on tensors ----

template <class Partial>
Tensor to_tensor(const Partial& partial) {
  if constexpr (std::same_as<Partial, ops::One> || std::same_as<Partial, ops::None>) {
    return {};
  } else if constexpr (std::same_as<Partial, ops::Constant>) {
    return Operand(partial.value).tensor();
  } else {
    return Operand(partial).tensor();
  }
}

template <class Op, std::size_t... I>
Tensor partial_tensor(std::size_t k, std::span<const Tensor> operands, const Tensor& y,
                      std::index_sequence<I...>) {
  if constexpr (requires { Op::derivative(operands[I]..., y); }) {
    const auto all = Op::derivative(operands[I]..., y);
    if constexpr (sizeof...(I) == 1) {
      return to_tensor(all);
    } else {
      Tensor chosen;
      ((k == I ? void(chosen = to_tensor(std::get<I>(all))) : void()), ...);
      return chosen;
    }
  } else {
    return {};
  }
}

template <class Op>
Tensor partial_of(std::size_t k, std::span<const Tensor> operands, const Tensor& y) {
  return partial_tensor<Op>(k, operands, y, std::make_index_sequence<Op::domain.size()>());
}

// ---- The list ----

template <class Op>
constexpr ops::Result result_of() {
  if constexpr (requires { Op::result; }) return Op::result;
  return ops::Result::same;
}

template <class Op>
Elementwise::Elementwise(const char* function, const kernels::Elementwise& numbers, std::type_identity<Op>)
    : Rule(function),
      arity(Op::domain.size()),
      result(result_of<Op>()),
      mentions(ops::mentions_of<Op>()),
      kernel(numbers),
      partial(partial_of<Op>) {}

enum class Id : std::size_t {
#define EINGRAD_ID(name, definition, arity) name##_,
  EINGRAD_ELEMENTWISE(EINGRAD_ID)
#undef EINGRAD_ID
};

const Elementwise& rule(Id id) {
  static const Elementwise rules[] = {
#define EINGRAD_RULE(name, definition, arity)                                  \
  {#name, kernels::elementwise_table()[static_cast<std::size_t>(Id::name##_)], \
   std::type_identity<ops::definition>()},
      EINGRAD_ELEMENTWISE(EINGRAD_RULE)
#undef EINGRAD_RULE
  };
  return rules[static_cast<std::size_t>(id)];
}

// ---- Application ----

template <std::size_t N>
using Operands = std::array<const Operand*, N>;

const Shape no_axes;

/// The operands as the kernels see them.
template <std::size_t N>
struct Inputs {
  const void* data[N];
  bool repeats[N];  // has one element
  const Shape* shape[N];
  Node* node[N];   // null if the operand is a number,
  Slot number[N];  // which then stands here

  void set(std::size_t k, Node& tensor) {
    data[k] = tensor.data;
    repeats[k] = tensor.data == tensor.one;
    shape[k] = &tensor.shape;
    node[k] = &tensor;
  }
  void set_number(std::size_t k) {
    data[k] = number[k].number;
    repeats[k] = true;
    shape[k] = &no_axes;
    node[k] = nullptr;
  }
};

[[noreturn]] void throw_not_broadcast(const Elementwise& rule, std::span<const Operand* const> operands) {
  Report report(rule.name, "the shapes do not broadcast", operands[0]->at);
  const char* names[] = {"A", "B", "C"};
  for (std::size_t k = 0; k < operands.size(); ++k) report.operand(names[k], operands[k]->tensor());
  throw std::move(report)
      .rule("aligned at the last axis, extents are equal or one of them is 1")
      .hint("reshape or unsqueeze one of them")
      .as<shape_error>();
}

/// The dtype that the operation computes in.
Dtype computing_dtype(const Elementwise& rule, Dtype tensors, Dtype numbers) {
  if (is_floating(tensors)) return tensors;  // a number is weak
  if (numbers == float32 || rule.result == ops::Result::floating) return default_dtype();
  return promote(int64, numbers);
}

/// The shape of an operand that all others have or repeat a single element over, or null if it takes a walk.
template <std::size_t N>
const Shape* flat_shape(const Inputs<N>& inputs) {
  std::size_t widest = 0;
  for (std::size_t k = 1; k < N; ++k) {
    const bool wider = !inputs.repeats[k] || inputs.shape[k]->size() > inputs.shape[widest]->size();
    if (inputs.repeats[widest] && wider) widest = k;
  }
  const Shape* shape = inputs.shape[widest];
  for (std::size_t k = 0; k < N; ++k) {
    if (k == widest || (inputs.repeats[k] && inputs.shape[k]->size() <= shape->size())) continue;
    if (*inputs.shape[k] != *shape) return nullptr;
  }
  return shape;
}

template <std::size_t N>
Shape broadcast_shape(const Elementwise& rule, const Operands<N>& operands, const Inputs<N>& inputs) {
  Shape shape = *inputs.shape[0];
  for (std::size_t k = 1; k < N; ++k) {
    if (!broadcast_to(shape, *inputs.shape[k])) throw_not_broadcast(rule, operands);
  }
  return shape;
}

/// Runs a kernel over inputs of one dtype that are broadcast to y's shape. `run` gets the position of the
/// result in elements, and the inputs' addresses, which of them repeat, and the number of elements.
template <std::size_t N, class Run>
void over(const Node& y, Dtype dtype, const Inputs<N>& inputs, bool flat, Run run) {
  const auto n = static_cast<std::size_t>(y.numel());
  if (n == 0) return;
  if (flat) return run(0, inputs.data, inputs.repeats, n);
  const BroadcastWalk walk(y.shape, inputs.shape);
  const void* data[N];
  bool repeats[N];
  for (std::size_t k = 0; k < N; ++k) repeats[k] = walk.repeats(k);
  walk.each([&](std::int64_t position, const auto& at) {
    for (std::size_t k = 0; k < N; ++k) {
      const std::size_t offset = static_cast<std::size_t>(at[k]) * size_of(dtype);
      data[k] = static_cast<const std::byte*>(inputs.data[k]) + offset;
    }
    run(static_cast<std::size_t>(position), data, repeats, walk.inner());
  });
}

template <std::size_t N>
Tensor compute(const Elementwise& rule, const Operands<N>& operands);

template <std::size_t N>
Tensor convert_and_apply(const Elementwise& rule, const Operands<N>& operands, Dtype dtype) {
  std::vector<Operand> converted;
  Operands<N> pointers;
  converted.reserve(N);
  for (std::size_t k = 0; k < N; ++k) {
    const Operand& operand = *operands[k];
    pointers[k] = &converted.emplace_back(operand.tensor(dtype), operand.at.file, operand.at.line);
  }
  return compute(rule, pointers);
}

template <std::size_t N>
void record_elementwise(Node& y, const Elementwise& rule, const Operands<N>& operands,
                        const Inputs<N>& inputs) {
  const std::span<Slot> slots = y.begin_record(rule, N);
  for (std::size_t k = 0; k < N; ++k) {
    if (inputs.node[k] != nullptr) {
      check_thread(*operands[k]->tensor_if());
      slots[k].node = retain(inputs.node[k]);
    } else {
      slots[k] = inputs.number[k];
      y.numbers = static_cast<std::uint8_t>(y.numbers | 1U << k);
    }
  }
}

template <std::size_t N>
Tensor compute(const Elementwise& rule, const Operands<N>& operands) {
  Inputs<N> inputs;
  Dtype tensors = boolean, numbers = boolean;
  bool requires_grad = false;
  for (std::size_t k = 0; k < N; ++k) {
    if (const Tensor* tensor = operands[k]->tensor_if()) {
      inputs.set(k, tensor->node());
      tensors = promote(tensors, inputs.node[k]->dtype);
      requires_grad |= inputs.node[k]->requires_grad;
    } else {
      inputs.set_number(k);
      numbers = promote(numbers, operands[k]->kind());
    }
  }
  const Dtype dtype = computing_dtype(rule, tensors, numbers);
  for (std::size_t k = 0; k < N; ++k) {
    if (inputs.node[k] == nullptr) {
      with_element_type(
          dtype, [&]<class T>() { new (inputs.number[k].number) T(operands[k]->template number<T>()); });
    } else if (inputs.node[k]->dtype != dtype) {
      return convert_and_apply(rule, operands, dtype);
    }
  }

  const bool is_boolean = rule.result == ops::Result::boolean;
  const Shape* flat = flat_shape(inputs);
  const Shape walked = flat != nullptr ? Shape() : broadcast_shape(rule, operands, inputs);
  Tensor y(make_node(is_boolean ? boolean : dtype, flat != nullptr ? *flat : walked, operands[0]->at));
  Node& node = *y.get();
  const auto forward = rule.kernel.forward[static_cast<std::size_t>(dtype)];
  over(node, dtype, inputs, flat != nullptr,
       [&](std::size_t position, const void* const* from, const bool* repeats, std::size_t n) {
         forward(static_cast<std::byte*>(node.data) + position * size_of(node.dtype), from, repeats, n);
       });
  if (requires_grad && !is_boolean && grad_enabled()) record_elementwise(node, rule, operands, inputs);
  return y;
}

// ---- Backward ----

/// gradient = cotangent · ∂y/∂(operand k), in one loop; the two may be one tensor.
template <std::size_t N>
void fused_product(const Elementwise& rule, const Node& y, const Tensor& cotangent, std::size_t k,
                   Tensor& gradient) {
  Inputs<N> inputs;
  const std::span<const Slot> slots = y.operands();
  bool flat = true;
  for (std::size_t i = 0; i < N; ++i) {
    if (y.is_number(i)) {
      inputs.number[i] = slots[i];
      inputs.set_number(i);
    } else {
      inputs.set(i, *slots[i].node);
      flat = flat && (inputs.repeats[i] || *inputs.shape[i] == y.shape);
    }
  }
  const auto kernel = rule.kernel.backward[k][static_cast<std::size_t>(y.dtype)];
  const auto* values = static_cast<const std::byte*>(y.data);
  const auto* from = static_cast<const std::byte*>(cotangent.node().data);
  auto* to = static_cast<std::byte*>(gradient.node().data);
  over(y, y.dtype, inputs, flat,
       [&](std::size_t position, const void* const* operands, const bool* repeats, std::size_t n) {
         const std::size_t offset = position * size_of(y.dtype);
         kernel(to + offset, from + offset, operands, values + offset, repeats, n);
       });
}

void Elementwise::backward(const Tensor& y, const Tensor& cotangent, Cotangents& operands) const {
  if (grad_enabled()) return backward_recorded(y, cotangent, operands);
  const auto product = arity == 1 ? fused_product<1> : arity == 2 ? fused_product<2> : fused_product<3>;
  const auto takes = [&](std::size_t k) { return !mentions.is_none[k] && operands.wants(k); };
  std::size_t end = arity;
  while (end > 0 && !takes(end - 1)) --end;
  for (std::size_t k = 0; k < end; ++k) {
    if (!takes(k)) continue;
    // After the last product nobody reads the cotangent: unless somebody else holds it, its memory is reused.
    const bool reuses = k + 1 == end && cotangent.get()->references == 1;
    Tensor gradient = mentions.is_one[k] || reuses
                          ? cotangent
                          : Tensor(make_node(y.dtype(), y.shape(), y.node().location()));
    if (!mentions.is_one[k]) product(*this, y.node(), cotangent, k, gradient);
    operands.give(k, std::move(gradient));
  }
}

void Elementwise::backward_recorded(const Tensor& y, const Tensor& cotangent, Cotangents& operands) const {
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < arity; ++i) values.push_back(operand_of(y.node(), i));
  for (std::size_t k = 0; k < arity; ++k) {
    if (mentions.is_none[k] || !operands.wants(k)) continue;
    operands.give(k, mentions.is_one[k] ? cotangent : mul(cotangent, partial(k, values, y)));
  }
}

Tensor call(Tensor (*function)(const Operand&), const std::vector<Tensor>& x) { return function(x.at(0)); }
Tensor call(Tensor (*function)(const Operand&, const Operand&), const std::vector<Tensor>& x) {
  return function(x.at(0), x.at(1));
}
Tensor call(Tensor (*function)(const Operand&, const Operand&, const Operand&),
            const std::vector<Tensor>& x) {
  return function(x.at(0), x.at(1), x.at(2));
}

template <class Op>
ElementwiseFacts facts(const Elementwise& rule, Tensor (*call)(const std::vector<Tensor>&)) {
  ElementwiseFacts facts{rule.name, Op::notation, {}, {}, result_of<Op>() != ops::Result::boolean, call};
  for (const ops::Interval& interval : Op::domain) facts.domain.push_back({interval.low, interval.high});
  if constexpr (requires { Op::kinks; }) facts.kinks.assign(Op::kinks.begin(), Op::kinks.end());
  return facts;
}

}  // namespace

// clang-format off
#define EINGRAD_ARGUMENTS_1 &a
#define EINGRAD_ARGUMENTS_2 &a, &b
#define EINGRAD_ARGUMENTS_3 &a, &b, &c
#define EINGRAD_DEFINE(name, definition, arity)                                  \
  Tensor name(EINGRAD_PARAMETERS_##arity) {                                      \
    const Operands<arity> operands{EINGRAD_ARGUMENTS_##arity};               \
    return compute(rule(Id::name##_), operands);                                   \
  }
EINGRAD_ELEMENTWISE(EINGRAD_DEFINE)
#undef EINGRAD_DEFINE
// clang-format on

Tensor pow(const Operand& a, const Operand& b) {
  if (!b.is_number() || (a.is_number() && !b.is_number())) return power(a, b);
  const auto exponent = b.number<double>();
  if (exponent == 0.5) return sqrt(a);
  const bool whole = exponent == std::trunc(exponent) && std::abs(exponent) <= 64;
  if (!whole || exponent == 0) return power(a, b);
  if (exponent < 0)
    return div(Operand(1, a.at.file, a.at.line), pow(a, Operand(-exponent, a.at.file, a.at.line)));
  // Square and multiply, from the exponent's highest bit down.
  const auto n = static_cast<unsigned>(exponent);
  if (n == 1) return a.tensor().clone(a.at);
  Tensor result;
  for (unsigned bit = std::bit_floor(n) >> 1; bit != 0; bit >>= 1) {
    result = square(result.defined() ? Operand(result, a.at.file, a.at.line) : a);
    if ((n & bit) != 0) result = mul(Operand(result, a.at.file, a.at.line), a);
  }
  return result;
}

void add_in_place(Tensor& sum, const Tensor& term) {
  Node& node = sum.node();
  Inputs<2> inputs;
  inputs.set(0, node);
  inputs.set(1, term.node());
  const auto forward = rule(Id::add_).kernel.forward[static_cast<std::size_t>(node.dtype)];
  over(node, node.dtype, inputs, inputs.repeats[1] || *inputs.shape[1] == node.shape,
       [&](std::size_t position, const void* const* from, const bool* repeats, std::size_t n) {
         forward(static_cast<std::byte*>(node.data) + position * size_of(node.dtype), from, repeats, n);
       });
}

const std::vector<ElementwiseFacts>& elementwise_operations() {
  static const std::vector<ElementwiseFacts> list = {
#define EINGRAD_FACTS(name, definition, arity) \
  facts<ops::definition>(rule(Id::name##_),    \
                         [](const std::vector<Tensor>& x) { return call(&eingrad::name, x); }),
      EINGRAD_ELEMENTWISE(EINGRAD_FACTS)
#undef EINGRAD_FACTS
  };
  return list;
}

}  // namespace eingrad

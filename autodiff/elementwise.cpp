#include <bit>
#include <optional>

#include <autodiff/broadcast.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise.hpp>
#include <autodiff/elementwise/definitions.hpp>
#include <autodiff/elementwise/mention.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/kernels/elementwise.hpp>
#include <autodiff/rule.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

constexpr std::size_t max_operands = BroadcastWalk::max_operands;

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

using Operands = std::span<const Operand* const>;

[[noreturn]] void throw_not_broadcast(const Elementwise& rule, Operands operands) {
  Report report(rule.name, "the shapes do not broadcast", operands[0]->at);
  const char* names[] = {"A", "B", "C"};
  for (std::size_t k = 0; k < operands.size(); ++k) report.operand(names[k], operands[k]->tensor());
  throw std::move(report)
      .rule("aligned at the last axis, extents are equal or one of them is 1")
      .hint("reshape or unsqueeze one of them")
      .as<shape_error>();
}

/// The dtype that the operation computes in.
Dtype computing_dtype(const Elementwise& rule, Operands operands) {
  Dtype tensors = boolean, numbers = boolean;
  for (const Operand* operand : operands) {
    if (operand->is_number()) {
      numbers = promote(numbers, operand->kind());
    } else {
      tensors = promote(tensors, operand->tensor_if()->dtype());
    }
  }
  Dtype dtype = tensors;
  if (numbers == float32 && !is_floating(tensors)) dtype = default_dtype();  // a number is weak
  if (numbers == int64) dtype = promote(dtype, int64);
  if (dtype == boolean) dtype = int64;
  if (rule.result == ops::Result::floating && !is_floating(dtype)) dtype = default_dtype();
  return dtype;
}

void store_number(const Operand& operand, Dtype dtype, void* to) {
  with_element_type(dtype, [&]<class T>() { *static_cast<T*>(to) = operand.number<T>(); });
}

Shape broadcast_shape(const Elementwise& rule, Operands operands,
                      const std::array<const Tensor*, max_operands>& tensors) {
  std::optional<Shape> shape;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    if (tensors[k] == nullptr) continue;
    if (!shape) {
      shape = tensors[k]->shape();
    } else if (!broadcast_to(*shape, tensors[k]->shape())) {
      throw_not_broadcast(rule, operands);
    }
  }
  return shape.value_or(Shape());
}

/// Runs a kernel over operands that are broadcast to `shape`. `run` gets, in bytes, where the result starts,
/// and the operands' addresses, which of them repeat, and the number of elements.
template <class Run>
void over(const Shape& shape, Dtype dtype, std::size_t count, std::array<const void*, max_operands>& data,
          const std::array<const Shape*, max_operands>& shapes, Run run) {
  const auto n = static_cast<std::size_t>(shape.numel());
  if (n == 0) return;
  bool repeats[max_operands];
  bool flat = true;
  for (std::size_t k = 0; k < count; ++k) {
    const auto elements = static_cast<std::size_t>(shapes[k]->numel());
    repeats[k] = elements == 1;
    flat = flat && (elements == 1 || elements == n);
  }
  if (flat) return run(0, data.data(), repeats, n);

  const BroadcastWalk walk(shape, {shapes.data(), count});
  for (std::size_t k = 0; k < count; ++k) repeats[k] = walk.repeats(k);
  const std::size_t size = size_of(dtype);
  const auto start = data;
  walk.each([&](std::int64_t position, const auto& at) {
    for (std::size_t k = 0; k < count; ++k) {
      data[k] = static_cast<const std::byte*>(start[k]) + static_cast<std::size_t>(at[k]) * size;
    }
    run(static_cast<std::size_t>(position), data.data(), repeats, walk.inner());
  });
}

Tensor apply(const Elementwise& rule, Operands operands) {
  static const Shape no_axes;
  const std::size_t count = operands.size();
  const Dtype dtype = computing_dtype(rule, operands);
  const Location at = operands[0]->at;

  std::array<Tensor, max_operands> converted;
  std::array<const Tensor*, max_operands> tensors{};
  std::array<std::uint64_t, max_operands> numbers{};
  std::array<const void*, max_operands> data{};
  std::array<const Shape*, max_operands> shapes{};
  bool requires_grad = false;
  for (std::size_t k = 0; k < count; ++k) {
    if (operands[k]->is_number()) {
      store_number(*operands[k], dtype, &numbers[k]);
      data[k] = &numbers[k];
      shapes[k] = &no_axes;
      continue;
    }
    tensors[k] = operands[k]->tensor_if();
    if (tensors[k]->dtype() != dtype) tensors[k] = &(converted[k] = tensors[k]->to(dtype, at));
    data[k] = tensors[k]->node().data;
    shapes[k] = &tensors[k]->shape();
    requires_grad = requires_grad || tensors[k]->requires_grad();
  }

  const bool is_boolean = rule.result == ops::Result::boolean;
  Tensor y(make_node(is_boolean ? boolean : dtype, broadcast_shape(rule, operands, tensors), at));
  Node& node = y.node();
  const auto forward = rule.kernel.forward[static_cast<std::size_t>(dtype)];
  over(node.shape, dtype, count, data, shapes,
       [&](std::size_t position, const void* const* from, const bool* repeats, std::size_t n) {
         forward(static_cast<std::byte*>(node.data) + position * size_of(node.dtype), from, repeats, n);
       });

  if (requires_grad && grad_enabled() && !is_boolean) {
    node.reserve_operands(count);
    for (std::size_t k = 0; k < count; ++k) {
      if (tensors[k] == nullptr) {
        node.operands()[k].bits = numbers[k];
        node.numbers = static_cast<std::uint8_t>(node.numbers | 1U << k);
      } else {
        check_thread(*tensors[k]);
        node.operands()[k].node = retain(&tensors[k]->node());
      }
    }
    node.rule = &rule;
    node.requires_grad = true;
  }
  return y;
}

// ---- Backward ----

/// cotangent · ∂y/∂(operand k), in one loop.
Tensor fused_product(const Elementwise& rule, const Tensor& y, const Tensor& cotangent, std::size_t k) {
  static const Shape no_axes;
  const Node& node = y.node();
  std::array<const void*, max_operands> data{};
  std::array<const Shape*, max_operands> shapes{};
  for (std::size_t i = 0; i < rule.arity; ++i) {
    const Slot& slot = node.operands()[i];
    data[i] = node.is_number(i) ? &slot.bits : slot.node->data;
    shapes[i] = node.is_number(i) ? &no_axes : &slot.node->shape;
  }
  Tensor gradient(make_node(node.dtype, node.shape, node.location()));
  const auto kernel = rule.kernel.backward[k][static_cast<std::size_t>(node.dtype)];
  const auto* values = static_cast<const std::byte*>(node.data);
  const auto* from = static_cast<const std::byte*>(cotangent.node().data);
  auto* to = static_cast<std::byte*>(gradient.node().data);
  over(node.shape, node.dtype, rule.arity, data, shapes,
       [&](std::size_t position, const void* const* operands, const bool* repeats, std::size_t n) {
         const std::size_t offset = position * size_of(node.dtype);
         kernel(to + offset, from + offset, operands, values + offset, repeats, n);
       });
  return gradient;
}

void Elementwise::backward(const Tensor& y, const Tensor& cotangent, Cotangents& operands) const {
  std::vector<Tensor> values;
  for (std::size_t k = 0; k < arity; ++k) {
    if (!operands.wants(k) || mentions.is_none[k]) continue;
    if (mentions.is_one[k]) {
      operands.give(k, cotangent);
    } else if (!grad_enabled()) {
      operands.give(k, fused_product(*this, y, cotangent, k));
    } else {
      if (values.empty()) {
        for (std::size_t i = 0; i < arity; ++i) values.push_back(operand_of(y.node(), i));
      }
      operands.give(k, mul(cotangent, partial(k, values, y)));
    }
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
    const Operand* const operands[] = {EINGRAD_ARGUMENTS_##arity};               \
    return apply(rule(Id::name##_), operands);                                   \
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
  Tensor base = a.tensor();
  Tensor result = base;
  for (unsigned bit = std::bit_floor(n) >> 1; bit != 0; bit >>= 1) {
    result = square(Operand(result, a.at.file, a.at.line));
    if ((n & bit) != 0) result = mul(Operand(result, a.at.file, a.at.line), base);
  }
  return result;
}

void add_in_place(Tensor& sum, const Tensor& term) {
  Node& node = sum.node();
  const void* operands[] = {node.data, term.node().data};
  const bool repeats[] = {false, false};
  rule(Id::add_).kernel.forward[static_cast<std::size_t>(node.dtype)](node.data, operands, repeats,
                                                                      static_cast<std::size_t>(sum.numel()));
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

#include <bit>
#include <cmath>

#include <autodiff/create.hpp>
#include <autodiff/elementwise/apply.hpp>
#include <autodiff/elementwise/definitions.hpp>
#include <autodiff/elementwise/elementwise.hpp>

namespace eingrad {

namespace {

// ---- The definitions read on tensors ----

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
Elementwise rule_of(const char* function, const kernels::Elementwise& kernel) {
  return {function, Op::domain.size(), result_of<Op>(), ops::mentions_of<Op>(), kernel, partial_of<Op>};
}

enum class Id : std::size_t {
#define EINGRAD_ID(name, definition, arity) name##_,
  EINGRAD_ELEMENTWISE(EINGRAD_ID)
#undef EINGRAD_ID
};

const Elementwise& rule(Id id) {
  static const Elementwise rules[] = {
#define EINGRAD_RULE(name, definition, arity) \
  rule_of<ops::definition>(#name, kernels::elementwise_table()[static_cast<std::size_t>(Id::name##_)]),
      EINGRAD_ELEMENTWISE(EINGRAD_RULE)
#undef EINGRAD_RULE
  };
  return rules[static_cast<std::size_t>(id)];
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
#define EINGRAD_ARGUMENTS_1 a
#define EINGRAD_ARGUMENTS_2 a, b
#define EINGRAD_ARGUMENTS_3 a, b, c
#define EINGRAD_DEFINE(name, definition, arity)                                  \
  Tensor name(EINGRAD_PARAMETERS_##arity) {                                      \
    static const Elementwise& own = rule(Id::name##_);                           \
    return own.apply(EINGRAD_ARGUMENTS_##arity);                                 \
  }
EINGRAD_ELEMENTWISE(EINGRAD_DEFINE)
#undef EINGRAD_DEFINE
// clang-format on

#define EINGRAD_OPERANDS_1 x.at(0)
#define EINGRAD_OPERANDS_2 x.at(0), x.at(1)
#define EINGRAD_OPERANDS_3 x.at(0), x.at(1), x.at(2)

const std::vector<ElementwiseFacts>& elementwise_operations() {
  static const std::vector<ElementwiseFacts> list = {
#define EINGRAD_FACTS(name, definition, arity) \
  facts<ops::definition>(rule(Id::name##_),    \
                         [](const std::vector<Tensor>& x) { return name(EINGRAD_OPERANDS_##arity); }),
      EINGRAD_ELEMENTWISE(EINGRAD_FACTS)
#undef EINGRAD_FACTS
  };
  return list;
}

// ---- What is made of them ----

Tensor pow(const Operand& a, const Operand& b) {
  if (!b.is_number() || (a.is_number() && !b.is_number())) return power(a, b);
  if (!a.is_number()) static_cast<void>(a.tensor());  // refused by this name, not as a square
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
  const kernels::Elementwise& kernel = rule(Id::add_).kernel;
  const bool flat = inputs.repeats[1] || term.shape() == node.shape;
  if (replay::listener != nullptr) {
    auto call = std::make_unique<ElementwiseComputation>(kernel, sum.dtype(), 2, node, flat);
    set_operands(*call, inputs);
    return tell("add", std::move(call));
  }
  compute(node, node.dtype, inputs, flat, kernel);
}

}  // namespace eingrad

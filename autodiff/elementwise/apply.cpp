#include <autodiff/elementwise/apply.hpp>
#include <autodiff/grad_mode.hpp>

namespace eingrad {

namespace {

[[noreturn]] void throw_undefined_operand(const Elementwise& rule, std::size_t k, Location at) {
  throw_undefined(rule.name, rule.arity == 1 ? "the operand" : "operand " + letter_of_operand(k), at);
}

[[noreturn]] void throw_not_broadcast(const Elementwise& rule, std::span<const Operand* const> operands) {
  Report report(rule.name, "the shapes do not broadcast", operands[0]->at);
  for (std::size_t k = 0; k < operands.size(); ++k)
    report.operand(letter_of_operand(k), operands[k]->tensor());
  report.rule("aligned at the last axis, extents are equal or one of them is 1");
  const bool chain = rule.name == std::string_view("mul") && operands.size() == 2 &&
                     operands[0]->tensor().dim() == 2 && operands[1]->tensor().dim() == 2 &&
                     operands[0]->tensor().size(1) == operands[1]->tensor().size(0);
  throw std::move(report)
      .hint(chain ? "matmul(A, B) if you meant C_ik = A_ij B_jk" : "reshape or unsqueeze one of them")
      .as<shape_error>();
}

/// The dtype that the operation computes in.
Dtype computing_dtype(const Elementwise& rule, Dtype tensors, Dtype numbers) {
  if (is_floating(tensors)) return tensors;  // a number is weak
  if (numbers == float32 || rule.result == ops::Result::floating) return default_dtype();
  return promote(int64, numbers);
}

/// An operand that has the result's shape while all others have it, too, or repeat a single element. Null if
/// there is none, so that it takes a walk.
template <std::size_t N>
const Node* model_of_result(const Inputs<N>& inputs) {
  const Node* model = inputs.node[0];
  bool model_repeats = inputs.repeats[0];
  for (std::size_t k = 1; k < N; ++k) {
    const Node* const other = inputs.node[k];
    const auto takes_no_part = [](const Node* node, bool repeats, const Node* beside) {
      return node == nullptr || (repeats && beside != nullptr && node->shape.size() <= beside->shape.size());
    };
    if (takes_no_part(other, inputs.repeats[k], model)) continue;
    if (takes_no_part(model, model_repeats, other)) {
      model = other;
      model_repeats = inputs.repeats[k];
    } else if (model->shape != other->shape) {
      return nullptr;
    }
  }
  return model;
}

template <std::size_t N>
[[gnu::noinline]] Shape broadcast_shape(const Elementwise& rule, const Operands<N>& operands,
                                        const Inputs<N>& inputs) {
  Shape shape = inputs.shape(0);
  for (std::size_t k = 1; k < N; ++k) {
    if (!broadcast_to(shape, inputs.shape(k))) throw_not_broadcast(rule, operands);
  }
  return shape;
}

template <class... Each>
[[gnu::noinline]] Tensor convert_and_apply(const Elementwise& rule, Dtype dtype, const Each&... operands) {
  return rule.apply(Operand(operands.tensor(dtype), operands.at.file, operands.at.line)...);
}

template <std::size_t N>
void put_numbers(Slot* numbers, const Operands<N>& operands, Dtype dtype) {
  for (std::size_t k = 0; k < N; ++k) {
    if (!operands[k]->is_number()) continue;
    with_element_type(dtype,
                      [&]<class T>() { new (numbers[k].number) T(operands[k]->template number<T>()); });
  }
}

template <std::size_t N>
void record_elementwise(Node& y, const Elementwise& rule, const Operands<N>& operands,
                        const Inputs<N>& inputs, const Slot* numbers) {
  const std::span<Slot> slots = y.begin_record(rule, N);
  for (std::size_t k = 0; k < N; ++k) {
    if (inputs.node[k] != nullptr) {
      if (!inputs.node[k]->is_of_this_thread()) throw_other_thread(operands[k]->tensor());
      slots[k].node = retain(inputs.node[k]);
    } else {
      slots[k] = numbers[k];
      y.numbers = static_cast<std::uint8_t>(y.numbers | 1U << k);
    }
  }
  if (detail::anomaly != Anomaly::none) check_result(y);
}

}  // namespace

template <std::same_as<Operand>... Each>
[[gnu::hot]] Tensor Elementwise::apply(const Each&... each) const {
  constexpr std::size_t N = sizeof...(Each);
  const Operands<N> operands{&each...};
  Inputs<N> inputs;
  Slot numbers[N];
  Dtype widest = boolean, narrowest = float64, widest_number = boolean;
  bool requires_grad = false, has_numbers = false;
  for (std::size_t k = 0; k < N; ++k) {
    if (const Tensor* tensor = operands[k]->tensor_if()) {
      if (!tensor->defined()) throw_undefined_operand(*this, k, operands[k]->at);
      Node& node = *tensor->get();
      inputs.set(k, node);
      widest = promote(widest, node.dtype);
      narrowest = std::min<Dtype>(narrowest, node.dtype);
      requires_grad |= node.requires_grad;
    } else {
      inputs.set(k, numbers[k]);
      widest_number = promote(widest_number, operands[k]->kind());
      has_numbers = true;
    }
  }
  const Dtype dtype = computing_dtype(*this, widest, widest_number);
  if (narrowest < dtype) return convert_and_apply(*this, dtype, each...);
  if (has_numbers) put_numbers(numbers, operands, dtype);

  const bool is_boolean = result == ops::Result::boolean;
  const Dtype result_dtype = is_boolean ? boolean : dtype;
  const Location at = operands[0]->at;
  const Node* model = model_of_result(inputs);
  Tensor y(model != nullptr ? make_node_like(*model, result_dtype, at)
                            : make_node(result_dtype, broadcast_shape(*this, operands, inputs), at));
  Node& node = *y.get();
  if (replay::listener == nullptr) [[likely]] {
    compute(node, dtype, inputs, model != nullptr, kernel);
  } else {
    auto call = std::make_unique<ElementwiseComputation>(kernel, dtype, N, node, model != nullptr);
    set_operands(*call, inputs);
    tell(name, std::move(call));
  }
  if (requires_grad && !is_boolean && grad_enabled())
    record_elementwise(node, *this, operands, inputs, numbers);
  return y;
}

template Tensor Elementwise::apply(const Operand&) const;
template Tensor Elementwise::apply(const Operand&, const Operand&) const;
template Tensor Elementwise::apply(const Operand&, const Operand&, const Operand&) const;

}  // namespace eingrad

#include <autodiff/elementwise/apply.hpp>
#include <autodiff/grad_mode.hpp>

namespace eingrad {

namespace {

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
[[gnu::noinline]] Shape broadcast_shape(const Elementwise& rule, const Operands<N>& operands,
                                        const Inputs<N>& inputs) {
  Shape shape = *inputs.shape[0];
  for (std::size_t k = 1; k < N; ++k) {
    if (!broadcast_to(shape, *inputs.shape[k])) throw_not_broadcast(rule, operands);
  }
  return shape;
}

template <std::size_t N>
Tensor convert_and_apply(const Elementwise& rule, const Operands<N>& operands, Dtype dtype) {
  std::vector<Operand> converted;
  Operands<N> pointers;
  converted.reserve(N);
  for (std::size_t k = 0; k < N; ++k) {
    const Operand& operand = *operands[k];
    pointers[k] = &converted.emplace_back(operand.tensor(dtype), operand.at.file, operand.at.line);
  }
  return rule.apply(pointers);
}

template <std::size_t N>
[[gnu::noinline]] void put_numbers(Inputs<N>& inputs, const Operands<N>& operands, Dtype dtype) {
  for (std::size_t k = 0; k < N; ++k) {
    if (inputs.node[k] != nullptr) continue;
    with_element_type(dtype,
                      [&]<class T>() { new (inputs.number[k].number) T(operands[k]->template number<T>()); });
  }
}

template <std::size_t N>
void record_elementwise(Node& y, const Elementwise& rule, const Operands<N>& operands,
                        const Inputs<N>& inputs) {
  const std::span<Slot> slots = y.begin_record(rule, N);
  for (std::size_t k = 0; k < N; ++k) {
    if (inputs.node[k] != nullptr) {
      if (!inputs.node[k]->is_of_this_thread()) throw_other_thread(operands[k]->tensor());
      slots[k].node = retain(inputs.node[k]);
    } else {
      slots[k] = inputs.number[k];
      y.numbers = static_cast<std::uint8_t>(y.numbers | 1U << k);
    }
  }
  if (detail::anomaly != Anomaly::none) check_result(y);
}

}  // namespace

template <std::size_t N>
[[gnu::hot]] Tensor Elementwise::apply(const Operands<N>& operands) const {
  Inputs<N> inputs;
  Dtype tensors = boolean, narrowest = float64, numbers = boolean;
  bool requires_grad = false, has_numbers = false;
  for (std::size_t k = 0; k < N; ++k) {
    if (const Tensor* tensor = operands[k]->tensor_if()) {
      inputs.set(k, tensor->node());
      tensors = promote(tensors, inputs.node[k]->dtype);
      narrowest = std::min(narrowest, inputs.node[k]->dtype);
      requires_grad |= inputs.node[k]->requires_grad;
    } else {
      inputs.set_number(k);
      numbers = promote(numbers, operands[k]->kind());
      has_numbers = true;
    }
  }
  const Dtype dtype = computing_dtype(*this, tensors, numbers);
  if (narrowest < dtype) return convert_and_apply(*this, operands, dtype);
  if (has_numbers) put_numbers(inputs, operands, dtype);

  const bool is_boolean = result == ops::Result::boolean;
  const Dtype result_dtype = is_boolean ? boolean : dtype;
  const Location at = operands[0]->at;
  const Shape* flat = flat_shape(inputs);
  Tensor y(flat != nullptr ? make_node(result_dtype, *flat, at)
                           : make_node(result_dtype, broadcast_shape(*this, operands, inputs), at));
  Node& node = *y.get();
  const auto forward = kernel.forward[static_cast<std::size_t>(dtype)];
  if (replay::listener == nullptr) [[likely]] {
    over(node, dtype, inputs, flat != nullptr, kernel.worthwhile,
         [&](std::size_t position, const void* const* from, const bool* repeats, std::size_t n) {
           forward(static_cast<std::byte*>(node.data) + position * size_of(node.dtype), from, repeats, n);
         });
  } else {
    auto call = std::make_unique<ElementwiseComputation>(kernel, dtype, N, node, flat != nullptr);
    set_operands(*call, inputs);
    tell(name, std::move(call));
  }
  if (requires_grad && !is_boolean && grad_enabled()) record_elementwise(node, *this, operands, inputs);
  return y;
}

template Tensor Elementwise::apply(const Operands<1>&) const;
template Tensor Elementwise::apply(const Operands<2>&) const;
template Tensor Elementwise::apply(const Operands<3>&) const;

}  // namespace eingrad

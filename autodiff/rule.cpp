#include <algorithm>
#include <cstring>

#include <autodiff/replay/perform.hpp>
#include <autodiff/rule.hpp>

namespace eingrad {

void throw_other_thread(const Tensor& operand) {
  throw Report("record", "an operand belongs to another thread")
      .operand("A", operand)
      .hint("a copy made on this thread: a model is a value, and clone() copies a tensor")
      .as<graph_error>();
}

bool should_record(std::span<const Tensor> operands) {
  if (!grad_enabled() || std::ranges::none_of(operands, &Tensor::requires_grad)) return false;
  std::ranges::for_each(operands, check_thread);
  return true;
}

void record(Tensor& y, const Rule& rule, std::span<const Tensor> operands,
            std::unique_ptr<const Attributes> attributes) {
  Slot* slot = y.node().begin_record(rule, operands.size(), std::move(attributes)).data();
  for (const Tensor& operand : operands) (slot++)->node = retain(operand.get());
  if (detail::anomaly != Anomaly::none) check_result(y.node());
}

Tensor repeated(const Tensor& cotangent, const Node& y) {
  Tensor all(make_node_like(y, y.dtype, y.location()));
  with_element_type(y.dtype, [&]<class T>() {
    replay::perform("expand", *all.get(), {cotangent.get()},
                    [to = static_cast<T*>(all.get()->data), n = all.numel(),
                     from = static_cast<const T*>(cotangent.get()->data)] { std::fill_n(to, n, *from); });
  });
  return all;
}

Tensor operand_of(const Node& y, std::size_t i) {
  if (!y.is_number(i)) return Tensor(retain(y.operands()[i].node));
  Tensor number(make_node(y.dtype, {}, y.location()));
  std::memcpy(number.node().one, y.operands()[i].number, sizeof(Slot));
  return number;
}

}  // namespace eingrad

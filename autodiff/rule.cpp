#include <cstring>

#include <autodiff/create.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/rule.hpp>

namespace eingrad {

void check_thread(const Tensor& operand) {
  if (operand.node().thread == this_thread()) return;
  throw Report("record", "an operand belongs to another thread")
      .operand("A", operand)
      .hint("a copy made on this thread: a model is a value, and clone() copies a tensor")
      .as<graph_error>();
}

namespace {

template <class Operands>
bool any_requires_grad(const Operands& operands) {
  bool any = false;
  for (const Tensor* operand : operands) any |= operand->requires_grad();
  if (any) {
    for (const Tensor* operand : operands) check_thread(*operand);
  }
  return any;
}

template <class Operands>
void fill(Tensor& y, const Rule& rule, const Operands& operands,
          std::unique_ptr<const Attributes> attributes) {
  Node& node = y.node();
  node.reserve_operands(operands.size());
  std::size_t i = 0;
  for (const Tensor* operand : operands) node.operands()[i++].node = retain(&operand->node());
  node.rule = &rule;
  node.attributes = std::move(attributes);
  node.requires_grad = true;
}

std::vector<const Tensor*> pointers(std::span<const Tensor> operands) {
  std::vector<const Tensor*> list;
  for (const Tensor& operand : operands) list.push_back(&operand);
  return list;
}

}  // namespace

bool should_record(std::initializer_list<const Tensor*> operands) {
  return grad_enabled() && any_requires_grad(operands);
}

bool should_record(std::span<const Tensor> operands) {
  return grad_enabled() && any_requires_grad(pointers(operands));
}

void record(Tensor& y, const Rule& rule, std::initializer_list<const Tensor*> operands,
            std::unique_ptr<const Attributes> attributes) {
  fill(y, rule, operands, std::move(attributes));
}

void record(Tensor& y, const Rule& rule, std::span<const Tensor> operands,
            std::unique_ptr<const Attributes> attributes) {
  fill(y, rule, pointers(operands), std::move(attributes));
}

Tensor operand_of(const Node& y, std::size_t i) {
  if (!y.is_number(i)) return Tensor(retain(y.operands()[i].node));
  Tensor number(make_node(y.dtype, {}, y.location()));
  std::memcpy(number.node().one, y.operands()[i].number, sizeof(Slot));
  return number;
}

}  // namespace eingrad

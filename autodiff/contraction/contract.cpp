#include <numeric>

#include <autodiff/contraction/contract.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/kernels/contract.hpp>
#include <autodiff/replay/perform.hpp>

namespace eingrad {

namespace {
constexpr ContractionRule pulled_back("einsum");
}

Tensor contract(const ContractionRule& rule, Contraction letters, const Tensor& a, const Tensor* b,
                const Shape& shape, Location at) {
  Tensor y(make_node(a.dtype(), shape, at));
  Node *const written = y.get(), *const read[] = {a.get(), b == nullptr ? nullptr : b->get()};
  replay::perform({rule.name, {&written, 1}, {read, b == nullptr ? 1U : 2U}}, [letters, from = read[0],
                                                                               by = read[1], to = written] {
    Borrowed left(from), right(by), result(to);
    kernels::contract(letters, left, by == nullptr ? nullptr : &right.tensor(), result.tensor());
  });
  const bool recorded = b == nullptr ? should_record({&a}) : should_record({&a, b});
  if (!recorded) return y;
  auto attributes = std::make_unique<ContractionAttributes>();
  attributes->letters = std::move(letters);
  if (b == nullptr) {
    record(y, rule, {&a}, std::move(attributes));
  } else {
    record(y, rule, {&a, b}, std::move(attributes));
  }
  return y;
}

Tensor contract(const ContractionRule& rule, const Tensor& a, std::string from, std::string to,
                const Shape& shape, Location at) {
  return contract(rule, {std::move(from), "", std::move(to)}, a, nullptr, shape, at);
}

std::string axis_letters(std::size_t count, std::size_t first) {
  std::string text(count, '\0');
  std::iota(text.begin(), text.end(), static_cast<char>('A' + first));
  return text;
}

namespace {

/// Whether each element of a is added once, to one number.
bool is_sum_of_all(const Contraction& letters) {
  for (std::size_t axis = 0; axis < letters.a.size(); ++axis) {
    const char letter = letters.a[axis];
    const bool stays = letters.out.find(letter) != std::string::npos;
    if (stays || letters.a.find(letter, axis + 1) != std::string::npos) return false;
  }
  return true;
}

}  // namespace

// The cotangent of an operand is the same contraction with the operand's letters and the result's exchanged.
void ContractionRule::backward(const Tensor& y, Tensor&& cotangent, Cotangents& operands) const {
  const Node& node = y.node();
  const Contraction& letters = static_cast<const ContractionAttributes&>(*node.attributes()).letters;
  const Tensor a = operand_of(node, 0);
  if (node.operand_count == 1) {
    if (!grad_enabled() && is_sum_of_all(letters) && stands_for_many(cotangent, a.node()))
      return operands.give(0, std::move(cotangent));
    operands.give(0, contract(pulled_back, {letters.out, "", letters.a}, cotangent, nullptr, a.shape(),
                              node.location()));
    return;
  }
  const Tensor b = operand_of(node, 1);
  if (operands.wants(0)) {
    operands.give(0, contract(pulled_back, {letters.out, letters.b, letters.a}, cotangent, &b, a.shape(),
                              node.location()));
  }
  if (operands.wants(1)) {
    operands.give(1, contract(pulled_back, {letters.out, letters.a, letters.b}, cotangent, &a, b.shape(),
                              node.location()));
  }
}

// It is linear in each operand: the same contraction with a tangent in its place.
Tensor ContractionRule::push_forward(const Tensor& y, std::span<const Tensor> tangents) const {
  const Node& node = y.node();
  const Contraction& letters = static_cast<const ContractionAttributes&>(*node.attributes()).letters;
  if (node.operand_count == 1)
    return contract(*this, letters, tangents[0], nullptr, y.shape(), node.location());
  const Tensor a = operand_of(node, 0), b = operand_of(node, 1);
  Tensor of_a, of_b;
  if (tangents[0].defined()) of_a = contract(*this, letters, tangents[0], &b, y.shape(), node.location());
  if (tangents[1].defined()) of_b = contract(*this, letters, a, &tangents[1], y.shape(), node.location());
  if (!of_a.defined()) return of_b;
  return of_b.defined() ? add(of_a, of_b) : of_a;
}

bool ContractionRule::reads_operand(const Node& y, std::size_t i) const {
  return y.operand_count == 2 && y.operands()[1 - i].node->requires_grad;
}

}  // namespace eingrad

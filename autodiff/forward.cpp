#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <autodiff/backward.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/forward.hpp>
#include <autodiff/rule.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

/// The recorded results between an output and what is no older than `oldest`, operands before results.
std::vector<Node*> graph_of(const Tensor& output, std::uint64_t oldest) {
  std::vector<Node*> nodes{output.get()};
  std::unordered_set<const Node*> seen{output.get()};
  for (std::size_t next = 0; next < nodes.size(); ++next) {
    const Node& y = *nodes[next];
    for (std::size_t i = 0; i < y.operand_count; ++i) {
      Node* const operand = y.is_number(i) ? nullptr : y.operands()[i].node;
      const bool leads_on = operand != nullptr && operand->rule != nullptr && operand->created >= oldest;
      if (leads_on && seen.insert(operand).second) nodes.push_back(operand);
    }
  }
  std::ranges::sort(nodes, {}, &Node::created);
  return nodes;
}

/// Keeps the contributions to the operands that have a tangent.
class Collected final : public Cotangents {
 public:
  Collected(Node& y, std::span<const Tensor> tangents) : contributions(tangents.size()) {
    y_ = &y;
    for (std::size_t i = 0; i < tangents.size(); ++i) {
      if (tangents[i].defined()) y.operands()[i].node->position = 1;
    }
  }
  ~Collected() {
    for (std::size_t i = 0; i < contributions.size(); ++i) {
      if (!y_->is_number(i)) y_->operands()[i].node->position = 0;
    }
  }
  void give(std::size_t i, Tensor&& contribution) override {
    if (!contribution.defined() || !wants(i)) return;
    undo_broadcast(contribution, y_->operands()[i].node->shape);
    contributions[i] =
        contributions[i].defined() ? add(contributions[i], contribution) : std::move(contribution);
  }

  std::vector<Tensor> contributions;
};

}  // namespace

// With x̄_k(ȳ) = J_kᵀ ȳ, the derivative of Σ_k x̄_k · ẋ_k by ȳ is Σ_k J_k ẋ_k.
Tensor Rule::push_forward(const Tensor& y, std::span<const Tensor> tangents) const {
  const enable_grad guard;
  const Tensor cotangent = ones(y.shape(), y.dtype()).requires_grad_();
  Collected collected(y.node(), tangents);
  backward(y, Tensor(cotangent), collected);
  Tensor product;
  for (std::size_t k = 0; k < tangents.size(); ++k) {
    const Tensor& contribution = collected.contributions[k];
    if (!tangents[k].defined() || !contribution.defined()) continue;
    if (!contribution.requires_grad()) {
      throw Report("push_forward", fmt::format("the backward of {} cannot be differentiated", name),
                   y.node().location())
          .hint("a backward written in tensor operations")
          .as<graph_error>();
    }
    const Tensor term = sum(contribution * tangents[k]);
    product = product.defined() ? product + term : term;
  }
  return product.defined() ? grad(product, {cotangent})[0] : Tensor();
}

Tensor push_forward(const Tensor& output, const std::vector<Tensor>& inputs,
                    const std::vector<Tensor>& tangents) {
  if (inputs.size() != tangents.size()) {
    throw Report("push_forward", fmt::format("{} tangents for {} inputs", tangents.size(), inputs.size()))
        .hint("one for each input; an undefined Tensor() for one that stands still")
        .as<value_error>();
  }
  std::unordered_map<const Node*, Tensor> tangent_of;
  std::uint64_t oldest = output.node().created;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!tangents[i].defined()) continue;
    if (tangents[i].shape() != inputs[i].shape()) {
      throw Report("push_forward", fmt::format("tangents[{0}] has another shape than inputs[{0}]", i))
          .operand("x", inputs[i])
          .operand("xdot", tangents[i])
          .hint("a tangent of the shape of its input")
          .as<shape_error>();
    }
    oldest = std::min<std::uint64_t>(oldest, inputs[i].node().created);
    tangent_of[inputs[i].get()] = tangents[i].to(inputs[i].dtype());
  }
  for (Node* const node : graph_of(output, oldest)) {
    if (node->rule == nullptr || tangent_of.contains(node)) continue;
    std::vector<Tensor> of_operands(node->operand_count);
    bool moves = false;
    for (std::size_t i = 0; i < of_operands.size(); ++i) {
      const auto found = node->is_number(i) ? tangent_of.end() : tangent_of.find(node->operands()[i].node);
      if (found == tangent_of.end()) continue;
      of_operands[i] = found->second;
      moves = true;
    }
    if (!moves) continue;
    const Tensor tangent = node->rule->push_forward(Tensor(retain(node)), of_operands);
    if (tangent.defined()) tangent_of[node] = expand(tangent, node->shape);
  }
  const auto found = tangent_of.find(output.get());
  return found == tangent_of.end() ? zeros_like(output) : found->second;
}

}  // namespace eingrad

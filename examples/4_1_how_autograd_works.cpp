// 4.1 How autograd works
//
// The graph behind a loss, node by node as the engine keeps it, the backward pass over it, and what the
// engine refuses. The other program of this chapter is topological_order.cpp.
#include <algorithm>
#include <functional>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include <autodiff/autodiff.hpp>
#include <autodiff/contraction/contract.hpp>
#include <autodiff/elementwise/apply.hpp>
#include <autodiff/indexing/selection.hpp>
#include <support/graph_picture.hpp>
#include <support/options.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace eingrad;

// region loss
struct Loss {
  Tensor x, y, w, b, z, h, loss;
};
/// A perceptron with tanh, whose last two outputs are compared with y.
Loss compute() {
  const Tensor x = randn({4, 3}), y = randn({2});
  const Tensor w = randn({3}).requires_grad_(), b = zeros({}).requires_grad_();
  const Tensor z = matmul(x, w) + b;
  const Tensor h = tanh(z);
  const Tensor loss = mean(square(h.slice(0, 2, 4) - y));
  return {x, y, w, b, z, h, loss};
}
// endregion loss

// ---- The graph ----

/// The nodes that a tensor was computed from and itself, the newest first.
std::vector<const Node*> nodes_of(const Tensor& output) {
  const auto is_newer = [](const Node* a, const Node* b) { return a->created > b->created; };
  std::set<const Node*, decltype(is_newer)> nodes;
  const std::function<void(const Node*)> visit = [&](const Node* node) {
    if (!nodes.insert(node).second) return;
    for (std::size_t i = 0; i < node->operand_count; ++i) {
      if (!node->is_number(i)) visit(node->operands()[i].node);
    }
  };
  visit(output.get());
  return {nodes.begin(), nodes.end()};
}

const char* kind_of(const Rule& rule) {
  if (dynamic_cast<const Elementwise*>(&rule) != nullptr) return "elementwise";
  if (dynamic_cast<const ContractionRule*>(&rule) != nullptr) return "contraction";
  if (dynamic_cast<const SelectionRule*>(&rule) != nullptr) return "indexing";
  return "of its own";
}

void print_graph(const Tensor& output) {
  const std::vector<const Node*> nodes = nodes_of(output);
  const auto number_of = [&](const Node* node) { return nodes.end() - std::ranges::find(nodes, node); };
  fmt::print("  {:>3}  {:<8}{:<14}{:<10}{:<13}{}\n", "", "rule", "kind", "shape", "operands", "reads");
  for (const Node* node : nodes) {
    fmt::print("  {:>3}", number_of(node));
    if (node->is_leaf()) {
      fmt::print("  {:<8}{:<14}{}\n", "", node->requires_grad ? "parameter" : "data", to_string(node->shape));
      continue;
    }
    std::vector<std::string> operands, reads;
    for (std::size_t i = 0; i < node->operand_count; ++i) {
      operands.push_back(node->is_number(i) ? "number" : fmt::to_string(number_of(node->operands()[i].node)));
      if (node->rule->reads_operand(*node, i)) reads.push_back(operands.back());
    }
    if (node->rule->reads_result(*node)) reads.push_back("result");
    fmt::print("  {:<8}{:<14}{:<10}{:<13}{}\n", node->rule->name, kind_of(*node->rule),
               to_string(node->shape), fmt::to_string(fmt::join(operands, ", ")),
               reads.empty() ? "-" : fmt::to_string(fmt::join(reads, ", ")));
  }
}

// ---- What is refused ----

template <class Step>
void show_refusal(const char* what, Step step) {
  try {
    step();
    fmt::print("\n{}: nothing is refused\n", what);
  } catch (const error& refused) {
    fmt::print("\n{}\n{}\n", what, refused.what());
  }
}

void show_refusals() {
  // region refusals
  show_refusal("A value that a rule reads is overwritten", [] {
    Loss made = compute();
    Tensor x = made.x;
    x.fill_(0);
    made.loss.backward();
  });
  show_refusal("A value that no rule reads is overwritten", [] {
    Loss made = compute();
    const no_grad guard;
    made.b.fill_(1);
    made.loss.backward();
  });
  show_refusal("Twice through the same graph", [] {
    const Loss made = compute();
    made.loss.backward();
    made.loss.backward();
  });
  // endregion refusals
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    std::string graph;
    chapter::Options options("4.1 How autograd works: the graph, the pass over it, and what is refused.");
    options.add("--graph FILE", graph, "draw the graph: FILE.svg through Graphviz, FILE.dot, FILE.mmd");
    if (!options.parse(argc, argv)) return;
    if (options.given("--graph")) chapter::check_graph_path("--graph", graph);
    set_default_dtype(float64);
    manual_seed(0);

    const Loss made = compute();
    const Names names{{"x", made.x}, {"y", made.y}, {"w", made.w},   {"b", made.b},
                      {"z", made.z}, {"h", made.h}, {"L", made.loss}};
    fmt::print("The graph, the newest node first\n\n");
    print_graph(made.loss);
    fmt::print("\nThe backward pass\n\n{}", to_string(trace_backward(made.loss, names)));
    if (!graph.empty()) {
      made.loss.backward({.retain_graph = true});
      chapter::draw_graph(graph, made.loss, names);
    }
    show_refusals();
  });
}

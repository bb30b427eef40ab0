#include <unordered_map>

#include <autodiff/hooks.hpp>
#include <autodiff/rule.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

/// By node, of those that have_hooks; a handle finds its list gone when the node is.
using HooksOfNodes = std::unordered_map<const Node*, std::shared_ptr<HookList<GradientHook>>>;

// There while a node of this thread has hooks. No object that ends with the thread: tensors may outlive
// those.
constinit thread_local HooksOfNodes* hooks_of_nodes = nullptr;

}  // namespace

HookHandle register_hook(const Tensor& a, GradientHook hook, Location at) {
  if (!a.node(at).requires_grad) {
    throw Report("register_hook", "the tensor requires no gradient", at)
        .operand("a", a)
        .hint("requires_grad_() before it is used")
        .as<graph_error>();
  }
  check_thread(a);
  if (hooks_of_nodes == nullptr) hooks_of_nodes = new HooksOfNodes;
  auto& hooks = (*hooks_of_nodes)[a.get()];
  if (!a.node().has_hooks) hooks = nullptr;  // of a node that stood here, and was freed on another thread
  a.node().has_hooks = true;
  detail::hooked_nodes = hooks_of_nodes->size();
  return add_hook(hooks, std::move(hook));
}

void detail::forget_hooks(const Node& node) noexcept {
  if (hooks_of_nodes == nullptr) return;
  const auto gone = hooks_of_nodes->extract(&node);  // what the hooks held ends later, and may have hooks too
  hooked_nodes = hooks_of_nodes->size();
  if (hooks_of_nodes->empty()) delete std::exchange(hooks_of_nodes, nullptr);
}

Tensor detail::call_hooks(const Node& node, Tensor gradient) {
  if (hooks_of_nodes == nullptr) return gradient;
  const auto found = hooks_of_nodes->find(&node);
  if (found == hooks_of_nodes->end()) return gradient;
  const HookList<GradientHook> hooks = *found->second;
  for (const auto& hook : hooks) {
    Tensor other = (*hook)(gradient);
    if (!other.defined()) continue;
    if (other.shape() != gradient.shape() || other.dtype() != gradient.dtype()) {
      throw Report("register_hook", "the hook returned another shape or dtype than the gradient has",
                   node.location())
          .operand("gradient", gradient)
          .operand("returned", other)
          .hint("an undefined Tensor() leaves the gradient as it is")
          .as<shape_error>();
    }
    gradient = std::move(other);
  }
  return gradient;
}

}  // namespace eingrad

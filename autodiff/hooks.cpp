#include <unordered_map>

#include <autodiff/hooks.hpp>
#include <autodiff/rule.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

using Hooks = std::list<GradientHook>;

/// By node, of those that have_hooks; a handle finds its list gone when the node is.
std::unordered_map<const Node*, std::shared_ptr<Hooks>>& hooks_of_this_thread() {
  // Never destroyed: tensors may outlive the thread's other objects.
  static thread_local auto* const hooks = new std::unordered_map<const Node*, std::shared_ptr<Hooks>>;
  return *hooks;
}

}  // namespace

HookHandle register_hook(const Tensor& a, GradientHook hook) {
  if (!a.requires_grad()) {
    throw Report("register_hook", "the tensor requires no gradient")
        .operand("a", a)
        .hint("requires_grad_() before it is used")
        .as<graph_error>();
  }
  check_thread(a);
  auto& hooks = hooks_of_this_thread()[a.get()];
  if (hooks == nullptr) {
    a.node().has_hooks = true;
    ++detail::hooked_nodes;
  }
  return add_hook(hooks, std::move(hook));
}

void detail::forget_hooks(const Node& node) noexcept { hooked_nodes -= hooks_of_this_thread().erase(&node); }

Tensor detail::call_hooks(const Node& node, Tensor gradient) {
  const auto found = hooks_of_this_thread().find(&node);
  if (found == hooks_of_this_thread().end()) return gradient;
  const Hooks hooks = *found->second;  // one of them may take itself away
  for (const GradientHook& hook : hooks) {
    Tensor other = hook(gradient);
    if (!other.defined()) continue;
    if (other.shape() != gradient.shape() || other.dtype() != gradient.dtype()) {
      throw Report("register_hook", "the hook returned another shape or dtype than the gradient has")
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

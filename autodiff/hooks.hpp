#pragma once
#include <functional>
#include <list>
#include <memory>
#include <utility>

#include <autodiff/tensor.hpp>

namespace eingrad {

/// What takes a hook away again: one for each hook. It may outlive what the hook was registered with, and
/// does nothing when it goes itself.
class HookHandle {
 public:
  explicit HookHandle(std::function<void()> remove) : remove_(std::move(remove)) {}
  HookHandle(HookHandle&& other) noexcept : remove_(std::exchange(other.remove_, nullptr)) {}
  HookHandle& operator=(HookHandle&& other) noexcept {
    remove_ = std::exchange(other.remove_, nullptr);
    return *this;
  }
  ~HookHandle() = default;
  void remove() {
    if (remove_) std::exchange(remove_, nullptr)();
  }

 private:
  std::function<void()> remove_;
};

/// Hooks in the order in which they are called. Who calls them goes through a copy of the list, since one of
/// them may take itself away.
template <class Hook>
using HookList = std::list<std::shared_ptr<Hook>>;

/// Puts a hook behind those of a list, which is made if there is none yet.
template <class Hook>
HookHandle add_hook(std::shared_ptr<HookList<Hook>>& hooks, Hook hook) {
  if (hooks == nullptr) hooks = std::make_shared<HookList<Hook>>();
  const auto place = hooks->insert(hooks->end(), std::make_shared<Hook>(std::move(hook)));
  return HookHandle([place, list = std::weak_ptr(hooks)] {
    if (const auto alive = list.lock()) alive->erase(place);
  });
}

/// Sees the gradient of a tensor, and returns another one of its shape and dtype to go on with, or an
/// undefined tensor to leave it. It must not write into the one it sees.
using GradientHook = std::function<Tensor(const Tensor& gradient)>;

/// Calls `hook` in every backward pass, once all contributions to the gradient of `a` have come together and
/// before they go on to what `a` was computed from, or to grad(). Hooks are called in the order in which they
/// were registered. graph_error unless `a` requires a gradient.
HookHandle register_hook(const Tensor& a, GradientHook hook, Location at = Location::current());

namespace detail {
/// The gradient after the hooks of a node that has_hooks.
Tensor call_hooks(const Node& node, Tensor gradient);
inline constinit thread_local std::size_t hooked_nodes = 0;  ///< how many of this thread have hooks
}  // namespace detail

}  // namespace eingrad

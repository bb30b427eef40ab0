#pragma once
#include <utility>

#include <autodiff/rule.hpp>

namespace eingrad {

/// A walk that marks nodes by their `position`. One that a hook or a rule starts inside another one lets that
/// take its marks away until it ends.
class MarkingPass : public Cotangents {
 public:
  MarkingPass(const MarkingPass&) = delete;
  MarkingPass& operator=(const MarkingPass&) = delete;

 protected:
  MarkingPass() : outer_(std::exchange(running, this)) {
    if (outer_ != nullptr) outer_->mark(false);
  }
  /// The derived class has taken its own marks away by then.
  ~MarkingPass() {
    if (outer_ != nullptr) outer_->mark(true);
    running = outer_;
  }
  bool is_outermost() const noexcept { return outer_ == nullptr; }
  /// Writes the positions into the nodes, or clears them.
  virtual void mark(bool on) = 0;

 private:
  static inline thread_local MarkingPass* running = nullptr;

  MarkingPass* outer_;
};

}  // namespace eingrad

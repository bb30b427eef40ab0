#pragma once
#include <utility>

namespace eingrad {

namespace detail {
inline constinit thread_local bool grad_enabled = true;
}

/// Whether operations of this thread are recorded.
inline bool grad_enabled() noexcept { return detail::grad_enabled; }

/// Turns recording on or off for this thread while it lives.
class GradMode {
 public:
  explicit GradMode(bool enabled) noexcept : before_(std::exchange(detail::grad_enabled, enabled)) {}
  ~GradMode() { detail::grad_enabled = before_; }
  GradMode(const GradMode&) = delete;
  GradMode& operator=(const GradMode&) = delete;

 private:
  bool before_;
};

/// `{ no_grad guard; … }`: operations in this scope are not recorded.
struct no_grad : GradMode {
  no_grad() noexcept : GradMode(false) {}
};

/// `{ enable_grad guard; … }`: recorded again, inside a no_grad scope.
struct enable_grad : GradMode {
  enable_grad() noexcept : GradMode(true) {}
};

}  // namespace eingrad

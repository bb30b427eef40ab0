#pragma once
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>

#include <autodiff/node.hpp>

namespace eingrad {

class Generator;

namespace replay {

/// The numbers' part of an operation, which can be done again: it reads and writes the same buffers each
/// time.
class Computation {
 public:
  Computation() = default;
  Computation(const Computation&) = delete;
  Computation& operator=(const Computation&) = delete;
  virtual ~Computation() = default;

  virtual void run() = 0;
};

template <class F>
class ComputationOf final : public Computation {
 public:
  explicit ComputationOf(F compute) : compute_(std::move(compute)) {}
  void run() override { compute_(); }

 private:
  F compute_;
};

/// What is to be known of a computation.
struct Work {
  const char* operation;
  std::span<Node* const> written{};
  std::span<Node* const> read{};
  Generator* draws = nullptr;     ///< from which it takes random numbers
  bool follows_the_host = false;  ///< it asks for settings, such as a learning rate, each time anew
  bool may_fail = false;          ///< it throws where values do not fit
};

/// Who is told what a thread computes, while a step is being recorded or compared with its record.
class Listener {
 public:
  /// Does it, too.
  virtual void perform(const Work& work, std::unique_ptr<Computation> computation) = 0;
  /// `leaf` is to have this gradient, or none if it is null. Does it, too.
  virtual void set_grad(Node& leaf, Node* gradient) = 0;
  /// graph_error if the program is about to read numbers that will be others at the next replay, or to write
  /// some where a replay would not.
  virtual void check_read(const Node& node) const = 0;
  virtual void check_write(const Node& node) const = 0;

 protected:
  ~Listener() = default;
};

inline constinit thread_local Listener* listener = nullptr;

/// Nobody listens while it lives.
class Unheard {
 public:
  Unheard() noexcept : before_(std::exchange(listener, nullptr)) {}
  ~Unheard() { listener = before_; }
  Unheard(const Unheard&) = delete;
  Unheard& operator=(const Unheard&) = delete;

 private:
  Listener* before_;
};

/// Computes, and lets a recorded step compute it again at every replay. `compute` captures by value, and of
/// tensors their nodes or the addresses of their elements, never a handle: a count more would change what the
/// engine may write to.
template <class Compute>
void perform(const Work& work, Compute compute) {
  if (listener == nullptr) [[likely]]
    return compute();
  listener->perform(work, std::make_unique<ComputationOf<Compute>>(std::move(compute)));
}

/// The same in the commonest case: one tensor is computed from what is read.
template <class Compute>
void perform(const char* operation, Node& written, std::initializer_list<Node*> read, Compute compute) {
  if (listener == nullptr) [[likely]]
    return compute();
  Node* const result = &written;
  perform(Work{operation, {&result, 1}, {read.begin(), read.size()}}, std::move(compute));
}

/// Looks whether values can be used, and throws if they cannot.
template <class Look>
void require(const char* operation, std::initializer_list<Node*> read, Look look) {
  if (listener == nullptr) [[likely]]
    return look();
  perform(Work{operation, {}, {read.begin(), read.size()}}, std::move(look));
}

/// Does what depends on settings that stand outside of tensors: a replay does it again with what they are
/// then.
template <class Compute>
void perform_with_settings(const char* operation, Compute compute) {
  if (listener == nullptr) [[likely]]
    return compute();
  Work work{operation};
  work.follows_the_host = true;
  perform(work, std::move(compute));
}

}  // namespace replay
}  // namespace eingrad

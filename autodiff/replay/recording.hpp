#pragma once
#include <autodiff/replay/tape.hpp>

namespace eingrad::replay {

/// Writes down on a tape what the thread computes while it lives.
class Recording final : public Listener {
 public:
  explicit Recording(Tape& tape) : tape_(tape), before_(std::exchange(listener, this)) {
    tape.started = tick();
  }
  ~Recording() {
    tape_.ended = tick();
    listener = before_;
  }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  void perform(const Work& work, std::unique_ptr<Computation> computation) override;
  void set_grad(Node& leaf, Node* gradient) override;
  void check_read(const Node& node) const override;
  void check_write(const Node& node) const override;

 private:
  bool was_made_by_the_host(const Node& node) const {
    return node.created > tape_.started && !tape_.writes(node);
  }
  void restore_at_replay(Node& node);

  Tape& tape_;
  Listener* before_;
};

/// graph_error: a value was read, or written, where a replay would not. For listeners.
[[noreturn]] void throw_read(const Node& node);
[[noreturn]] void throw_written(const Node& node);

}  // namespace eingrad::replay

#pragma once
#include <optional>
#include <string>
#include <unordered_map>

#include <autodiff/replay/tape.hpp>

namespace eingrad::replay {

/// While it lives the thread computes as ever, and each instruction of the tape is done beside its
/// counterpart: both must read the same tensors and find the same bits.
class Comparison final : public Listener {
 public:
  explicit Comparison(Tape& tape) : tape_(tape), start_(tick()), before_(std::exchange(listener, this)) {}
  ~Comparison() { listener = before_; }
  Comparison(const Comparison&) = delete;
  Comparison& operator=(const Comparison&) = delete;

  /// `own`, an input of the program, stands where the tape has `recorded`, and has the same values.
  void pair(const Node& own, Node& recorded) { pairs_[&own] = {&recorded, own.created}; }
  /// The program has ended, with this outcome.
  void end(std::span<Node* const> outputs);
  /// Why the tape is not to be used; empty if nothing speaks against it.
  const std::string& objection() const { return objection_; }

  void perform(const Work& work, std::unique_ptr<Computation> computation) override;
  void set_grad(Node& leaf, Node* gradient) override;
  void check_read(const Node& node) const override;
  void check_write(const Node& node) const override;

 private:
  struct Pair {
    Node* recorded;
    std::uint64_t created;  // of a node that may be gone: another one may stand in its place
  };

  const Instruction* next(const char* operation, Location at);
  bool is_counterpart(const Node& own, const Node& recorded) const;
  void compare(const Instruction& instruction, const Work& work, Computation& computation);
  void copy_gradients();
  void object(const std::string& why, const char* operation, Location at);

  Tape& tape_;
  std::uint64_t start_;
  Listener* before_;
  std::size_t position_ = 0;
  std::unordered_map<const Node*, Pair> pairs_;
  std::unordered_set<const Node*> written_;  // so far, of the recorded ones
  std::string objection_;
};

}  // namespace eingrad::replay

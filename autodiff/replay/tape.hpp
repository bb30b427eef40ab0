#pragma once
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include <autodiff/replay/perform.hpp>

namespace eingrad::replay {

/// One thing that a recorded step does.
struct Instruction {
  const char* operation;
  Location at;
  std::vector<Node*> written{}, read{};
  Generator* draws = nullptr;
  bool follows_the_host = false, may_fail = false;
  bool restores = false;  ///< has no counterpart in the program: puts back what it had made beforehand
  std::unique_ptr<Computation> computation{};
  Node* leaf = nullptr;  ///< whose gradient is set, to `gradient`
  Node* gradient = nullptr;
};

/// All that a recorded step does, in order, and the tensors it does it on, which stay where they are.
class Tape {
 public:
  /// A leaf must have just this gradient, or none, when a replay begins.
  struct Assumption {
    Node *leaf, *gradient;
  };

  Tape() = default;
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;
  ~Tape();

  /// Holds on to a tensor as long as the tape exists.
  void keep(Node& node);
  bool keeps(const Node& node) const { return known_.contains(&node); }
  bool writes(const Node& node) const { return written_.contains(&node); }
  /// Whether the node was made while the step was recorded.
  bool made(const Node& node) const { return node.created > started && node.created <= ended; }

  void add(Instruction instruction);
  /// One that comes before all others.
  void add_in_front(Instruction instruction);
  void assume(Assumption assumption);
  const std::vector<Instruction>& instructions() const { return instructions_; }
  std::vector<Instruction>& instructions() { return instructions_; }

  /// Makes runs of elementwise operations one, once nothing more is added or compared.
  void join_runs();
  /// Does it all again. graph_error, with nothing done, if an assumption does not hold.
  void run();

  std::vector<Node*> inputs, outputs;
  std::uint64_t started = 0, ended = 0;  ///< readings of the thread's clock

 private:
  struct Kept {
    Node* node;
    bool is_first;  // no other tape keeps it: a node tells of one
  };

  void keep_all(const Instruction& instruction);

  std::vector<Instruction> instructions_;
  std::vector<Assumption> assumptions_;
  std::vector<Computation*> program_;                 // what run() does
  std::vector<std::unique_ptr<Computation>> joined_;  // those among them that are no instruction's
  std::vector<Kept> kept_;
  std::unordered_set<const Node*> known_, written_;
};

}  // namespace eingrad::replay

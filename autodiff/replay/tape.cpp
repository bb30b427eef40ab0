#include <autodiff/replay/blocks.hpp>
#include <autodiff/replay/tape.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad::replay {

Tape::~Tape() {
  instructions_.clear();
  for (const Kept& kept : kept_) {
    if (kept.is_first) kept.node->is_kept = false;
    release(kept.node);
  }
}

void Tape::keep(Node& node) {
  if (!known_.insert(&node).second) return;
  kept_.push_back({retain(&node), !node.is_kept});
  node.is_kept = true;
}

void Tape::keep_all(const Instruction& instruction) {
  for (Node* node : instruction.read) keep(*node);
  for (Node* node : instruction.written) {
    keep(*node);
    written_.insert(node);
  }
  if (instruction.leaf != nullptr) keep(*instruction.leaf);
  if (instruction.gradient != nullptr) keep(*instruction.gradient);
}

void Tape::add(Instruction instruction) {
  keep_all(instruction);
  instructions_.push_back(std::move(instruction));
}

void Tape::add_in_front(Instruction instruction) {
  keep_all(instruction);
  instructions_.insert(instructions_.begin(), std::move(instruction));
}

void Tape::assume(Assumption assumption) {
  keep(*assumption.leaf);
  if (assumption.gradient != nullptr) keep(*assumption.gradient);
  assumptions_.push_back(assumption);
}

void Tape::join_runs() { program_ = in_blocks(*this, joined_); }

void Tape::run() {
  for (const Assumption& assumed : assumptions_) {
    if (assumed.leaf->grad() == assumed.gradient) continue;
    throw Report("replay", assumed.gradient == nullptr
                               ? "a parameter has a gradient, and had none when the step was recorded"
                               : "a parameter has lost the gradient that it had when the step was recorded")
        .operand("p", Tensor(retain(assumed.leaf)))
        .hint("zero_grad() inside of the recorded function, in front of backward()")
        .as<graph_error>();
  }
  for (Computation* computation : program_) computation->run();
}

}  // namespace eingrad::replay

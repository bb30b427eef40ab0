#include <algorithm>

#include <autodiff/replay/recording.hpp>
#include <autodiff/tensor.hpp>

namespace eingrad::replay {

namespace {

Tensor handle(const Node& node) { return Tensor(retain(const_cast<Node*>(&node))); }

}  // namespace

void throw_read(const Node& node) {
  throw Report("record", "the recorded function reads a value that the next replay will change")
      .operand("A", handle(node))
      .hint("return the tensor and read it outside; where(condition, a, b) instead of an if")
      .as<graph_error>();
}

void throw_written(const Node& node) {
  throw Report("record", "the recorded function writes into a tensor by itself, which a replay would not")
      .operand("A", handle(node))
      .hint("operations on tensors, such as copy_() and fill_(); or do it outside")
      .as<graph_error>();
}

void Recording::check_read(const Node& node) const {
  if (!was_made_by_the_host(node)) throw_read(node);
}

void Recording::check_write(const Node& node) const {
  if (!was_made_by_the_host(node)) throw_written(node);
}

void Recording::perform(const Work& work, std::unique_ptr<Computation> computation) {
  for (Node* node : work.written) {
    const bool is_read = tape_.keeps(*node) || std::ranges::find(work.read, node) != work.read.end();
    if (is_read && was_made_by_the_host(*node)) restore_at_replay(*node);
  }
  {
    const Unheard guard;
    computation->run();
  }
  Instruction instruction{work.operation, work.written.empty() ? Location{} : work.written[0]->location()};
  instruction.written.assign(work.written.begin(), work.written.end());
  instruction.read.assign(work.read.begin(), work.read.end());
  instruction.draws = work.draws;
  instruction.follows_the_host = work.follows_the_host;
  instruction.may_fail = work.may_fail;
  instruction.computation = std::move(computation);
  tape_.add(std::move(instruction));
}

void Recording::restore_at_replay(Node& node) {
  Instruction instruction{"restore", node.location()};
  instruction.restores = true;
  instruction.written = {&node};
  const auto* first = static_cast<const std::byte*>(node.data);
  const auto restore = [to = node.data, values = std::vector<std::byte>(first, first + node.bytes())] {
    std::ranges::copy(values, static_cast<std::byte*>(to));
  };
  instruction.computation = std::make_unique<ComputationOf<decltype(restore)>>(restore);
  tape_.add_in_front(std::move(instruction));  // it may have been read since it was made
}

void Recording::set_grad(Node& leaf, Node* gradient) {
  Instruction instruction{"gradient", leaf.location()};
  instruction.leaf = &leaf;
  instruction.gradient = gradient;
  const bool is_first =
      std::ranges::none_of(tape_.instructions(), [&](const Instruction& i) { return i.leaf == &leaf; });
  if (is_first && gradient != nullptr) tape_.assume({&leaf, leaf.grad()});
  const auto set = [to = &leaf, gradient] { release(to->exchange_grad(retain(gradient))); };
  instruction.computation = std::make_unique<ComputationOf<decltype(set)>>(set);
  set();
  tape_.add(std::move(instruction));
}

}  // namespace eingrad::replay

#include <algorithm>
#include <cstring>

#include <autodiff/random/generator.hpp>
#include <autodiff/replay/comparison.hpp>
#include <autodiff/replay/recording.hpp>
#include <autodiff/tensor.hpp>

#include <fmt/format.h>

namespace eingrad::replay {

namespace {

using Bytes = std::vector<std::byte>;

Bytes bytes_of(const Node& node) {
  const auto* first = static_cast<const std::byte*>(node.data);
  return {first, first + node.bytes()};
}

void write(Node& node, const Bytes& bytes) {  // of which there may be none
  std::ranges::copy(bytes, static_cast<std::byte*>(node.data));
}

bool is_like(const Node& a, const Node& b) { return a.dtype == b.dtype && a.shape == b.shape; }
bool has_bytes_of(const Node& a, const Node& b) { return std::memcmp(a.data, b.data, a.bytes()) == 0; }

std::string text(const Node& node) {
  return fmt::format("{} {}", name_of(node.dtype), to_string(node.shape));
}

}  // namespace

void Comparison::object(const std::string& why, const char* operation, Location at) {
  if (!objection_.empty()) return;
  objection_ = at.file == nullptr ? fmt::format("{}: {}", operation, why)
                                  : fmt::format("{} at {}:{}: {}", operation, at.file, at.line, why);
}

const Instruction* Comparison::next(const char* operation, Location at) {
  if (!objection_.empty()) return nullptr;
  const auto& all = tape_.instructions();
  while (position_ < all.size() && all[position_].restores) all[position_++].computation->run();
  if (position_ == all.size()) {
    object("the function did more than when it was recorded", operation, at);
    return nullptr;
  }
  const Instruction& instruction = all[position_++];
  if (std::strcmp(instruction.operation, operation) == 0) return &instruction;
  object(fmt::format("when it was recorded, the function did {} here", instruction.operation), operation, at);
  return nullptr;
}

bool Comparison::is_counterpart(const Node& own, const Node& recorded) const {
  if (!is_like(own, recorded)) return false;
  const auto found = pairs_.find(&own);
  if (found != pairs_.end() && found->second.created == own.created)
    return found->second.recorded == &recorded;
  if (&own == &recorded) return !tape_.made(recorded);
  const bool made_by_host = own.created > start_ && !written_.contains(&recorded);
  return made_by_host && has_bytes_of(own, recorded);
}

void Comparison::perform(const Work& work, std::unique_ptr<Computation> computation) {
  const Location at = work.written.empty() ? Location{} : work.written[0]->location();
  const Instruction* instruction = next(work.operation, at);
  const auto objects = [&](const std::string& why) { object(why, work.operation, at); };
  if (instruction != nullptr) {
    const Instruction& i = *instruction;
    if (i.written.size() != work.written.size() || i.read.size() != work.read.size() || i.draws != work.draws)
      objects("it did not do the same when it was recorded");
    for (std::size_t k = 0; objection_.empty() && k < work.read.size(); ++k) {
      const Node &own = *work.read[k], &recorded = *i.read[k];
      if (is_counterpart(own, recorded)) continue;
      objects(is_like(own, recorded)
                  ? fmt::format("operand {} ({}) is another one than when it was recorded, or was "
                                "made with other numbers",
                                letter_of_operand(k), text(own))
                  : fmt::format("operand {} is {}, and was {} when it was recorded", letter_of_operand(k),
                                text(own), text(recorded)));
    }
    for (std::size_t k = 0; objection_.empty() && k < work.written.size(); ++k) {
      if (!is_like(*work.written[k], *i.written[k]))
        objects(fmt::format("the result is {}, and was {} when it was recorded", text(*work.written[k]),
                            text(*i.written[k])));
    }
  }
  const Unheard guard;
  if (objection_.empty() && !work.follows_the_host) {
    compare(*instruction, work, *computation);
  } else {
    computation->run();
    if (objection_.empty()) copy_gradients();
  }
  for (std::size_t k = 0; objection_.empty() && k < work.written.size(); ++k) {
    pair(*work.written[k], *instruction->written[k]);
    written_.insert(instruction->written[k]);
  }
}

// A tensor of the program's surroundings that both write to gets the one's result after the other's.
void Comparison::compare(const Instruction& i, const Work& work, Computation& computation) {
  std::vector<Bytes> first, own;
  std::optional<Generator> generator;
  if (work.draws != nullptr) generator = *work.draws;
  for (const Node* node : work.written) first.push_back(bytes_of(*node));
  computation.run();
  for (const Node* node : work.written) own.push_back(bytes_of(*node));

  if (generator) *work.draws = *generator;
  for (std::size_t k = 0; k < own.size(); ++k) {
    if (work.written[k] == i.written[k]) write(*i.written[k], first[k]);
  }
  i.computation->run();
  for (std::size_t k = 0; k < own.size(); ++k) {
    Node& recorded = *i.written[k];
    if (bytes_of(recorded) == own[k]) continue;
    object("a replay finds other numbers: something that is no tensor has changed", work.operation,
           recorded.location());
    write(*work.written[k], own[k]);
  }
}

// What follows the host is done once, to the program's gradients: to clip them, say.
void Comparison::copy_gradients() {
  for (std::size_t k = 0; k < position_; ++k) {
    const Instruction& i = tape_.instructions()[k];
    if (i.leaf == nullptr || i.gradient == nullptr || i.leaf->grad() == nullptr) continue;
    if (is_counterpart(*i.leaf->grad(), *i.gradient))
      std::memmove(i.gradient->data, i.leaf->grad()->data, i.gradient->bytes());
  }
}

void Comparison::set_grad(Node& leaf, Node* gradient) {
  const Instruction* i = next("gradient", leaf.location());
  if (i != nullptr) {
    const bool both = (gradient == nullptr) == (i->gradient == nullptr);
    if (i->leaf != &leaf)
      object("it is that of another tensor than when it was recorded", "gradient", leaf.location());
    if (!both || (gradient != nullptr && !is_counterpart(*gradient, *i->gradient)))
      object("it is not the one that it was when it was recorded: zero_grad() inside of the function",
             "gradient", leaf.location());
  }
  release(leaf.exchange_grad(retain(gradient)));
}

void Comparison::end(std::span<Node* const> outputs) {
  const auto& all = tape_.instructions();
  while (position_ < all.size() && all[position_].restores) all[position_++].computation->run();
  if (position_ < all.size())
    object("the function did less than when it was recorded", all[position_].operation, all[position_].at);
  for (std::size_t k = 0; objection_.empty() && k < tape_.outputs.size(); ++k) {
    if (outputs.size() != tape_.outputs.size() || !is_counterpart(*outputs[k], *tape_.outputs[k]))
      object("the function returns another tensor than when it was recorded", "return", {});
  }
}

void Comparison::check_read(const Node& node) const {
  const auto found = pairs_.find(&node);
  const bool is_written = found != pairs_.end() && found->second.created == node.created;
  if (node.created <= start_ || is_written) throw_read(node);
}

void Comparison::check_write(const Node& node) const {
  const auto found = pairs_.find(&node);
  const bool is_written = found != pairs_.end() && found->second.created == node.created;
  if (node.created <= start_ || is_written) throw_written(node);
}

}  // namespace eingrad::replay

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>

#include <autodiff/error.hpp>
#include <autodiff/memory.hpp>
#include <autodiff/node.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

std::atomic<std::uint16_t> threads{0};

// Nodes that nobody holds, linked through `next_dead`.
constinit thread_local Node* dead = nullptr;
constinit thread_local bool burying = false;

}  // namespace

void detail::start_clock() noexcept { clock = static_cast<std::uint64_t>(++threads) << 48; }

inline Node::~Node() {
  if (operand_count != 0) free_graph();
  if (has_hooks) detail::forget_hooks(*this);
  if (grad != nullptr) release(grad);
  if (data != one) deallocate(data, bytes());
}

Slot* Node::allocate_slots(std::size_t count) { return new (allocate(count * sizeof(Slot))) Slot[count](); }

[[gnu::hot]] void Node::free_graph() noexcept {
  unsigned number = numbers;
  for (const Slot& slot : operands()) {
    if ((number & 1) == 0) release(slot.node);
    number >>= 1;
  }
  if (operand_count > 2) deallocate(many, operand_count * sizeof(Slot));
  operand_count = 0;
  freed = true;
}

namespace {

std::size_t element_bytes(const Node& node, std::int64_t numel) {
  if (numel > PTRDIFF_MAX / 8) throw std::bad_alloc();
  return static_cast<std::size_t>(numel) * size_of(node.dtype);
}

void* allocate_or_throw(Node* node, std::int64_t numel) {
  try {
    return allocate(element_bytes(*node, numel));
  } catch (const std::bad_alloc&) {
    const std::string text =
        fmt::format("a {} tensor of shape {} does not fit", name_of(node->dtype), to_string(node->shape));
    const Location at = node->location();
    release(node);
    throw Report("memory", text, at).as<value_error>();
  }
}

}  // namespace

[[gnu::noinline]] Node* detail::with_values(Node* node) {
  const std::int64_t numel = node->shape.numel();
  node->data = allocate_or_throw(node, numel);
  node->elements = numel;
  return node;
}

Node* detail::make_any_node(void* block, Dtype dtype, const Shape& shape, Location at) {
  Node* node = new (block != nullptr ? block : allocate(sizeof(Node))) Node(dtype, shape, at);
  return shape.numel() == 1 ? node : with_values(node);
}

[[gnu::hot]] void destroy(Node* node) noexcept {
  if (node->operand_count == 0) {  // nothing below it to end with it, but perhaps a gradient
    node->~Node();
    return deallocate(node, sizeof(Node));
  }
  node->next_dead = std::exchange(dead, node);
  if (burying) return;
  burying = true;
  while (dead != nullptr) {
    Node* const last = std::exchange(dead, dead->next_dead);
    last->~Node();
    deallocate(last, sizeof(Node));
  }
  burying = false;
}

}  // namespace eingrad

#include <algorithm>
#include <atomic>
#include <memory>
#include <new>
#include <utility>

#include <autodiff/error.hpp>
#include <autodiff/memory.hpp>
#include <autodiff/node.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

std::atomic<std::uint16_t> threads_seen{0};

[[gnu::noinline]] void end_extension(Extension* extension) noexcept {
  release(extension->grad);
  const std::size_t bytes = sizeof(Extension) + extension->capacity * sizeof(Slot);
  std::destroy_at(extension);
  deallocate(extension, bytes, alignof(Node));
}

// Nodes that nobody holds, linked through `next_dead`.
constinit thread_local Node* dead = nullptr;
constinit thread_local bool burying = false;

}  // namespace

void detail::start_clock() noexcept { clock = static_cast<std::uint64_t>(++threads_seen) << 48; }

inline Node::~Node() {
  if (operand_count != 0) free_graph();
  if (has_hooks) detail::forget_hooks(*this);
  if (is_extended) {
    end_extension(extension);
  } else {
    release(gradient);  // null in a result, which has let go of its operands
  }
  if (data != one) deallocate(data, bytes());
}

Extension& Node::extend(std::size_t capacity) {
  capacity = std::max<std::size_t>(capacity, operand_count);
  void* const block = allocate(sizeof(Extension) + capacity * sizeof(Slot), alignof(Node));
  auto* const extended = new (block) Extension{nullptr, nullptr, capacity};
  std::uninitialized_value_construct_n(extended->slots(), capacity);
  std::copy_n(few, operand_count, extended->slots());
  extension = extended;
  is_extended = true;
  return *extended;
}

Node* Node::exchange_grad_of_result(Node* value) {
  if (!is_extended && value == nullptr) return nullptr;
  if (!is_extended) {
    try {
      extend(0);
    } catch (...) {
      release(value);
      throw;
    }
  }
  return std::exchange(extension->grad, value);
}

[[gnu::hot]] void Node::free_graph() noexcept {
  if (!is_extended) [[likely]] {
    const Slot first = std::exchange(few[0], {}), second = std::exchange(few[1], {});  // null if there is one
    if (!is_number(0)) release(first.node);
    if (!is_number(1)) release(second.node);
  } else {
    for (std::size_t i = 0; i < operand_count; ++i) {
      if (!is_number(i)) release(extension->slots()[i].node);
    }
  }
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
    throw Report("memory", text, at)
        .hint("a smaller shape or batch, or float32; release_cached_memory() gives back what waits")
        .as<value_error>();
  }
}

[[gnu::noinline]] Node* with_any_values(Node* node, std::int64_t numel) {
  node->data = allocate_or_throw(node, numel);
  node->elements = numel;
  return node;
}

constexpr std::int64_t small = 128;  // so many elements of any dtype are in a block that may wait

// What is small and finds its memory waiting calls nothing, so that it saves no registers either.
inline Node* with_values(Node* node, std::int64_t numel) {
  if (numel == 1) return node;
  void* const values =
      numel <= small ? allocate_if_waiting(static_cast<std::size_t>(numel) * size_of(node->dtype)) : nullptr;
  if (values == nullptr) return with_any_values(node, numel);
  node->data = values;
  node->elements = numel;
  return node;
}

[[gnu::noinline]] Node* make_any_node(void* block, Dtype dtype, const Shape& shape, Location at) {
  Node* node = new (block != nullptr ? block : allocate(sizeof(Node), alignof(Node))) Node(dtype, shape, at);
  const std::int64_t numel = shape.numel();
  return numel == 1 ? node : with_any_values(node, numel);
}

}  // namespace

[[gnu::hot]] Node* make_node(Dtype dtype, const Shape& shape, Location at) {
  void* const block = allocate_if_waiting(sizeof(Node), alignof(Node));
  if (block == nullptr || detail::clock == 0 || shape.size() > 3)
    return make_any_node(block, dtype, shape, at);
  Node* node = new (block) Node(dtype, shape, at);
  return with_values(node, node->shape.numel());
}

[[gnu::hot]] Node* make_node_like(const Node& model, Dtype dtype, Location at) {
  void* const block = allocate_if_waiting(sizeof(Node), alignof(Node));
  if (block == nullptr || detail::clock == 0 || model.shape.size() > 3)
    return make_any_node(block, dtype, model.shape, at);
  Node* node = new (block) Node(dtype, model.shape, at);
  return with_values(node, model.numel());
}

[[gnu::hot]] void destroy(Node* node) noexcept {
  if (node->operand_count == 0) {  // nothing below it to end with it, but perhaps a gradient
    node->~Node();
    return deallocate(node, sizeof(Node), alignof(Node));
  }
  node->next_dead = std::exchange(dead, node);
  if (burying) return;
  burying = true;
  while (dead != nullptr) {
    Node* const last = std::exchange(dead, dead->next_dead);
    last->~Node();
    deallocate(last, sizeof(Node), alignof(Node));
  }
  burying = false;
}

}  // namespace eingrad

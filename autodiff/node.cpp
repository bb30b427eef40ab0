#include <atomic>
#include <new>

#include <autodiff/error.hpp>
#include <autodiff/memory.hpp>
#include <autodiff/node.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

// 48 bits count for a month at a hundred million events a second.
constexpr std::uint64_t clock_mask = 0xffff'ffff'ffff;
thread_local std::uint64_t clock = 0;

std::atomic<std::uint16_t> threads{0};
thread_local const std::uint16_t thread_number = ++threads;

// Nodes that nobody holds, linked through `one`: their values are no longer needed.
thread_local Node* dead = nullptr;
thread_local bool burying = false;

}  // namespace

std::uint16_t this_thread() noexcept { return thread_number; }

Node::Node(Dtype element_type, Shape extents, Location at)
    : created(++clock & clock_mask),
      thread(thread_number),
      file(at.file),
      line(at.line),
      dtype(element_type),
      shape(std::move(extents)) {}

Node::~Node() {
  free_graph();
  release(grad);
  if (data != nullptr && data != &one) deallocate(data, bytes());
}

void Node::reserve_operands(std::size_t count) {
  if (count > 2) many = new (allocate(count * sizeof(Slot))) Slot[count]();
  operand_count = static_cast<std::uint16_t>(count);
}

void Node::free_graph() noexcept {
  for (std::size_t i = 0; i < operand_count; ++i) {
    if (!is_number(i)) release(operands()[i].node);
  }
  if (operand_count > 2) deallocate(many, operand_count * sizeof(Slot));
  operand_count = 0;
  attributes.reset();
  freed = rule != nullptr;
}

void Node::mark_written(Location at) noexcept {
  written = ++clock & clock_mask;
  file = at.file;
  line = at.line;
}

Node* make_node(Dtype dtype, Shape shape, Location at) {
  Node* node = new (allocate(sizeof(Node))) Node(dtype, std::move(shape), at);
  const std::int64_t numel = node->shape.numel();
  if (numel <= 1) {
    node->data = &node->one;
    return node;
  }
  try {
    if (numel > PTRDIFF_MAX / 8) throw std::bad_alloc();
    node->data = allocate(node->bytes());
  } catch (const std::bad_alloc&) {
    const std::string text = to_string(node->shape);
    release(node);
    throw Report("memory", fmt::format("a {} tensor of shape {} does not fit", name_of(dtype), text), at)
        .as<value_error>();
  }
  return node;
}

void destroy(Node* node) noexcept {
  node->one = reinterpret_cast<std::uintptr_t>(dead);
  dead = node;
  if (burying) return;
  burying = true;
  while (dead != nullptr) {
    Node* next = dead;
    dead = reinterpret_cast<Node*>(static_cast<std::uintptr_t>(next->one));
    next->~Node();
    deallocate(next, sizeof(Node));
  }
  burying = false;
}

}  // namespace eingrad

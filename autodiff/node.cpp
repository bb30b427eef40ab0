#include <atomic>
#include <cstring>
#include <new>

#include <autodiff/error.hpp>
#include <autodiff/memory.hpp>
#include <autodiff/node.hpp>

#include <fmt/format.h>

namespace eingrad {

namespace {

// 48 bits count for a month at a hundred million events a second.
constexpr std::uint64_t clock_mask = 0xffff'ffff'ffff;
constinit thread_local std::uint64_t clock = 0;

std::atomic<std::uint16_t> threads{0};
constinit thread_local std::uint16_t thread_number = 0;  // given at the thread's first use

std::uint16_t number_of_thread() noexcept {
  if (thread_number == 0) [[unlikely]]
    thread_number = ++threads;
  return thread_number;
}

// Nodes that nobody holds, linked through `one`: their values are no longer needed.
constinit thread_local Node* dead = nullptr;
constinit thread_local bool burying = false;

}  // namespace

std::uint16_t this_thread() noexcept { return number_of_thread(); }

Node::Node(Dtype element_type, const Shape& extents, Location at)
    : created(++clock & clock_mask),
      thread(number_of_thread()),
      file(at.file),
      line(at.line),
      dtype(element_type),
      shape(extents) {}

Node::~Node() {
  if (operand_count != 0) free_graph();
  if (grad != nullptr) release(grad);
  if (data != nullptr && data != one) deallocate(data, bytes());
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
  freed = rule != nullptr;
}

void Node::mark_written(Location at) noexcept {
  written = ++clock & clock_mask;
  file = at.file;
  line = at.line;
}

namespace {

[[noreturn]] void throw_no_room(Node* node) {
  const std::string text =
      fmt::format("a {} tensor of shape {} does not fit", name_of(node->dtype), to_string(node->shape));
  const Location at = node->location();
  release(node);
  throw Report("memory", text, at).as<value_error>();
}

}  // namespace

Node* make_node(Dtype dtype, const Shape& shape, Location at) {
  Node* node = new (allocate(sizeof(Node))) Node(dtype, shape, at);
  const std::int64_t numel = shape.numel();
  if (numel <= 1) {
    node->data = node->one;
    return node;
  }
  try {
    if (numel > PTRDIFF_MAX / 8) throw std::bad_alloc();
    node->data = allocate(static_cast<std::size_t>(numel) * size_of(dtype));
  } catch (const std::bad_alloc&) {
    throw_no_room(node);
  }
  return node;
}

void destroy(Node* node) noexcept {
  if (node->operand_count == 0) {  // nothing below it to end with it, but perhaps a gradient
    node->~Node();
    return deallocate(node, sizeof(Node));
  }
  std::memcpy(node->one, &dead, sizeof dead);
  dead = node;
  if (burying) return;
  burying = true;
  while (dead != nullptr) {
    Node* next = dead;
    std::memcpy(&dead, next->one, sizeof dead);
    next->~Node();
    deallocate(next, sizeof(Node));
  }
  burying = false;
}

}  // namespace eingrad

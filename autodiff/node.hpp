#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <autodiff/dtype.hpp>
#include <autodiff/location.hpp>
#include <autodiff/shape.hpp>

namespace eingrad {

struct Node;
struct Rule;

/// What an operation remembers beside its operands: the letters of an einsum, the map of a slice …
struct Attributes {
  virtual ~Attributes() = default;
};

/// One operand of a recorded operation: another node, or a number in the node's own dtype.
union Slot {
  Node* node;
  std::byte number[8];
};

/// One tensor and the operation that made it: two cache lines. The count is plain, so a node and its graph
/// belong to the thread that made it.
///
/// `created` and `written` are readings of one clock that ticks at every creation and every in-place write of
/// a thread. They answer three questions: an operand is created before its result, so descending `created` is
/// a topological order; a value was overwritten since its use if `written` is later than the user's
/// `created`; and nothing created before a tensor can depend on it.
struct alignas(64) Node {
  std::uint32_t references = 1;
  std::uint32_t position = 0;  ///< in the list of a running backward pass, counted from 1
  std::uint64_t created : 48;
  std::uint64_t thread : 16;
  std::uint64_t written : 48 = 0;
  bool requires_grad : 1 = false;
  bool retains_grad : 1 = false;
  bool freed : 1 = false;  ///< a backward pass has let go of the operands
  const char* file = "";   ///< the line that last wrote the value
  std::uint32_t line = 0;
  std::uint16_t operand_count = 0;
  std::uint8_t numbers = 0;  ///< bit i: operand i is a number
  Dtype dtype;
  const Rule* rule = nullptr;  ///< null for a leaf
  std::unique_ptr<const Attributes> attributes;
  void* data = nullptr;  ///< `one` if the tensor has one element
  alignas(8) std::byte one[8] = {};
  Node* grad = nullptr;
  Shape shape;
  union {
    Slot few[2] = {};
    Slot* many;  ///< if there are more than two operands
  };

  Node(Dtype element_type, const Shape& extents, Location at);
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();

  std::span<Slot> operands() noexcept { return {operand_count > 2 ? many : few, operand_count}; }
  std::span<const Slot> operands() const noexcept { return {operand_count > 2 ? many : few, operand_count}; }
  bool is_number(std::size_t operand) const noexcept {
    return numbers != 0 && operand < 8 && (numbers >> operand & 1) != 0;
  }
  Location location() const noexcept { return {file, line}; }
  std::size_t bytes() const { return static_cast<std::size_t>(shape.numel()) * size_of(dtype); }

  /// Makes room for `count` operand slots, all null.
  void reserve_operands(std::size_t count);
  /// Lets go of the operands, which ends the graph here. The attributes stay: the rule may live in them.
  void free_graph() noexcept;
  /// Notes that the value was changed in place at `at`.
  void mark_written(Location at) noexcept;
};
static_assert(sizeof(void*) != 8 || sizeof(Node) == 128);

/// Takes a node from the thread's free list. The value is not initialised.
Node* make_node(Dtype dtype, const Shape& shape, Location at);

/// Ends the node and all that only it held, without recursion.
void destroy(Node* node) noexcept;

inline Node* retain(Node* node) noexcept {
  if (node != nullptr) ++node->references;
  return node;
}
inline void release(Node* node) noexcept {
  if (node != nullptr && --node->references == 0) destroy(node);
}

/// The number of the calling thread, as nodes record it.
std::uint16_t this_thread() noexcept;

}  // namespace eingrad

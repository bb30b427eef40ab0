#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include <autodiff/dtype.hpp>
#include <autodiff/location.hpp>
#include <autodiff/memory.hpp>
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

/// What only some results of operations have.
struct Extension {
  std::unique_ptr<const Attributes> attributes;
  Node* grad = nullptr;  ///< of a result that is to keep its gradient, or was given one
  std::size_t capacity;  ///< of the slots for operands, which stand behind it

  Slot* slots() noexcept { return reinterpret_cast<Slot*>(this + 1); }
  const Slot* slots() const noexcept { return reinterpret_cast<const Slot*>(this + 1); }
};

namespace detail {
/// The number of the thread, 1 or more, in the upper 16 bits, and 48 bits that tick: a month at a hundred
/// million events a second. 0 before the thread's first tick.
inline constinit thread_local std::uint64_t clock = 0;
/// The thread's last in-place write.
inline constinit thread_local std::uint64_t last_write = 0;
void start_clock() noexcept;
void forget_hooks(const Node& node) noexcept;
}  // namespace detail

/// The thread's clock, one further.
inline std::uint64_t tick() noexcept {
  if (detail::clock == 0) [[unlikely]]
    detail::start_clock();
  return ++detail::clock;
}

/// One tensor and the operation that made it, in 112 bytes: the graph of a long computation is as large as
/// all its nodes. The count is plain, so a node and its graph belong to the thread that made it.
///
/// `created` and `written` are readings of one clock that ticks at every creation and every in-place write of
/// a thread. They answer three questions: an operand is created before its result, so descending `created` is
/// a topological order; a value was overwritten since its use if `written` is later than the user's
/// `created`; and nothing created before a tensor can depend on it.
struct alignas(16) Node {
  Shape shape;
  std::uint32_t references = 1;
  std::uint32_t position = 0;  ///< in the list of a running pass over the graph, counted from 1; else 0
  std::uint64_t created = tick();
  std::uint64_t written = 0;
  union {
    const char* file;  ///< the line that last wrote the value
    Node* next_dead;   ///< once nobody holds the node
  };
  std::uint32_t line;
  std::uint16_t operand_count = 0;
  std::uint8_t numbers = 0;  ///< bit i: operand i is a number; only where there are at most 8 operands
  Dtype dtype : 2;
  bool requires_grad : 1 = false;
  bool retains_grad : 1 = false;
  bool freed : 1 = false;        ///< a backward pass has let go of the operands
  bool has_hooks : 1 = false;    ///< register_hook knows it
  bool is_kept : 1 = false;      ///< one of the references is that of a recorded step
  bool is_extended : 1 = false;  ///< has an extension, with the operands
  const Rule* rule = nullptr;    ///< null for a leaf
  void* data = one;              ///< `one` if the tensor has one element
  union {
    alignas(8) std::byte one[8];
    std::int64_t elements;  ///< how many there are, if they stand elsewhere
  };
  union {
    Slot few[2];           ///< the operands of a result, where they are at most two and all there is to it
    Node* gradient;        ///< of a leaf, which has no operands; null if it has none
    Extension* extension;  ///< of a result
  };

  Node(Dtype element_type, const Shape& extents, Location at)
      : shape(extents),
        file(at.file),
        line(static_cast<std::uint32_t>(at.line)),
        dtype(element_type),
        few{} {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();

  std::span<Slot> operands() noexcept { return {is_extended ? extension->slots() : few, operand_count}; }
  std::span<const Slot> operands() const noexcept {
    return {is_extended ? extension->slots() : few, operand_count};
  }
  const Attributes* attributes() const noexcept {
    return is_extended ? extension->attributes.get() : nullptr;
  }
  Node* grad() const noexcept { return is_leaf() ? gradient : is_extended ? extension->grad : nullptr; }
  /// Takes over `value`, which may be null, and hands over what was there. std::bad_alloc where there is no
  /// memory for the extension that it needs; `value` is released then.
  Node* exchange_grad(Node* value) {
    return is_leaf() ? std::exchange(gradient, value) : exchange_grad_of_result(value);
  }
  bool is_number(std::size_t operand) const noexcept { return (numbers >> (operand & 7) & 1) != 0; }
  bool is_leaf() const noexcept { return rule == nullptr; }
  /// Whether one handle holds it and nobody else, so that its memory may be used for another value.
  bool is_unshared() const noexcept { return references == 1U + is_kept; }
  bool is_of_this_thread() const noexcept { return (created ^ detail::clock) >> 48 == 0; }
  Location location() const noexcept { return {file, line}; }
  std::int64_t numel() const noexcept { return data == one ? 1 : elements; }
  std::size_t bytes() const noexcept { return static_cast<std::size_t>(numel()) * size_of(dtype); }

  /// Makes it the result of `operation` on `count` operands. Returns their slots, all null, to be filled.
  std::span<Slot> begin_record(const Rule& operation, std::size_t count,
                               std::unique_ptr<const Attributes> attributes = nullptr) {
    if (count > 2 || attributes != nullptr) extend(count).attributes = std::move(attributes);
    rule = &operation;
    requires_grad = true;
    operand_count = static_cast<std::uint16_t>(count);
    return operands();
  }
  /// Lets go of the operands, which ends the graph here. The attributes stay: the rule may live in them.
  void free_graph() noexcept;
  /// Gives up all elements for a single one, not initialised, of a new shape.
  void shrink_to_one(const Shape& extents) noexcept {
    if (data != one) deallocate(data, bytes());
    data = one;
    shape = extents;
  }
  /// Notes that the value was changed in place at `at`.
  void mark_written(Location at) noexcept {
    written = detail::last_write = tick();
    file = at.file;
    line = static_cast<std::uint32_t>(at.line);
  }

 private:
  Node* exchange_grad_of_result(Node* value);
  /// Gives it an extension with room for so many operands, or for those that it has, which move there.
  Extension& extend(std::size_t capacity);
};
static_assert(sizeof(void*) != 8 || sizeof(Node) == 112);

/// Takes a node from the thread's free list. The value is not initialised.
Node* make_node(Dtype dtype, const Shape& shape, Location at);

/// The same for the shape of another tensor, whose elements need not be counted again.
Node* make_node_like(const Node& model, Dtype dtype, Location at);

/// Ends the node and all that only it held, without recursion.
void destroy(Node* node) noexcept;

inline Node* retain(Node* node) noexcept {
  if (node != nullptr) ++node->references;
  return node;
}
inline void release(Node* node) noexcept {
  if (node != nullptr && --node->references == 0) destroy(node);
}

}  // namespace eingrad

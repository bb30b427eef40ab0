#pragma once
#include <array>
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define EINGRAD_WATCHED_MEMORY true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EINGRAD_WATCHED_MEMORY true
#endif
#endif
#ifndef EINGRAD_WATCHED_MEMORY
#define EINGRAD_WATCHED_MEMORY false
#endif

namespace eingrad {

namespace detail {

/// Under AddressSanitizer every block comes from the system and goes back at once, so that it can be watched.
inline constexpr bool watched = EINGRAD_WATCHED_MEMORY;

/// The blocks that wait in a thread, by size class. It needs no destructor, so that a tensor that outlives
/// the thread's other objects can still be freed.
struct Pool {
  struct Block {
    Block* next;
  };

  static constexpr std::size_t grain = 16;    // every block is a multiple of it, and aligned to it
  static constexpr std::size_t small = 1024;  // bytes of the largest of the small blocks
  static constexpr std::size_t small_classes = small / grain;
  static constexpr std::size_t classes = small_classes + 4 * 30;  // then four to a doubling

  std::array<Block*, classes> free{};
  char* chunk = nullptr;  // what is left of the memory that small blocks are cut from
  std::size_t chunk_left = 0;
  std::size_t cached = 0;
  bool closed = false;
};

extern constinit thread_local Pool pool;

/// The class of a small block for so many bytes that is aligned to 16 or 64 bytes: its size is a multiple of
/// that, and a block is aligned to what its size is a multiple of.
constexpr std::size_t small_class(std::size_t bytes, std::size_t alignment) noexcept {
  return ((bytes - (bytes != 0)) / alignment + 1) * (alignment / Pool::grain) - 1;
}

void* allocate_elsewhere(std::size_t bytes, std::size_t alignment);
void deallocate_large(void* block, std::size_t bytes) noexcept;

inline constexpr std::size_t cache_line = 64;

}  // namespace detail

/// A block that waits in this thread's list for up to 1024 bytes, or null.
inline void* allocate_if_waiting(std::size_t bytes, std::size_t alignment = detail::cache_line) noexcept {
  using detail::Pool;
  const std::size_t index = detail::small_class(bytes, alignment);
  Pool::Block* const block = detail::pool.free[index];
  if (block != nullptr) detail::pool.free[index] = block->next;
  return block;
}

/// Memory for buffers, aligned to 64 bytes, or for nodes, to 16. Freed blocks wait in the freeing thread's
/// list for the next request of their size class, so that a training step allocates nothing once it has run
/// before. A block may be freed on another thread than the one that asked for it. std::bad_alloc when there
/// is none.
inline void* allocate(std::size_t bytes, std::size_t alignment = detail::cache_line) {
  if (bytes <= detail::Pool::small) {
    if (void* const block = allocate_if_waiting(bytes, alignment)) return block;
  }
  return detail::allocate_elsewhere(bytes, alignment);
}

/// Takes what allocate returned for as many bytes and this alignment.
inline void deallocate(void* block, std::size_t bytes, std::size_t alignment = detail::cache_line) noexcept {
  using detail::Pool;
  if (!detail::watched && bytes <= Pool::small) {
    const std::size_t index = detail::small_class(bytes, alignment);
    auto* waiting = static_cast<Pool::Block*>(block);
    waiting->next = detail::pool.free[index];
    detail::pool.free[index] = waiting;
    return;
  }
  detail::deallocate_large(block, bytes);
}

/// Gives this thread's waiting blocks of more than 1024 bytes back to the system.
void release_cached_memory() noexcept;

/// The bytes of such blocks that wait in this thread's lists.
std::size_t cached_memory() noexcept;

}  // namespace eingrad

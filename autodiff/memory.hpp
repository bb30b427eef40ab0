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

  static constexpr std::size_t grain = 64;          // every block is a multiple of it, and aligned to it
  static constexpr std::size_t small_classes = 16;  // 64, 128 … 1024 bytes
  static constexpr std::size_t classes = small_classes + 4 * 30;  // then four to a doubling

  std::array<Block*, classes> free{};
  char* chunk = nullptr;  // what is left of the memory that small blocks are cut from
  std::size_t chunk_left = 0;
  std::size_t cached = 0;
  bool closed = false;
};

extern constinit thread_local Pool pool;

void* allocate_elsewhere(std::size_t bytes);
void deallocate_large(void* block, std::size_t bytes) noexcept;

}  // namespace detail

/// A block that waits in this thread's list for up to 1024 bytes, or null.
inline void* allocate_if_waiting(std::size_t bytes) noexcept {
  using detail::Pool;
  const std::size_t index = (bytes - (bytes != 0)) / Pool::grain;
  Pool::Block* const block = detail::pool.free[index];
  if (block != nullptr) detail::pool.free[index] = block->next;
  return block;
}

/// Memory for nodes and buffers, aligned to 64 bytes. Freed blocks wait in the freeing thread's list for the
/// next request of their size class, so that a training step allocates nothing once it has run before.
/// A block may be freed on another thread than the one that asked for it. std::bad_alloc when there is none.
inline void* allocate(std::size_t bytes) {
  if (bytes <= detail::Pool::small_classes * detail::Pool::grain) {
    if (void* const block = allocate_if_waiting(bytes)) return block;
  }
  return detail::allocate_elsewhere(bytes);
}

inline void deallocate(void* block, std::size_t bytes) noexcept {
  using detail::Pool;
  const std::size_t index = (bytes - (bytes != 0)) / Pool::grain;
  if (!detail::watched && index < Pool::small_classes) {
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

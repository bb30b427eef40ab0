#pragma once
#include <cstddef>

namespace eingrad {

/// Memory for nodes and buffers, aligned to 64 bytes. Freed blocks wait in the freeing thread's list for the
/// next request of their size class, so that a training step allocates nothing once it has run before.
/// A block may be freed on another thread than the one that asked for it. std::bad_alloc when there is none.
void* allocate(std::size_t bytes);
void deallocate(void* block, std::size_t bytes) noexcept;

/// Gives this thread's waiting blocks back to the system.
void release_cached_memory() noexcept;

/// The bytes that wait in this thread's lists.
std::size_t cached_memory() noexcept;

}  // namespace eingrad

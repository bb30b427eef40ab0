#include <array>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>

#include <autodiff/memory.hpp>

#if defined(__SANITIZE_ADDRESS__)
#define EINGRAD_POOL 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EINGRAD_POOL 0
#endif
#endif
#ifndef EINGRAD_POOL
#define EINGRAD_POOL 1  // under AddressSanitizer every block comes from the system, so that it can watch them
#endif

namespace eingrad {

namespace {

constexpr std::size_t alignment = 64;
constexpr std::size_t small_classes = 16;                // 64, 128 … 1024 bytes, cut from chunks
constexpr std::size_t classes = small_classes + 4 * 30;  // then four to a doubling
constexpr std::size_t chunk_bytes = std::size_t{1} << 16;
constexpr std::size_t largest_cache = std::size_t{256} << 20;  // bytes of large blocks that wait in a thread

struct Block {
  Block* next;
};

/// The class of a request, and the bytes that every block of the class has.
struct SizeClass {
  std::size_t index, bytes;
};

SizeClass size_class(std::size_t bytes) {
  if (bytes <= small_classes * alignment) {
    const std::size_t index = bytes == 0 ? 0 : (bytes - 1) / alignment;
    return {index, (index + 1) * alignment};
  }
  const auto doubling = static_cast<std::size_t>(std::bit_width(bytes - 1)) - 1;  // 2^doubling < bytes
  const std::size_t quarter = std::size_t{1} << (doubling - 2);
  const std::size_t step = (bytes - 1) / quarter - 4;  // 0 to 3
  return {small_classes + 4 * (doubling - 10) + step, (step + 5) * quarter};
}

void* from_system(std::size_t bytes) {
  if (bytes > static_cast<std::size_t>(-1) / 2) throw std::bad_alloc();
  void* block = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

/// Small blocks of threads that have ended: a chunk cannot go back to the system while parts of it are in
/// use.
struct Depot {
  std::mutex mutex;
  std::array<Block*, small_classes> free{};
};

Depot& depot() {
  static auto* const shared = new Depot;  // never destroyed: threads may end after main
  return *shared;
}

struct Pool {
  std::array<Block*, classes> free{};
  char* chunk = nullptr;
  std::size_t chunk_left = 0;
  std::size_t cached = 0;
  bool closed = false;

  void* small(std::size_t index, std::size_t bytes) {
    if (chunk_left < bytes) {
      if (void* block = take_from_depot(index)) return block;
      chunk = static_cast<char*>(from_system(chunk_bytes));
      chunk_left = chunk_bytes;
    }
    void* block = chunk;
    chunk += bytes;
    chunk_left -= bytes;
    return block;
  }

  void* take_from_depot(std::size_t index) {
    const std::lock_guard lock(depot().mutex);
    Block* list = std::exchange(depot().free[index], nullptr);
    if (list != nullptr) free[index] = list->next;
    return list;
  }

  void release_large() {
    for (std::size_t index = small_classes; index < classes; ++index) {
      while (Block* block = free[index]) {
        free[index] = block->next;
        std::free(block);
      }
    }
    cached = 0;
  }

  void close() {
    closed = true;
    release_large();
    const std::lock_guard lock(depot().mutex);
    for (std::size_t index = 0; index < small_classes; ++index) {
      while (Block* block = free[index]) {
        free[index] = block->next;
        block->next = std::exchange(depot().free[index], block);
      }
    }
  }
};

// The pool itself needs no destructor, so that a tensor that outlives the thread's destructors can still be
// freed.
constinit thread_local Pool pool;

struct CloseAtThreadEnd {
  ~CloseAtThreadEnd() { pool.close(); }
};

}  // namespace

void* allocate(std::size_t bytes) {
  if (!EINGRAD_POOL) return from_system(bytes);
  const SizeClass size = size_class(bytes);
  if (size.index >= classes) return from_system(bytes);
  if (Block* block = pool.free[size.index]) {
    pool.free[size.index] = block->next;
    if (size.index >= small_classes) pool.cached -= size.bytes;
    return block;
  }
  if (size.index >= small_classes) return from_system(size.bytes);
  thread_local CloseAtThreadEnd closer;
  static_cast<void>(closer);
  return pool.small(size.index, size.bytes);
}

void deallocate(void* block, std::size_t bytes) noexcept {
  if (!EINGRAD_POOL) return std::free(block);
  const SizeClass size = size_class(bytes);
  if (size.index >= small_classes) {
    if (size.index >= classes || pool.closed || pool.cached + size.bytes > largest_cache)
      return std::free(block);
    pool.cached += size.bytes;
  }
  pool.free[size.index] = new (block) Block{pool.free[size.index]};
}

void release_cached_memory() noexcept { pool.release_large(); }

std::size_t cached_memory() noexcept { return pool.cached; }

}  // namespace eingrad

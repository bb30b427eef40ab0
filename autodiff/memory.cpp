#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>

#include <autodiff/memory.hpp>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace eingrad {

namespace detail {
constinit thread_local Pool pool;
}

namespace {

using detail::pool;
using detail::Pool;
using Block = Pool::Block;

constexpr std::size_t chunk_bytes = std::size_t{1} << 20;      // most of it untouched, so not there, at first
constexpr std::size_t huge_page = std::size_t{2} << 20;        // a large tensor on few pages is found faster
constexpr std::size_t largest_cache = std::size_t{256} << 20;  // bytes of large blocks that wait in a thread

/// The class of a request, and the bytes that every block of the class has.
struct SizeClass {
  std::size_t index, bytes;
};

SizeClass size_class(std::size_t bytes, std::size_t alignment) {
  if (bytes <= Pool::small) {
    const std::size_t index = detail::small_class(bytes, alignment);
    return {index, (index + 1) * Pool::grain};
  }
  const auto doubling = static_cast<std::size_t>(std::bit_width(bytes - 1)) - 1;  // 2^doubling < bytes
  const std::size_t quarter = std::size_t{1} << (doubling - 2);
  const std::size_t step = (bytes - 1) / quarter - 4;  // 0 to 3
  return {Pool::small_classes + 4 * (doubling - 10) + step, (step + 5) * quarter};
}

void* from_system(std::size_t bytes) {
  if (bytes > static_cast<std::size_t>(-1) / 2) throw std::bad_alloc();
  const std::size_t alignment = !detail::watched && bytes >= huge_page ? huge_page : detail::cache_line;
  void* block = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (block == nullptr) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  if (alignment == huge_page) static_cast<void>(madvise(block, bytes, MADV_HUGEPAGE));  // a wish
#endif
  return block;
}

/// Small blocks of threads that have ended: a chunk cannot go back to the system while parts of it are in
/// use.
struct Depot {
  std::mutex mutex;
  std::array<Block*, Pool::small_classes> free{};
};

Depot& depot() {
  static auto* const shared = new Depot;  // never destroyed: threads may end after main
  return *shared;
}

void* take_from_depot(std::size_t index) {
  const std::lock_guard lock(depot().mutex);
  Block* list = std::exchange(depot().free[index], nullptr);
  if (list != nullptr) pool.free[index] = list->next;
  return list;
}

/// What all blocks of a class are aligned to, whatever was asked for: the largest power of two that divides
/// their size, up to a cache line.
std::size_t alignment_of(SizeClass size) {
  return std::min(detail::cache_line, std::size_t{1} << std::countr_zero(size.bytes));
}

void* cut_from_chunk(SizeClass size) {
  const std::size_t skipped = pool.chunk_left % alignment_of(size);  // chunks end at a multiple
  if (pool.chunk_left < skipped + size.bytes) {
    if (void* block = take_from_depot(size.index)) return block;
    pool.chunk = static_cast<char*>(from_system(chunk_bytes));
    pool.chunk_left = chunk_bytes;
    return cut_from_chunk(size);
  }
  void* block = pool.chunk + skipped;
  pool.chunk += skipped + size.bytes;
  pool.chunk_left -= skipped + size.bytes;
  return block;
}

struct CloseAtThreadEnd {
  ~CloseAtThreadEnd() {
    pool.closed = true;
    release_cached_memory();
    const std::lock_guard lock(depot().mutex);
    for (std::size_t index = 0; index < Pool::small_classes; ++index) {
      while (Block* block = pool.free[index]) {
        pool.free[index] = block->next;
        block->next = std::exchange(depot().free[index], block);
      }
    }
  }
};

}  // namespace

namespace detail {

void* allocate_elsewhere(std::size_t bytes, std::size_t alignment) {
  if (watched) return from_system(bytes);
  thread_local CloseAtThreadEnd closer;
  static_cast<void>(closer);
  const SizeClass size = size_class(bytes, alignment);
  if (size.index < Pool::small_classes) return cut_from_chunk(size);
  if (size.index >= Pool::classes) return from_system(bytes);
  Block* block = pool.free[size.index];
  if (block == nullptr) return from_system(size.bytes);
  pool.free[size.index] = block->next;
  pool.cached -= size.bytes;
  return block;
}

void deallocate_large(void* block, std::size_t bytes) noexcept {
  const SizeClass size = size_class(bytes, detail::cache_line);
  if (watched || size.index >= Pool::classes || pool.closed || pool.cached + size.bytes > largest_cache)
    return std::free(block);
  pool.cached += size.bytes;
  pool.free[size.index] = new (block) Block{pool.free[size.index]};
}

}  // namespace detail

void release_cached_memory() noexcept {
  for (std::size_t index = Pool::small_classes; index < Pool::classes; ++index) {
    while (Block* block = pool.free[index]) {
      pool.free[index] = block->next;
      std::free(block);
    }
  }
  pool.cached = 0;
}

std::size_t cached_memory() noexcept { return pool.cached; }

}  // namespace eingrad

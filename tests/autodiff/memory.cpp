#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/memory.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::values;

namespace {

constexpr bool pooled = !detail::watched;  // under AddressSanitizer blocks go back to the system at once

/// One training step on tensors of n elements.
void step(Tensor& w, const Tensor& x) {
  square(tanh(w * x) - 0.5).sum().backward();
  const no_grad guard;
  w -= 0.01 * w.grad();
  w.zero_grad();
}

}  // namespace

TEST_CASE("blocks are aligned, of any size, and do not overlap", "[memory]") {
  struct Block {
    void* address;
    std::size_t bytes, alignment;
    unsigned char mark;
  };
  std::vector<Block> blocks;
  unsigned char mark = 0;
  for (const std::size_t bytes :
       {1U, 8U, 16U, 64U, 65U, 112U, 1000U, 1024U, 1025U, 1281U, 5000U, 65536U, 100'000U, 3'000'000U}) {
    for (int i = 0; i < 20; ++i) {
      const std::size_t alignment = i % 3 == 0 ? 16 : 64;  // by turns, so that they are cut side by side
      void* address = allocate(bytes, alignment);
      CHECK(reinterpret_cast<std::uintptr_t>(address) % alignment == 0);
      std::memset(address, ++mark, bytes);
      blocks.push_back({address, bytes, alignment, mark});
    }
  }
  for (const Block& block : blocks) {
    const auto* bytes = static_cast<const unsigned char*>(block.address);
    bool untouched = true;
    for (std::size_t i = 0; i < block.bytes; ++i) untouched = untouched && bytes[i] == block.mark;
    CHECK(untouched);
    deallocate(block.address, block.bytes, block.alignment);
  }
}

TEST_CASE("a block that was asked for with less alignment serves one that needs more", "[memory]") {
  if (!pooled) return;
  bool aligned = true;
  std::thread([&] {  // no block waits in it yet
    for (const std::size_t bytes : {64U, 128U, 1024U}) {
      void* const shift = allocate(16, 16);  // what is cut next begins in the middle of a cache line
      std::vector<void*> blocks;
      for (int i = 0; i < 8; ++i) blocks.push_back(allocate(bytes, 16));
      for (void* const block : blocks) deallocate(block, bytes, 16);
      for (void*& block : blocks) {
        block = allocate(bytes);
        aligned = aligned && reinterpret_cast<std::uintptr_t>(block) % 64 == 0;
      }
      for (void* const block : blocks) deallocate(block, bytes);
      deallocate(shift, 16, 16);
    }
  })
      .join();
  CHECK(aligned);
}

TEST_CASE("freed blocks are used again", "[memory]") {
  if (!pooled) return;
  for (const std::size_t bytes : {64U, 500U, 3000U, 1'000'000U}) {
    void* first = allocate(bytes);
    deallocate(first, bytes);
    void* second = allocate(bytes);
    CHECK(first == second);
    deallocate(second, bytes);
  }
}

TEST_CASE("large blocks can be given back to the system", "[memory]") {
  if (!pooled) return;
  deallocate(allocate(1'000'000), 1'000'000);
  CHECK(cached_memory() >= 1'000'000);
  release_cached_memory();
  CHECK(cached_memory() == 0);
}

TEST_CASE("a training step allocates nothing once it has run", "[memory]") {
  if (!pooled) return;
  for (const std::int64_t n : {1, 10, 100'000}) {
    Tensor w = ones({n}).requires_grad_();
    const Tensor x = full({n}, 0.5);
    std::set<const void*> places;
    const auto run = [&](int steps) {
      for (int i = 0; i < steps; ++i) {
        step(w, x);
        const Tensor product = w * x;
        places.insert(product.span<float>().data());
      }
    };
    run(50);
    const std::size_t waiting = cached_memory(), known = places.size();
    run(n > 10 ? 50 : 100'000);
    CHECK(cached_memory() == waiting);
    CHECK(places.size() == known);
  }
}

// Memory that one thread takes and another one gives back.
#include <thread>
#include <vector>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::values;

TEST_CASE("tensors may be freed on another thread, and after the thread that made them", "[memory]") {
  std::vector<Tensor> kept;
  std::thread([&] {
    for (int i = 0; i < 100; ++i) kept.push_back(full({i % 10 == 0 ? 1000 : 3}, i));
  }).join();
  for (int i = 0; i < 100; ++i)
    CHECK(values<float>(kept[static_cast<std::size_t>(i)])[0] == static_cast<float>(i));
  std::thread([moved = std::move(kept)]() mutable { moved.clear(); }).join();
  for (int round = 0; round < 50; ++round) {
    std::thread([] { static_cast<void>((full({100}, 2) * full({1000, 1}, 3)).sum()); }).join();
  }
}

TEST_CASE("a thread's tensors may outlive its other objects", "[memory]") {
  struct Holder {
    Tensor tensor;
  };
  std::thread([] {
    thread_local Holder early;  // destroyed after what is made later
    early.tensor = ones({1000});
    static_cast<void>(early.tensor * 2);
  }).join();
  SUCCEED();
}

#include <thread>

#include <autodiff/random/generator.hpp>
#include <tests/catch.hpp>

using namespace eingrad;

TEST_CASE("each thread has its own default generator, which starts from PyTorch's default seed") {
  manual_seed(0);
  const std::uint32_t first = default_generator().word();
  std::uint32_t elsewhere = 0;
  std::uint64_t initial = 0;
  std::thread([&] {
    initial = default_generator().initial_seed();
    manual_seed(0);
    elsewhere = default_generator().word();
  }).join();
  CHECK(initial == 67280421310721);
  CHECK(elsewhere == first);
  CHECK(default_generator().word() != first);
}

// Graphs that nobody thought of: random compositions of operations, in which results are used again and
// again.
#include <autodiff/check/gradcheck.hpp>
#include <tests/autodiff/naive.hpp>
#include <tests/catch.hpp>

#include "random_function.hpp"

using namespace eingrad;
using testing::random_function;

TEST_CASE("random graphs have the gradients that differences see, to second order", "[backward]") {
  for (unsigned seed = 0; seed < 150; ++seed) {
    INFO("seed " << seed);
    const Tensor x = testing::numbers({2, 3}, 1).requires_grad_(),
                 w = testing::numbers({2, 3}, 2).requires_grad_();
    const auto f = [seed](const std::vector<Tensor>& in) { return random_function(seed, 12, in); };
    CHECK(gradcheck(f, {x, w}));
    CHECK(gradgradcheck(f, {x, w}));
  }
}

#include <stdexcept>
#include <vector>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <nn/linear.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::values;

TEST_CASE("no_grad records nothing while it lives, enable_grad inside it does", "[grad mode]") {
  const Tensor x = ones({2}).requires_grad_();
  CHECK((x * 2).requires_grad());
  {
    const no_grad guard;
    CHECK(!grad_enabled());
    CHECK(!(x * 2).requires_grad());
    CHECK(!x.sum().requires_grad());
    CHECK(!x.reshape({2, 1}).requires_grad());
    CHECK(!x.to(float64).requires_grad());
    {
      const enable_grad inner;
      CHECK((x * 2).requires_grad());
      const no_grad innermost;
      CHECK(!(x * 2).requires_grad());
    }
    CHECK(!grad_enabled());
    CHECK(ones({2}).requires_grad_().requires_grad());
  }
  CHECK(grad_enabled());
}

TEST_CASE("an exception ends a no_grad scope", "[grad mode]") {
  try {
    const no_grad guard;
    throw std::runtime_error("out");
  } catch (const std::runtime_error&) {
  }
  CHECK(grad_enabled());
}

TEST_CASE("operations without a tensor that requires a gradient are not recorded", "[grad mode]") {
  CHECK((ones({2}) + ones({2})).is_leaf());
  CHECK(matmul(ones({2, 2}), ones({2, 2})).is_leaf());
}

#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::values;

TEST_CASE("a number takes the dtype of the tensors without a detour") {
  const Tensor x = tensor({1., 2.}, float64), mask = tensor({true, false});
  CHECK(values<double>(where(mask, x, 0.1)) == std::vector<double>{1, 0.1});
  CHECK(values<double>(masked_fill(x, mask, 0.1)) == std::vector<double>{0.1, 2});
  CHECK(values<double>(index_put(x, {0}, 0.1)) == std::vector<double>{0.1, 2});
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  CHECK(values<std::int64_t>(where(mask, tensor({1, 2}), large)) == std::vector<std::int64_t>{1, large});
}

#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <autodiff/random/random.hpp>
#include <data/data_loader.hpp>
#include <tests/catch.hpp>
#include <tests/reference/reference.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using data::DataLoader;
using testing::Record;

namespace {

using Batches = std::vector<std::vector<std::int64_t>>;

template <class Loader>
Batches epoch(const Loader& loader) {
  Batches batches;
  for (const auto& [x] : loader) batches.push_back(testing::values<std::int64_t>(x));
  return batches;
}

double next_number() { return rand({}, float64).item(); }

}  // namespace

TEST_CASE("shuffled batches are PyTorch's, epoch after epoch") {
  const DataLoader loader(arange(23), {.batch_size = 5, .shuffle = true});
  for (const Record& record : testing::records(
           "torch_streams.json", "DataLoader(range(23), batch_size=5, shuffle=True), two epochs")) {
    INFO(record.arguments());
    manual_seed(static_cast<std::uint64_t>(record.integer("manual_seed")));
    std::vector<std::int64_t> rows;
    for (int i = 0; i < 2; ++i) {
      for (const auto& batch : epoch(loader)) rows.insert(rows.end(), batch.begin(), batch.end());
    }
    CHECK(record.difference("v", rows) == "");
  }
}

// What follows was recorded with torch.utils.data.DataLoader(range(7), batch_size=3, …), three epochs after
// torch.manual_seed(7), and torch.rand(1, dtype=torch.float64) after them.

TEST_CASE("an epoch in order spends one word of 64 bits all the same") {
  manual_seed(7);
  const DataLoader loader(arange(7), {.batch_size = 3});
  for (int i = 0; i < 3; ++i) CHECK(epoch(loader) == Batches{{0, 1, 2}, {3, 4, 5}, {6}});
  CHECK(next_number() == 0.6566884305882014);
}

TEST_CASE("drop_last leaves out the smaller last batch") {
  manual_seed(7);
  const DataLoader loader(arange(7), {.batch_size = 3, .shuffle = true, .drop_last = true});
  CHECK(loader.size() == 2);
  CHECK(epoch(loader) == Batches{{2, 0, 5}, {6, 3, 4}});
  CHECK(epoch(loader) == Batches{{4, 3, 2}, {1, 5, 0}});
  CHECK(epoch(loader) == Batches{{5, 0, 6}, {3, 2, 4}});
  CHECK(next_number() == 0.2947121080128837);
}

TEST_CASE("a generator of one's own draws the order itself, and a further one at the end of an epoch") {
  manual_seed(7);
  const double untouched = next_number();
  manual_seed(7);
  Generator own(5);
  const DataLoader loader(arange(7), {.batch_size = 3, .shuffle = true, .generator = &own});
  CHECK(epoch(loader) == Batches{{2, 4, 3}, {5, 0, 6}, {1}});
  CHECK(epoch(loader) == Batches{{4, 1, 0}, {2, 3, 6}, {5}});
  CHECK(epoch(loader) == Batches{{3, 0, 2}, {5, 1, 6}, {4}});
  CHECK(own.uniform<double>() == 0.39756108025586634);
  CHECK(next_number() == untouched);

  own.manual_seed(5);
  for (const auto& [batch] : loader) {
    CHECK(batch.span<std::int64_t>()[0] == 2);
    break;  // the epoch is not over: no further order is drawn
  }
  CHECK(epoch(loader) == Batches{{0, 1, 3}, {2, 4, 5}, {6}});
}

TEST_CASE("tensors of any shape and dtype are cut into batches that belong together") {
  const Tensor x = arange(12).reshape({4, 3}).to(float32);
  const Tensor y = arange(4);
  std::int64_t rows = 0;
  for (const auto& [xs, ys] : DataLoader(x, y, {.batch_size = 3, .shuffle = true})) {
    CHECK(xs.shape() == Shape{ys.numel(), 3});
    CHECK(xs.dtype() == float32);
    for (std::size_t i = 0; i < ys.span<std::int64_t>().size(); ++i, ++rows) {
      CHECK(xs.span<float>()[3 * i] == static_cast<float>(3 * ys.span<std::int64_t>()[i]));
    }
  }
  CHECK(rows == 4);
  for (const auto& [a, b, c] : DataLoader(std::array{x, y, y})) CHECK(b.item() == c.item());
}

TEST_CASE("the number of batches") {
  CHECK(DataLoader(arange(7)).size() == 7);
  CHECK(DataLoader(arange(7), {.batch_size = 7}).size() == 1);
  CHECK(DataLoader(arange(7), {.batch_size = 100}).size() == 1);
  CHECK(DataLoader(arange(7), arange(7), {.batch_size = 2}).size() == 4);
}

TEST_CASE("loaders that would yield nothing, or mix rows up, are refused") {
  const Tensor x = arange(7);
  CHECK_THROWS_WITH(DataLoader(x, {.batch_size = 0}),
                    ContainsSubstring("batch_size is 0") && ContainsSubstring("1 or more"));
  CHECK_THROWS_AS(DataLoader(x, {.batch_size = -1}), value_error);
  CHECK_THROWS_WITH(DataLoader(x, {.batch_size = 8, .drop_last = true}), ContainsSubstring("8 of 7 rows"));
  CHECK_THROWS_AS(DataLoader(arange(0)), value_error);
  CHECK_THROWS_WITH(DataLoader(x, arange(6)), ContainsSubstring("number of rows"));
  CHECK_THROWS_AS(DataLoader(full({}, 1)), shape_error);
}

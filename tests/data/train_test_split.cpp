#include <array>
#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <data/train_test_split.hpp>
#include <tests/catch.hpp>
#include <tests/reference/reference.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using data::train_test_split;
using testing::Record;
using testing::values;

TEST_CASE("train_test_split takes the rows that scikit-learn takes") {
  for (const Record& record : testing::records("numpy_sklearn_misc.json", "train_test_split indices")) {
    INFO(record.arguments());
    const Record arguments = record.at("args");
    const auto [train, test] = train_test_split(
        arange(arguments.integer("n")),
        {.test_size = arguments.number("test_size"), .random_state = arguments.integer("random_state")});
    CHECK(record.difference("train", train.span<std::int64_t>()) == "");
    CHECK(record.difference("test", test.span<std::int64_t>()) == "");
  }
}

TEST_CASE("all tensors are split by the same rows") {
  const Tensor x = arange(20).reshape({10, 2});
  const Tensor y = arange(10);
  const auto [x_train, x_test, y_train, y_test] = train_test_split(x, y, {.test_size = 3, .random_state = 1});
  CHECK(x_train.shape() == Shape{7, 2});
  CHECK(y_test.shape() == Shape{3});
  for (const auto& [rows, labels] : {std::pair(x_train, y_train), {x_test, y_test}}) {
    for (std::size_t i = 0; i < labels.span<std::int64_t>().size(); ++i) {
      CHECK(rows.span<std::int64_t>()[2 * i] == 2 * labels.span<std::int64_t>()[i]);
    }
  }
  const auto of_three = train_test_split(std::array{x, y, y}, {.test_size = 3, .random_state = 1});
  CHECK(values<std::int64_t>(of_three[1]) == values<std::int64_t>(x_test));
  CHECK(values<std::int64_t>(of_three[5]) == values<std::int64_t>(y_test));
}

TEST_CASE("the default is a quarter, rounded up, and without shuffling the last rows") {
  CHECK(train_test_split(arange(10))[1].numel() == 3);
  const auto [train, test] = train_test_split(arange(5), {.test_size = 0.3, .shuffle = false});
  CHECK(values<std::int64_t>(train) == std::vector<std::int64_t>{0, 1, 2});
  CHECK(values<std::int64_t>(test) == std::vector<std::int64_t>{3, 4});
}

TEST_CASE("sizes that leave a part empty are refused") {
  const Tensor x = arange(4);
  CHECK_THROWS_WITH(train_test_split(x, {.test_size = 0.0}), ContainsSubstring("test_size is 0, of 4 rows"));
  CHECK_THROWS_AS(train_test_split(x, {.test_size = 1.0}), value_error);
  CHECK_THROWS_AS(train_test_split(x, {.test_size = -0.5}), value_error);
  CHECK_THROWS_AS(train_test_split(x, {.test_size = std::numeric_limits<double>::quiet_NaN()}), value_error);
  CHECK_THROWS_AS(train_test_split(x, {.test_size = 0.99}), value_error);
  CHECK_THROWS_AS(train_test_split(x, {.test_size = 0}), value_error);
  CHECK_THROWS_AS(train_test_split(x, {.test_size = 4}), value_error);
  CHECK_THROWS_AS(train_test_split(arange(1)), value_error);
  CHECK_THROWS_AS(train_test_split(arange(0)), value_error);
  CHECK_THROWS_AS(train_test_split(x, {.random_state = -1}), value_error);
}

TEST_CASE("tensors that differ in rows, or have none, are refused") {
  CHECK_THROWS_WITH(train_test_split(arange(4), arange(5)),
                    ContainsSubstring("(4,)") && ContainsSubstring("(5,)"));
  CHECK_THROWS_AS(train_test_split(full({}, 1)), shape_error);
  CHECK_THROWS_AS(train_test_split(Tensor()), value_error);
}

// Elements by index, mask and window: second derivatives and what is refused. tests/parity has the values.
#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <tests/autodiff/naive.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::contains;
using testing::error_text;
using testing::numbers;

TEST_CASE("elements by index can be differentiated twice", "[indexing]") {
  const Tensor i = tensor({{0, 2, 2}, {1, 0, 1}});
  const std::pair<const char*, TensorFunction> functions[] = {
      {"gather", [&](const auto& x) { return gather(square(x[0]), 0, i); }},
      {"scatter_add", [&](const auto& x) { return scatter_add(square(x[0]), 0, i, square(x[1])); }},
      {"take", [&](const auto& x) { return take(square(x[0]), i); }},
      {"flip",
       [](const auto& x) {
         return flip(square(x[0]), {0, 1});
       }},
      {"roll", [](const auto& x) { return roll(square(x[0]), 2); }},
      {"repeat",
       [](const auto& x) {
         return repeat(square(x[0]), {2, 1, 2});
       }},
      {"sort", [](const auto& x) { return sort(square(x[0]), 1).values; }},
      {"windows",
       [](const auto& x) {
         return windows(square(x[0]), {2, 2}, {1, 1}, {1, 1});
       }},
      {"unfold", [](const auto& x) { return unfold(square(x[0]), 0, 2, 1); }},
      {"pad",
       [](const auto& x) {
         return pad(square(x[0]), {1, 0, 2, 1}, 3);
       }},
      {"tril", [](const auto& x) { return tril(square(x[0])); }},
      {"index",
       [&](const auto& x) {
         return index(square(x[0]), {Slice{1, 3}, i});
       }},
      {"index_put",
       [&](const auto& x) {
         return index_put(square(x[0]), {tensor({0, 2})}, square(x[1]));
       }},
  };
  const Tensor a = numbers({3, 3}).requires_grad_(), b = numbers({2, 3}).requires_grad_();
  for (const auto& [name, f] : functions) {
    INFO(name);
    CHECK(gradcheck(f, {a, b}));
    CHECK(gradgradcheck(f, {a, b}));
  }
}

TEST_CASE("of elements put twice the last one stays", "[indexing]") {
  const Tensor y = index_put(zeros({3}), {tensor({1, 1})}, tensor({5., 7.}));
  CHECK(equal(y, tensor({0., 7., 0.})));
}

TEST_CASE("a mask stands for as many axes as it has", "[indexing]") {
  const Tensor a = numbers({2, 2, 3});
  const Tensor mask = tensor({{true, false}, {true, true}});
  const Tensor rows = index(a, {mask});
  CHECK(equal(rows, stack({index(a, {0, 0}), index(a, {1, 0}), index(a, {1, 1})})));
  CHECK(equal(index(a, {mask, 2}), index(rows, {Ellipsis{}, 2})));
}

TEST_CASE("indices that are not there are refused with those that are", "[indexing]") {
  const Tensor a = zeros({2, 3});
  const std::string text = error_text<index_error>([&] { gather(a, 1, tensor({{3}, {0}})); });
  CHECK(contains(text, "gather: there is no index 3 on an axis of 3"));
  CHECK(contains(text, "-3 to 2"));
  CHECK(contains(error_text<dtype_error>([&] { gather(a, 1, tensor({{0.}, {0.}})); }), "to(int64)"));
  CHECK_THROWS_AS(gather(a, 0, tensor({0, 1})), shape_error);
  CHECK_THROWS_AS(gather(a, 0, zeros({1, 4}, int64)), shape_error);
  CHECK_THROWS_AS(scatter_add(a, 0, zeros({1, 3}, int64), zeros({1, 2})), shape_error);
  CHECK_THROWS_AS(take(a, tensor({6})), index_error);
  CHECK(contains(error_text<index_error>([&] { one_hot(tensor({0, 3}), 3); }), "do not number 3 classes"));
  CHECK_THROWS_AS(one_hot(tensor({-1, 3})), index_error);
  CHECK_THROWS_AS(one_hot(tensor({0., 1.})), dtype_error);
}

TEST_CASE("brackets refuse what is not there", "[indexing]") {
  const Tensor a = zeros({2, 3});
  CHECK_THROWS_AS(index(a, {2}), index_error);
  CHECK_THROWS_AS(index(a, {0, 0, 0}), index_error);
  CHECK_THROWS_AS(index(a, {Ellipsis{}, Ellipsis{}}), index_error);
  CHECK_THROWS_AS(index(a, {tensor({0, 2})}), index_error);
  CHECK_THROWS_AS(index(a, {tensor({0, 1}), tensor({0, 1, 2})}), shape_error);
  CHECK_THROWS_AS(index(a, {tensor({true, false, true})}), index_error);
  CHECK_THROWS_AS(index(a, {tensor({0.5})}), dtype_error);
  CHECK_THROWS_AS(index_put(a, {0}, zeros({2})), shape_error);
}

TEST_CASE("pieces, masks, windows and orders refuse what does not fit", "[indexing]") {
  const Tensor a = zeros({2, 3});
  CHECK_THROWS_AS(narrow(a, 1, 2, 2), index_error);
  CHECK_THROWS_AS(split(a, 0, 1), value_error);
  CHECK_THROWS_AS(split(a, std::vector<std::int64_t>{1, 1}, 1), shape_error);
  CHECK_THROWS_AS(chunk(a, 0), value_error);
  CHECK_THROWS_AS(flatten(a, 1, 0), index_error);
  CHECK_THROWS_AS(masked_fill(a, zeros({2, 3}), 1), dtype_error);
  CHECK_THROWS_AS(masked_select(a, tensor({true, false})), shape_error);
  CHECK_THROWS_AS(tril(zeros({3})), shape_error);
  CHECK_THROWS_AS(topk(a, 4), index_error);
  CHECK_THROWS_AS(sort(a, 2), index_error);
  CHECK_THROWS_AS(pad(a, {1}), shape_error);
  CHECK_THROWS_AS(pad(a, {-1, 0}), shape_error);
  CHECK_THROWS_AS(windows(a, {3, 3}, {1, 1}, {1, 1}), shape_error);
  CHECK_THROWS_AS(windows(a, {1, 1}, {0, 1}, {1, 1}), shape_error);
  CHECK_THROWS_AS(windows(a, {1, 1}, {1}, {1, 1}), shape_error);
  CHECK_THROWS_AS(unfold(a, 0, 3, 1), shape_error);
  CHECK_THROWS_AS(repeat(a, {2}), shape_error);
}

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

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
using testing::at;
using testing::build;
using testing::error_text;
using testing::numbers;
using testing::Place;
using testing::values;

namespace {

using Tensors = std::vector<Tensor>;

/// Values against `expected`, gradients and second derivatives against differences.
void check(const TensorFunction& f, const Tensors& x, const Tensor& expected) {
  for (const Tensor& input : x) input.requires_grad_();
  CHECK(f(x).shape() == expected.shape());
  CHECK(equal(f(x), expected));
  CHECK(gradcheck(f, x));
  CHECK(gradgradcheck(f, x));
}

/// The elements of `a` in their order, under another shape.
Tensor as_shape(const Tensor& a, const Shape& shape) {
  const auto elements = values<double>(a);
  std::size_t next = 0;
  return build(shape, [&](const Place&) { return elements[next++]; });
}

constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("reshape, squeeze and unsqueeze keep the elements", "[indexing]") {
  const Tensor a = numbers({2, 3, 1});
  for (const Shape& shape : {Shape{3, 2}, Shape{6}, Shape{1, 6, 1}, Shape{2, 3, 1}})
    check([&](const Tensors& x) { return reshape(x[0], shape); }, {a}, as_shape(a, shape));
  check([](const Tensors& x) { return x[0].reshape({-1, 2}); }, {a}, as_shape(a, {3, 2}));
  check([](const Tensors& x) { return x[0].reshape({2, -1, 3}); }, {a}, as_shape(a, {2, 1, 3}));
  check([](const Tensors& x) { return x[0].reshape({}); }, {numbers({1, 1})}, numbers({}));
  CHECK(reshape(zeros({0, 3}), {-1, 3}).shape() == Shape{0, 3});
  CHECK(reshape(zeros({0, 3}), {5, 0}).shape() == Shape{5, 0});

  check([](const Tensors& x) { return squeeze(x[0]); }, {a}, as_shape(a, {2, 3}));
  check([](const Tensors& x) { return x[0].squeeze({-1}); }, {a}, as_shape(a, {2, 3}));
  check([](const Tensors& x) { return squeeze(x[0], {0}); }, {a}, a);  // its extent is not 1
  check(
      [](const Tensors& x) {
        return squeeze(x[0], {0, 2});
      },
      {numbers({1, 2, 1})}, as_shape(numbers({2}), {2}));
  CHECK(squeeze(ones({1, 1})).dim() == 0);

  for (const auto& [axis, shape] : {std::pair<int, Shape>{0, {1, 2, 3, 1}},
                                    {1, {2, 1, 3, 1}},
                                    {3, {2, 3, 1, 1}},
                                    {-1, {2, 3, 1, 1}},
                                    {-2, {2, 3, 1, 1}},
                                    {-4, {1, 2, 3, 1}}}) {
    check([axis = axis](const Tensors& x) { return unsqueeze(x[0], axis); }, {a}, as_shape(a, shape));
  }
  CHECK(unsqueeze(ones({}), 0).shape() == Shape{1});
}

TEST_CASE("reshape, squeeze and unsqueeze refuse what does not fit", "[indexing]") {
  const Tensor a = ones({2, 3});
  const std::string text = error_text<shape_error>([&] { a.reshape({4, -1}); });
  const auto line = "tests/autodiff/indexing/indexing.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(text, ContainsSubstring("6 elements do not fill the shape (4, -1)") && ContainsSubstring(line));
  CHECK_THROWS_AS(reshape(a, {7}), shape_error);
  CHECK_THROWS_AS(reshape(a, {-1, -1}), shape_error);
  CHECK_THROWS_AS(reshape(a, {-2, -3}), shape_error);
  CHECK_THROWS_AS(reshape(a, {far, far}), shape_error);
  CHECK_THROWS_AS(reshape(a, {far, far, -1}), shape_error);
  CHECK_THROWS_AS(reshape(a, {}), shape_error);
  CHECK_THROWS_AS(squeeze(a, {2}), index_error);
  CHECK_THROWS_AS(unsqueeze(a, 3), index_error);
  CHECK_THROWS_AS(unsqueeze(a, -4), index_error);
}

TEST_CASE("slice takes what Python's slices take", "[indexing]") {
  const Tensor a = numbers({5, 3});
  struct Case {
    std::int64_t start, stop, step;
    std::vector<std::int64_t> rows;
  };
  const std::vector<Case> cases{{0, 5, 1, {0, 1, 2, 3, 4}},
                                {1, 4, 1, {1, 2, 3}},
                                {0, 5, 2, {0, 2, 4}},
                                {1, 5, 2, {1, 3}},
                                {0, 5, 3, {0, 3}},
                                {0, 5, 7, {0}},
                                {-2, 5, 1, {3, 4}},
                                {0, -1, 1, {0, 1, 2, 3}},
                                {-100, 100, 1, {0, 1, 2, 3, 4}},
                                {-far, far, far, {0}},
                                {3, 3, 1, {}},
                                {4, 2, 1, {}},
                                {9, 12, 1, {}},
                                {2, 3, 1, {2}}};
  for (const Case& one : cases) {
    INFO(one.start << ":" << one.stop << ":" << one.step);
    const auto n = static_cast<std::int64_t>(one.rows.size());
    const auto row = [&](std::int64_t i) { return one.rows[static_cast<std::size_t>(i)]; };
    check([&](const Tensors& x) { return slice(x[0], 0, one.start, one.stop, one.step); }, {a},
          build({n, 3}, [&](const Place& i) {
            return at(a, {row(i[0]), i[1]});
          }));
    const Tensor t = build({2, 5}, [&](const Place& i) { return at(a, {i[1], i[0]}); });
    check([&](const Tensors& x) { return x[0].slice(-1, one.start, one.stop, one.step); }, {t},
          build({2, n}, [&](const Place& i) {
            return at(t, {i[0], row(i[1])});
          }));
  }
  const Tensor cube = numbers({2, 4, 3});
  check([](const Tensors& x) { return slice(x[0], 1, 1, 4, 2); }, {cube},
        build({2, 2, 3}, [&](const Place& i) {
          return at(cube, {i[0], 1 + 2 * i[1], i[2]});
        }));
}

TEST_CASE("select takes one index and drops the axis", "[indexing]") {
  const Tensor a = numbers({2, 4, 3});
  check([](const Tensors& x) { return select(x[0], 0, 1); }, {a}, build({4, 3}, [&](const Place& i) {
          return at(a, {1, i[0], i[1]});
        }));
  check([](const Tensors& x) { return select(x[0], 1, -1); }, {a}, build({2, 3}, [&](const Place& i) {
          return at(a, {i[0], 3, i[1]});
        }));
  check([](const Tensors& x) { return select(x[0], -1, 2); }, {a}, build({2, 4}, [&](const Place& i) {
          return at(a, {i[0], i[1], 2});
        }));
  check([](const Tensors& x) { return select(x[0], 0, 2); }, {numbers({3})},
        build({}, [](const Place&) { return values<double>(numbers({3}))[2]; }));
}

TEST_CASE("x[i] is along the first axis, with a gradient", "[indexing]") {
  const Tensor x = tensor({{1., 2., 3.}, {4., 5., 6.}}, float64).requires_grad_();
  CHECK(equal(x[1], tensor({4., 5., 6.}, float64)));
  CHECK(x[-1][0].item() == 4);
  CHECK(equal(x[tensor({1, 0, 1})], index(x, {tensor({1, 0, 1})})));
  CHECK(equal(x[x > 2.5], tensor({3., 4., 5., 6.}, float64)));
  CHECK(gradcheck([](const Tensor& a) { return square(a[1]) + a[0][2]; }, x).ok);
  const auto at = std::to_string(__LINE__ + 1);
  const std::string beyond = error_text<index_error>([&] { x[2]; });
  CHECK_THAT(beyond, ContainsSubstring("indexing.cpp:" + at) && ContainsSubstring("-2 to 1"));
  CHECK_THAT(error_text<index_error>([&] { x[1.5]; }), ContainsSubstring("there is no element 1.5"));
  CHECK_THAT(error_text<value_error>([] { Tensor()[0]; }), ContainsSubstring("undefined"));
  CHECK_THROWS_AS(tensor(1.)[0], index_error);
}

TEST_CASE("index_select takes indices in any order, and again", "[indexing]") {
  const Tensor a = numbers({3, 4});
  check(
      [](const Tensors& x) {
        return index_select(x[0], 0, tensor({2, 0, 2, -1}));
      },
      {a}, build({4, 4}, [&](const Place& i) {
        return at(a, {std::vector<std::int64_t>{2, 0, 2, 2}[static_cast<std::size_t>(i[0])], i[1]});
      }));
  check(
      [](const Tensors& x) {
        return index_select(x[0], 1, tensor({3, 3, 1}));
      },
      {a}, build({3, 3}, [&](const Place& i) {
        return at(a, {i[0], std::vector<std::int64_t>{3, 3, 1}[static_cast<std::size_t>(i[1])]});
      }));
  check([](const Tensors& x) { return index_select(x[0], 0, zeros({0}, int64)); }, {a},
        zeros({0, 4}, float64));
  const Tensor cube = numbers({2, 3, 2});
  check(
      [](const Tensors& x) {
        return index_select(x[0], -2, tensor({1, 1, 0}));
      },
      {cube}, build({2, 3, 2}, [&](const Place& i) {
        return at(cube, {i[0], i[1] < 2 ? 1 : 0, i[2]});
      }));
}

TEST_CASE("indices that do not exist are refused", "[indexing]") {
  const Tensor a = ones({2, 3});
  const std::string text = error_text<index_error>([&] { select(a, 1, 3); });
  const auto line = "tests/autodiff/indexing/indexing.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(text, ContainsSubstring("no index 3 on an axis of 3") && ContainsSubstring(line));
  CHECK_THROWS_AS(select(a, 0, -3), index_error);
  CHECK_THROWS_AS(select(a, 2, 0), index_error);
  CHECK_THROWS_AS(select(ones({}), 0, 0), index_error);
  CHECK_THROWS_AS(slice(a, 2, 0, 1), index_error);
  CHECK_THAT(error_text<index_error>([&] { slice(a, 0, 0, 2, 0); }), ContainsSubstring("step 0"));
  CHECK_THROWS_AS(slice(a, 0, 2, 0, -1), index_error);
  CHECK_THAT(error_text<index_error>([&] {
               index_select(a, 0, tensor({0, 2}));
             }),
             ContainsSubstring("no index 2"));
  CHECK_THROWS_AS(index_select(a, 0, tensor({-3})), index_error);
  CHECK_THROWS_AS(index_select(a, 0, tensor({1.})), dtype_error);
  CHECK_THROWS_AS(index_select(a, 0, tensor({{1}})), dtype_error);
}

TEST_CASE("cat and stack", "[indexing]") {
  const Tensor a = numbers({2, 3}, 1), b = numbers({1, 3}, 2), c = numbers({2, 2}, 3),
               empty_rows = numbers({0, 3});
  check([](const Tensors& x) { return cat(x); }, {a, b}, build({3, 3}, [&](const Place& i) {
          return i[0] < 2 ? at(a, i) : at(b, {0, i[1]});
        }));
  check([](const Tensors& x) { return concat(x, 0); }, {b, empty_rows, a}, build({3, 3}, [&](const Place& i) {
          return i[0] < 1 ? at(b, i) : at(a, {i[0] - 1, i[1]});
        }));
  check([](const Tensors& x) { return cat(x, -1); }, {a, c}, build({2, 5}, [&](const Place& i) {
          return i[1] < 3 ? at(a, i) : at(c, {i[0], i[1] - 3});
        }));
  check(
      [](const Tensors& x) {
        return cat({x[0], x[0]}, 1);
      },
      {c}, build({2, 4}, [&](const Place& i) {
        return at(c, {i[0], i[1] % 2});
      }));
  check([](const Tensors& x) { return cat(x); }, {a}, a);

  const Tensor d = numbers({2, 3}, 4);
  const Tensors pair{a, d};
  for (const int axis : {0, 1, 2, -1}) {
    const std::size_t where = axis == -1 ? 2 : static_cast<std::size_t>(axis);
    Place extents{2, 3};
    extents.insert(extents.begin() + static_cast<std::ptrdiff_t>(where), 2);
    check([&](const Tensors& x) { return stack(x, axis); }, pair, build(extents, [&](const Place& i) {
            Place rest = i;
            rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(where));
            return at(pair[static_cast<std::size_t>(i[where])], rest);
          }));
  }
  CHECK(stack({ones({}), zeros({})}).shape() == Shape{2});
  CHECK(cat({ones({1}, int64), ones({1}, float32)}).dtype() == float32);
}

TEST_CASE("cat and stack refuse what does not fit", "[indexing]") {
  const Tensor a = ones({2, 3}), b = ones({2, 2});
  CHECK_THAT(error_text<shape_error>([&] {
               cat({a, b});
             }),
             ContainsSubstring("(2, 3)") && ContainsSubstring("(2, 2)") &&
                 ContainsSubstring("along the only one that differs"));
  CHECK_THROWS_AS(cat({a, ones({3})}), shape_error);
  CHECK_THROWS_AS(cat({a, a}, 2), index_error);
  CHECK_THROWS_AS(cat({ones({}), ones({})}), index_error);
  CHECK_THROWS_AS(cat({}), value_error);
  CHECK_THAT(error_text<value_error>([&] {
               cat({ones({2}), Tensor()});
             }),
             ContainsSubstring("cat: tensors[1] is undefined"));
  CHECK_THAT(error_text<value_error>([&] { stack({Tensor()}); }),
             ContainsSubstring("stack: tensors[0] is undefined"));
  CHECK_THAT(error_text<value_error>([] { sort(Tensor()); }), StartsWith("value_error: sort: "));
  CHECK_THAT(error_text<shape_error>([&] { stack({a, b}); }), StartsWith("shape_error: stack:"));
  CHECK_THAT(error_text<value_error>([] { stack({}); }), StartsWith("value_error: stack:"));
  CHECK_THAT(error_text<index_error>([&] { stack({a, a}, 3); }), StartsWith("index_error: stack:"));
}

TEST_CASE("selections work on every dtype", "[indexing]") {
  const Tensor whole = tensor({{1, 2}, {3, 4}}), flags = tensor({{true, false}, {false, true}});
  CHECK(values<std::int64_t>(slice(whole, 0, 1, 2)) == std::vector<std::int64_t>{3, 4});
  CHECK(values<std::int64_t>(cat({whole, whole.reshape({1, 4}).reshape({2, 2})}, 1)) ==
        std::vector<std::int64_t>{1, 2, 1, 2, 3, 4, 3, 4});
  CHECK(values<bool>(select(flags, 0, 1)) == std::vector<bool>{false, true});
  CHECK(values<bool>(index_select(flags, 0, tensor({1, 0}))) == std::vector<bool>{false, true, true, false});
}

TEST_CASE("results have memory of their own", "[indexing]") {
  Tensor a = ones({2, 2});
  const Tensor same_shape = reshape(a, {2, 2}), all = slice(a, 0, 0, 2), one = cat({a}),
               squeezed = squeeze(a), copy = a.clone(), apart = a.detach(), converted = a.to(float64);
  a.fill_(7);
  for (const Tensor& b : {same_shape, all, one, squeezed, copy, apart}) CHECK(values<float>(b)[0] == 1);
  CHECK(values<double>(converted)[0] == 1);
}

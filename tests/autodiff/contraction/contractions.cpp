#include <cmath>
#include <string>
#include <vector>

#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <tests/autodiff/naive.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::at;
using testing::build;
using testing::each_index;
using testing::error_text;
using testing::numbers;
using testing::Place;
using testing::values;

namespace {

using Tensors = std::vector<Tensor>;

/// Values against `expected`, gradients and second derivatives against differences.
void check(const TensorFunction& f, const Tensors& x, const Tensor& expected) {
  for (const Tensor& input : x) input.requires_grad_();
  const Tensor y = f(x);
  REQUIRE(y.shape() == expected.shape());
  CHECK(allclose(y, expected, 1e-14, 1e-14));
  CHECK(gradcheck(f, x));
  CHECK(gradgradcheck(f, x));
}

/// The sum over axes for which reduced holds, which stay with extent 1.
Tensor naive_sum(const Tensor& a, const std::vector<bool>& reduced) {
  Shape shape = a.shape();
  for (std::size_t axis = 0; axis < shape.size(); ++axis) shape[axis] = reduced[axis] ? 1 : shape[axis];
  return build(shape, [&](const Place& index) {
    double sum = 0;
    each_index(a.shape(), [&](const Place& i) {
      bool belongs = true;
      for (std::size_t axis = 0; axis < i.size(); ++axis)
        belongs = belongs && (reduced[axis] || i[axis] == index[axis]);
      if (belongs) sum += at(a, i);
    });
    return sum;
  });
}

Tensor without_ones(const Tensor& a, const std::vector<bool>& dropped) {
  std::vector<std::int64_t> kept;
  for (std::size_t axis = 0; axis < dropped.size(); ++axis) {
    if (!dropped[axis]) kept.push_back(a.shape()[axis]);
  }
  const auto elements = values<double>(a);
  std::size_t next = 0;
  return build(kept, [&](const Place&) { return elements[next++]; });
}

}  // namespace

TEST_CASE("sum and mean over every choice of axes, with and without keepdim", "[contractions]") {
  for (const Shape& shape : {Shape{2, 3, 4}, Shape{3, 1, 2}, Shape{1, 1, 1}}) {
    const Tensor a = numbers(shape);
    for (unsigned choice = 1; choice < 8; ++choice) {
      std::vector<bool> reduced(3);
      std::vector<std::int64_t> axes, from_the_back;
      double count = 1;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        reduced[axis] = (choice >> axis & 1) != 0;
        if (!reduced[axis]) continue;
        axes.push_back(static_cast<std::int64_t>(axis));
        from_the_back.push_back(static_cast<std::int64_t>(axis) - 3);
        count *= static_cast<double>(shape[axis]);
      }
      INFO(to_string(shape) << " over " << to_string(Shape(axes)));
      const Tensor kept = naive_sum(a, reduced), dropped = without_ones(kept, reduced);
      const auto divided = [&](const Tensor& s) {
        std::size_t next = 0;
        return build(s.shape(), [&](const Place&) { return values<double>(s)[next++] / count; });
      };
      check([&](const Tensors& x) { return sum(x[0], axes, true); }, {a}, kept);
      check([&](const Tensors& x) { return sum(x[0], axes); }, {a}, dropped);
      check([&](const Tensors& x) { return x[0].sum(from_the_back, true); }, {a}, kept);
      check([&](const Tensors& x) { return mean(x[0], axes, true); }, {a}, divided(kept));
      check([&](const Tensors& x) { return x[0].mean(from_the_back); }, {a}, divided(dropped));
    }
    CHECK(sum(a).item() == Approx(sum(a, {0, 1, 2}).item()));
    CHECK(sum(a, {}, true).shape() == Shape{1, 1, 1});
    CHECK(mean(a).item() == sum(a).item() / static_cast<double>(a.numel()));
  }
  check([](const Tensors& x) { return sum(x[0]); }, {numbers({})}, numbers({}));
}

TEST_CASE("sum and mean of nothing, of integers and of booleans", "[contractions]") {
  CHECK(sum(zeros({0, 3})).item() == 0);
  CHECK(values<float>(sum(zeros({0, 3}), {0})) == std::vector<float>{0, 0, 0});
  CHECK(sum(zeros({0, 3}), {1}).shape() == Shape{0});
  CHECK(std::isnan(mean(zeros({0})).item()));
  CHECK(sum(tensor({{1, 2}, {3, 4}})).item<std::int64_t>() == 10);
  CHECK(values<std::int64_t>(sum(tensor({{1, 2}, {3, 4}}), {0})) == std::vector<std::int64_t>{4, 6});
  CHECK(sum(tensor({true, true, false})).dtype() == int64);
  CHECK(sum(tensor({true, true, false})).item<std::int64_t>() == 2);
  CHECK_THAT(error_text<dtype_error>([] { mean(tensor({1, 2})); }), ContainsSubstring("to(float64)"));
}

TEST_CASE("axes that do not exist, or are named twice, are refused", "[contractions]") {
  const Tensor a = ones({2, 3});
  CHECK_THAT(error_text<index_error>([&] { sum(a, {2}); }), StartsWith("index_error: sum:") &&
                                                                ContainsSubstring("no axis 2 among 2 axes") &&
                                                                ContainsSubstring("-2 to -1"));
  CHECK_THROWS_AS(sum(a, {-3}), index_error);
  CHECK_THAT(error_text<index_error>([&] { mean(a, {2}); }), StartsWith("index_error: mean:"));
  CHECK_THAT(error_text<index_error>([&] { sum(a, {0, 0}); }), ContainsSubstring("twice"));
  CHECK_THROWS_AS(mean(a, {1, -1}), index_error);
}

TEST_CASE("matmul of all ranks", "[contractions]") {
  struct Case {
    Shape a, b, result;
  };
  const std::vector<Case> cases{{{3}, {3}, {}},
                                {{2, 3}, {3}, {2}},
                                {{3}, {3, 2}, {2}},
                                {{2, 3}, {3, 4}, {2, 4}},
                                {{1, 1}, {1, 1}, {1, 1}},
                                {{5, 2, 3}, {3, 4}, {5, 2, 4}},
                                {{2, 3}, {5, 3, 4}, {5, 2, 4}},
                                {{5, 2, 3}, {5, 3, 4}, {5, 2, 4}},
                                {{1, 2, 3}, {5, 3, 4}, {5, 2, 4}},
                                {{5, 2, 3}, {1, 3, 4}, {5, 2, 4}},
                                {{3}, {5, 3, 4}, {5, 4}},
                                {{5, 2, 3}, {3}, {5, 2}},
                                {{2, 1, 2, 3}, {5, 3, 2}, {2, 5, 2, 2}},
                                {{2, 1, 2, 3}, {1, 5, 3, 2}, {2, 5, 2, 2}},
                                {{2, 0}, {0, 3}, {2, 3}},
                                {{0, 3}, {3, 2}, {0, 2}},
                                {{0, 2, 3}, {3, 2}, {0, 2, 2}}};
  for (const Case& one : cases) {
    INFO(to_string(one.a) << " times " << to_string(one.b));
    const Tensor a = numbers(one.a, 1), b = numbers(one.b, 2);
    const bool vector_a = one.a.size() == 1, vector_b = one.b.size() == 1;
    const Tensor expected = build(one.result, [&](const Place& index) {
      Place batch = index;
      std::int64_t row = 0, column = 0;
      if (!vector_b) column = batch.back(), batch.pop_back();
      if (!vector_a) row = batch.back(), batch.pop_back();
      const auto element = [&](const Tensor& x, std::int64_t i, std::int64_t j) {
        Place full(x.shape().size() - 2);
        for (std::size_t k = 0; k < full.size(); ++k)
          full[k] = x.shape()[k] == 1 ? 0 : batch[batch.size() - full.size() + k];
        full.push_back(i);
        full.push_back(j);
        return at(x, full);
      };
      double sum = 0;
      for (std::int64_t j = 0; j < a.size(-1); ++j)
        sum += (vector_a ? at(a, {j}) : element(a, row, j)) * (vector_b ? at(b, {j}) : element(b, j, column));
      return sum;
    });
    check([](const Tensors& x) { return matmul(x[0], x[1]); }, {a, b}, expected);
  }
}

TEST_CASE("matmul promotes, and refuses shapes with a cure", "[contractions]") {
  CHECK(matmul(ones({2, 2}, float32), ones({2, 2}, float64)).dtype() == float64);
  CHECK(values<std::int64_t>(matmul(tensor({{1, 2}, {3, 4}}), tensor({5, 6}))) ==
        std::vector<std::int64_t>{17, 39});
  const Tensor a = ones({2, 3}), b = ones({4, 3});
  const std::string text = error_text<shape_error>([&] { a.matmul(b); });
  const auto line = "tests/autodiff/contraction/contractions.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(text, StartsWith("shape_error: matmul: the contracted axes differ") && ContainsSubstring(line) &&
                       ContainsSubstring("(2, 3)") && ContainsSubstring("(4, 3)") &&
                       ContainsSubstring("B.t()"));
  CHECK_THAT(error_text<shape_error>([&] {
               matmul(a, ones({2, 4}));
             }),
             ContainsSubstring("A.t() if you meant C_ik = A_ji B_jk"));
  CHECK_THAT(error_text<shape_error>([&] {
               matmul(ones({5, 3}), ones({5}));
             }),
             ContainsSubstring("A.t() if you meant C_i = A_ji B_j"));
  CHECK_THAT(error_text<shape_error>([&] {
               matmul(ones({2, 3, 4}), ones({3, 5}));
             }),
             ContainsSubstring("A.transpose(-2, -1) if you meant"));
  CHECK_THAT(error_text<shape_error>([&] { matmul(a, ones({4, 4})); }), ContainsSubstring("3 and 4"));
  CHECK_THAT(error_text<shape_error>([&] { matmul(a, ones({})); }), ContainsSubstring("no axis"));
  CHECK_THAT(error_text<shape_error>([&] {
               matmul(ones({2, 2, 3}), ones({3, 3, 2}));
             }),
             ContainsSubstring("batch axes"));
  CHECK_THROWS_AS(matmul(ones({3}), ones({4})), shape_error);
}

TEST_CASE("dot and outer", "[contractions]") {
  const Tensor a = numbers({3}, 1), b = numbers({3}, 2), c = numbers({2}, 3);
  check([](const Tensors& x) { return dot(x[0], x[1]); }, {a, b}, build({}, [&](const Place&) {
          return at(a, {0}) * at(b, {0}) + at(a, {1}) * at(b, {1}) + at(a, {2}) * at(b, {2});
        }));
  check([](const Tensors& x) { return outer(x[0], x[1]); }, {a, c},
        build({3, 2}, [&](const Place& i) { return at(a, {i[0]}) * at(c, {i[1]}); }));
  CHECK(dot(zeros({0}), zeros({0})).item() == 0);
  CHECK(outer(zeros({0}), ones({3})).shape() == Shape{0, 3});
  CHECK(dot(ones({2}, float32), ones({2}, float64)).dtype() == float64);
  CHECK_THAT(error_text<shape_error>([&] { dot(a, c); }),
             StartsWith("shape_error: dot:") && ContainsSubstring("(2,)"));
  CHECK_THROWS_AS(dot(ones({2, 2}), ones({2, 2})), shape_error);
  CHECK_THROWS_AS(outer(ones({2, 2}), ones({2})), shape_error);
}

TEST_CASE("transpose and permute", "[contractions]") {
  const Tensor a = numbers({2, 3, 4});
  const Tensor swapped = build({4, 3, 2}, [&](const Place& i) { return at(a, {i[2], i[1], i[0]}); });
  check([](const Tensors& x) { return transpose(x[0], 0, 2); }, {a}, swapped);
  check([](const Tensors& x) { return x[0].transpose(-1, -3); }, {a}, swapped);
  check([](const Tensors& x) { return transpose(x[0], 1, 1); }, {a}, a);
  check(
      [](const Tensors& x) {
        return permute(x[0], {2, 0, -2});
      },
      {a}, build({4, 2, 3}, [&](const Place& i) {
        return at(a, {i[1], i[2], i[0]});
      }));
  const Tensor matrix = numbers({2, 3});
  check([](const Tensors& x) { return x[0].t(); }, {matrix}, build({3, 2}, [&](const Place& i) {
          return at(matrix, {i[1], i[0]});
        }));
  CHECK(numbers({3}).t().shape() == Shape{3});
  CHECK(permute(ones({}), {}).dim() == 0);
  CHECK(transpose(zeros({0, 3}), 0, 1).shape() == Shape{3, 0});
  CHECK(values<bool>(tensor({{true, false}, {true, true}}).t()) ==
        std::vector<bool>{true, true, false, true});

  CHECK_THAT(error_text<shape_error>([&] { a.t(); }), ContainsSubstring("permute"));
  CHECK_THROWS_AS(transpose(a, 0, 3), index_error);
  CHECK_THAT(error_text<index_error>([&] { permute(a, {0, 1}); }), ContainsSubstring("(0, 1)"));
  CHECK_THROWS_AS(permute(a, {0, 1, 1}), index_error);
  CHECK_THROWS_AS(permute(a, {0, 1, 3}), index_error);
}

TEST_CASE("expand repeats, sum_to sums what was repeated", "[contractions]") {
  const Tensor column = numbers({3, 1});
  const Tensor wide = build({2, 3, 4}, [&](const Place& i) { return at(column, {i[1], 0}); });
  check([](const Tensors& x) { return expand(x[0], {2, 3, 4}); }, {column}, wide);
  check([](const Tensors& x) { return expand(x[0], {2, -1, 4}); }, {column}, wide);
  check([](const Tensors& x) { return expand(x[0], {3, 1}); }, {column}, column);
  check([](const Tensors& x) { return expand(x[0], {2}); }, {numbers({})},
        build({2}, [&](const Place&) { return numbers({}).item(); }));
  CHECK(expand(ones({1}), {0}).shape() == Shape{0});

  const Tensor a = numbers({2, 3, 4});
  check(
      [](const Tensors& x) {
        return sum_to(x[0], {3, 1});
      },
      {a}, without_ones(naive_sum(a, {true, false, true}), {true, false, false}));
  check([](const Tensors& x) { return sum_to(x[0], {}); }, {a},
        without_ones(naive_sum(a, {true, true, true}), {true, true, true}));
  check([](const Tensors& x) { return sum_to(x[0], {2, 3, 4}); }, {a}, a);
  CHECK(values<float>(sum_to(zeros({0, 2}), {2})) == std::vector<float>{0, 0});
  CHECK(values<std::int64_t>(sum_to(tensor({{1, 2}, {3, 4}}), {1})) == std::vector<std::int64_t>{10});
  CHECK(values<float>(sum_to(tensor({{1., 2.}, {3., 4.}}), {1, 1})) == std::vector<float>{10});

  CHECK_THAT(error_text<shape_error>([&] {
               expand(column, {2, 4});
             }),
             ContainsSubstring("(3, 1)") && ContainsSubstring("(2, 4)"));
  CHECK_THROWS_AS(expand(a, {3, 4}), shape_error);
  CHECK_THROWS_AS(expand(column, {-1, 3, 1}), shape_error);
  CHECK_THAT(error_text<shape_error>([&] {
               sum_to(a, {3, 2});
             }),
             StartsWith("shape_error: sum_to:") && ContainsSubstring("(3, 2)"));
  const int line = __LINE__ + 1;
  const auto sum_to_unlike = [&] { return sum_to(ones({3}), 2); };
  CHECK_THAT(error_text<shape_error>(sum_to_unlike),
             ContainsSubstring("tests/autodiff/contraction/contractions.cpp:" + std::to_string(line) + "\n"));
  CHECK_THROWS_AS(sum_to(ones({3}), {1, 3}), shape_error);
  CHECK_THROWS_AS(sum_to(ones({3}), {1, 1}), shape_error);
}

TEST_CASE("einsum of many operands multiplies the cheapest pair first") {
  // From left to right a matrix of 200,000 by 200,000 would stand in between.
  const std::int64_t n = 200'000;
  const Tensor a = ones({n}, float64), b = full({n}, 2, float64).requires_grad_();
  const Tensor y = einsum("i,j,j->i", a, b, b);
  CHECK(y.shape() == Shape{n});
  CHECK(y.slice(0, 7, 8).item() == 4. * static_cast<double>(n));
  sum(y).backward();
  CHECK(b.grad().slice(0, 0, 1).item() == 4. * static_cast<double>(n));
}

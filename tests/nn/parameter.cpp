#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <nn/parameter.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using nn::Parameter;
using testing::error_text;
using testing::values;

TEST_CASE("a parameter is a leaf that requires a gradient") {
  const Parameter p(ones({2}));
  CHECK(p.is_leaf());
  CHECK(p.requires_grad());
  CHECK(!Parameter().defined());
  CHECK(!Parameter(Tensor()).defined());
}

TEST_CASE("a parameter owns its memory: a tensor that others hold is copied") {
  Tensor shared = ones({2});
  const Parameter p(shared);
  shared.fill_(5);
  CHECK(values<float>(p) == std::vector<float>{1, 1});
  CHECK(!shared.requires_grad());

  const Tensor x = ones({2}).requires_grad_();
  const Parameter of_result(x * 2);
  CHECK(of_result.is_leaf());
  CHECK(values<float>(of_result) == std::vector<float>{2, 2});
}

TEST_CASE("a copy is a clone") {
  const Parameter p(ones({2}));
  p.set_grad(ones({2}));
  Parameter copy = p;
  CHECK(!copy.is(p));
  CHECK(copy.requires_grad());
  CHECK(!copy.grad().defined());
  copy = tensor({3., 4.});
  CHECK(values<float>(p) == std::vector<float>{1, 1});
  p.requires_grad_(false);
  CHECK(!Parameter(p).requires_grad());
  CHECK(!Parameter(Parameter()).defined());
}

TEST_CASE("a move hands the memory over") {
  Parameter p(ones({2}));
  const float* memory = p.span<float>().data();
  const Parameter moved = std::move(p);
  CHECK(moved.span<float>().data() == memory);
}

TEST_CASE("assignment writes into the memory that is there") {
  Parameter p(ones({2}));
  const Tensor handle = p;
  const float* memory = p.span<float>().data();

  p = tensor({3., 4.});
  CHECK(values<float>(handle) == std::vector<float>{3, 4});
  p = Parameter(tensor({5., 6.}));
  CHECK(values<float>(handle) == std::vector<float>{5, 6});
  const Parameter other(tensor({7., 8.}));
  p = other;
  CHECK(values<float>(handle) == std::vector<float>{7, 8});
  p = handle * 2;
  CHECK(values<float>(handle) == std::vector<float>{14, 16});
  const Parameter& itself = p;
  p = itself;
  CHECK(values<float>(handle) == std::vector<float>{14, 16});

  CHECK(p.span<float>().data() == memory);
  CHECK(p.is_leaf());
  CHECK(p.requires_grad());
}

TEST_CASE("assignment to an undefined parameter makes one") {
  Parameter p;
  const Tensor source = ones({2});
  p = source;
  CHECK(p.requires_grad());
  CHECK(!p.is(source));
  CHECK(!source.requires_grad());
}

TEST_CASE("assignment refuses another shape, and nothing has changed then") {
  Parameter p(ones({2}));
  CHECK_THAT(error_text<shape_error>([&] { p = ones({3}); }),
             ContainsSubstring("p     = (2,)") && ContainsSubstring("v     = (3,)"));
  const int line = __LINE__ + 1;
  const auto assign = [&] { p = ones({3}); };
  CHECK_THAT(error_text<shape_error>(assign),
             ContainsSubstring("tests/nn/parameter.cpp:" + std::to_string(line) + "\n  p"));
  CHECK_THROWS_AS(p = ones({1}), shape_error);
  CHECK_THROWS_AS(p = Tensor(), value_error);
  CHECK(values<float>(p) == std::vector<float>{1, 1});
}

TEST_CASE("an assignment between forward and backward is noticed") {
  Parameter p(ones({2}));
  const Tensor y = square(p).sum();
  p = zeros({2});
  CHECK_THROWS_AS(y.backward(), graph_error);
}

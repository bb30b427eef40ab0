#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include <autodiff/backward.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/indexing/gather.hpp>
#include <autodiff/indexing/index.hpp>
#include <autodiff/indexing/mask.hpp>
#include <autodiff/indexing/slice.hpp>
#include <autodiff/tensor.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::values;

TEST_CASE("a shape is made from braces, one integer or a range", "[tensor]") {
  const int n = 4;
  const unsigned long m = 2;
  CHECK(Shape{n, 3} == Shape(std::vector<int>{4, 3}));
  CHECK(Shape{m, n} == Shape{2, 4});
  CHECK(Shape(5) == Shape{5});
  CHECK(Shape().numel() == 1);
  CHECK(Shape{2, 3, 4, 5, 6}.numel() == 720);
  CHECK(Shape{2, 0}.numel() == 0);
  CHECK(to_string(Shape{}) == "()");
  CHECK(to_string(Shape{3}) == "(3,)");
  CHECK(to_string(Shape{32, 784}) == "(32, 784)");
  Shape a{1, 2, 3, 4, 5};
  const Shape copy = a;
  const Shape moved = std::move(a);
  CHECK(copy == moved);
  a = Shape{7};
  CHECK(a == Shape{7});
  CHECK(copy != a);
}

TEST_CASE("a tensor knows its shape, size and dtype", "[tensor]") {
  const Tensor a = zeros({2, 3, 4}, float64);
  CHECK(a.dim() == 3);
  CHECK(a.numel() == 24);
  CHECK(a.size(1) == 3);
  CHECK(a.size(-1) == 4);
  CHECK(a.dtype() == float64);
  CHECK(a.defined());
  CHECK(!Tensor().defined());
  CHECK_THROWS_AS(a.size(3), index_error);
}

TEST_CASE("handles share the tensor", "[tensor]") {
  const Tensor a = zeros({2});
  Tensor b = a;
  b.fill_(3);
  CHECK(values<float>(a) == std::vector<float>{3, 3});
  CHECK(a.is(b));
  Tensor c = std::move(b);
  CHECK(c.is(a));
  c = zeros({2});
  CHECK(!c.is(a));
  CHECK(values<float>(a) == std::vector<float>{3, 3});
}

TEST_CASE("item takes the only element, in any type", "[tensor]") {
  CHECK(tensor(2.5).item() == 2.5);
  CHECK(tensor({{2.5}}).item<float>() == 2.5F);
  CHECK(tensor(7).item<std::int64_t>() == 7);
  CHECK(tensor(7).item() == 7);
  CHECK(tensor(true).item<bool>());
  const Tensor a = ones({2});
  const std::string text = error_text<shape_error>([&] { a.item(); });
  const std::string here = "autodiff/tensor.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(text, StartsWith("shape_error: item:") && ContainsSubstring("(2,)") && ContainsSubstring(here));
  CHECK_THROWS_AS(zeros({0}).item(), shape_error);
}

TEST_CASE("span gives the elements of their own type only", "[tensor]") {
  Tensor a = tensor({1., 2.});
  CHECK(a.span<float>()[1] == 2);
  a.mutable_span<float>()[1] = 5;
  CHECK(values<float>(a) == std::vector<float>{1, 5});
  const std::string text = error_text<dtype_error>([&] { a.span<double>(); });
  const std::string here = "autodiff/tensor.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(text, ContainsSubstring("float32, not float64") && ContainsSubstring("to(float64)") &&
                       ContainsSubstring(here));
  CHECK_THROWS_AS(a.mutable_span<std::int64_t>(), dtype_error);
  CHECK(zeros({0}).is_leaf());
}

TEST_CASE("an undefined tensor is refused wherever it is used", "[tensor]") {
  const Tensor none;
  CHECK_THAT(error_text<value_error>([&] { none.shape(); }), ContainsSubstring("undefined"));
  CHECK_THROWS_AS(none.item(), value_error);
  CHECK_THROWS_AS(none.detach(), value_error);
  CHECK_THROWS_AS(none.backward(), value_error);
  CHECK_THROWS_AS(none.sum(), value_error);
  CHECK_THROWS_AS(none + 1, value_error);
  CHECK_THROWS_AS(none.requires_grad_(), value_error);
  CHECK_THROWS_AS(none.grad(), value_error);
}

TEST_CASE("a gradient that is missing is told with the line that needs it", "[tensor]") {
  const Tensor w = ones({2}).requires_grad_();
  const auto here = [](int line) {
    return "undefined: it was never given a value     tests/autodiff/tensor.cpp:" + std::to_string(line);
  };
  const auto text = [](const std::function<void()>& f) { return error_text<value_error>(f); };
  CHECK_THAT(text([&] { 0.1 * w.grad(); }), ContainsSubstring(here(__LINE__)));
  CHECK_THAT(text([&] { matmul(w.grad(), w); }), ContainsSubstring(here(__LINE__)));
  CHECK_THAT(text([&] { w.grad().sum(); }), ContainsSubstring(here(__LINE__)));
  CHECK_THAT(text([&] { w.grad().item(); }), ContainsSubstring(here(__LINE__)));
  const Tensor gradient = w.grad();
  CHECK_THAT(text([&] { gradient.span<float>(); }), ContainsSubstring(here(__LINE__)));
  CHECK_THAT(text([&] { gradient.backward(); }), ContainsSubstring(here(__LINE__)));
  CHECK_THAT(text([&] { gradient.detach(); }), ContainsSubstring(here(__LINE__)));
  CHECK_THAT(text([&] { grad(w.sum(), {gradient}); }), ContainsSubstring(here(__LINE__)));

  // Whatever it is handed to, the line is one of this file, and none of the library.
  Tensor own = ones({2}), none;
  const std::function<void()> uses[] = {
      [&] { none.shape(); },
      [&] { none.size(0); },
      [&] { none.dtype(); },
      [&] { none.clone(); },
      [&] { none.to(float64); },
      [&] { none.t(); },
      [&] { none.fill_(1); },
      [&] { none += 1; },
      [&] { own += none; },
      [&] { own.copy_(none); },
      [&] { none.requires_grad_(); },
      [&] { none.set_grad(own); },
      [&] { none.retain_grad(); },
      [&] { zeros_like(none); },
      [&] { allclose(own, none); },
      [&] { gather(own, 0, none); },
      [&] { take(own, none); },
      [&] { masked_select(own, none); },
      [&] { index_select(own, 0, none); },
      [&] { index(own, {none}); },
  };
  for (const auto& use : uses)
    CHECK_THAT(text(use), ContainsSubstring("a value     tests/autodiff/tensor.cpp:"));
}

TEST_CASE("a dtype prints its name", "[tensor]") {
  std::ostringstream out;
  out << ones({1}).dtype();
  CHECK(out.str() == "float32");
}

TEST_CASE("to converts the values, and the gradient back", "[tensor]") {
  CHECK(values<std::int64_t>(tensor({1.7, -1.7}).to(int64)) == std::vector<std::int64_t>{1, -1});
  CHECK(values<bool>(tensor({0., 0.5}).to(boolean)) == std::vector<bool>{false, true});
  CHECK(values<float>(tensor({true, false}).to(float32)) == std::vector<float>{1, 0});
  const Tensor x = tensor({1., 2.}, float32).requires_grad_();
  const Tensor wide = x.to(float64);
  CHECK(wide.dtype() == float64);
  square(wide).sum().backward();
  CHECK(x.grad().dtype() == float32);
  CHECK(values<float>(x.grad()) == std::vector<float>{2, 4});
  CHECK(!x.to(int64).requires_grad());
}

TEST_CASE("detach and clone copy, clone with the history", "[tensor]") {
  const Tensor x = tensor({1., 2.}).requires_grad_();
  const Tensor apart = x.detach(), copy = x.clone();
  CHECK(!apart.requires_grad());
  CHECK(copy.requires_grad());
  CHECK(!copy.is_leaf());
  (copy * 3).sum().backward();
  CHECK(values<float>(x.grad()) == std::vector<float>{3, 3});
  {
    const no_grad guard;
    Tensor same = x;
    same.fill_(9);
  }
  CHECK(values<float>(apart) == std::vector<float>{1, 2});
  CHECK(values<float>(copy) == std::vector<float>{1, 2});
}

TEST_CASE("requires_grad_ is for floating-point leaves", "[tensor]") {
  const Tensor a = ones({2});
  CHECK(!a.requires_grad());
  CHECK(a.requires_grad_().requires_grad());
  CHECK(!a.requires_grad_(false).requires_grad());
  CHECK(ones({2}).requires_grad_().requires_grad());
  CHECK_THAT(error_text<dtype_error>([] {
               tensor({1, 2}).requires_grad_();
             }),
             ContainsSubstring("to(float64)"));
  a.requires_grad_();
  CHECK_THAT(error_text<graph_error>([&] { (a * 2).requires_grad_(); }),
             ContainsSubstring("result of mul") && ContainsSubstring("retain_grad()"));
  CHECK_NOTHROW(tensor({1, 2}).requires_grad_(false));
}

TEST_CASE("set_grad takes a gradient of the tensor's shape and dtype", "[tensor]") {
  const Tensor a = ones({2}).requires_grad_();
  CHECK(!a.grad().defined());
  a.set_grad(tensor({5., 6.}));
  CHECK(values<float>(a.grad()) == std::vector<float>{5, 6});
  a.zero_grad();
  CHECK(!a.grad().defined());
  CHECK_THROWS_AS(a.set_grad(ones({3})), shape_error);
  CHECK_THROWS_AS(a.set_grad(ones({2}, float64)), eingrad::error);
}

#include <type_traits>
#include <utility>

#include <autodiff/backward.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/hooks.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::values;
using V = std::vector<double>;

TEST_CASE("a hook on a leaf sees its whole gradient before grad() does, and may replace it") {
  const Tensor x = tensor({1., 2.}, float64).requires_grad_();
  std::vector<V> seen;
  HookHandle handle = register_hook(x, [&](const Tensor& gradient) {
    seen.push_back(values<double>(gradient));
    return gradient * 10;
  });
  const auto loss = [&] { return sum(square(x)) + sum(3 * x); };  // two contributions
  loss().backward();
  CHECK(seen == std::vector<V>{{5, 7}});
  CHECK(values<double>(x.grad()) == V{50, 70});
  loss().backward();
  CHECK(values<double>(x.grad()) == V{100, 140});

  handle.remove();
  handle.remove();
  x.zero_grad();
  loss().backward();
  CHECK(seen.size() == 2);
  CHECK(values<double>(x.grad()) == V{5, 7});
}

TEST_CASE("a hook on a result changes what flows on, and what is retained there") {
  const Tensor x = tensor({1., 2.}, float64).requires_grad_();
  const Tensor y = square(x);
  y.retain_grad();
  register_hook(y, [](const Tensor& gradient) { return -gradient; });
  register_hook(y, [](const Tensor&) { return Tensor(); });  // leaves it
  sum(y * 3).backward();
  CHECK(values<double>(y.grad()) == V{-3, -3});
  CHECK(values<double>(x.grad()) == V{-6, -12});
}

TEST_CASE("grad() goes through the hooks of what it passes and of what it ends at") {
  const Tensor x = tensor({2.}, float64).requires_grad_();
  const Tensor y = square(x);
  int calls = 0;
  const auto count = [&](const Tensor& gradient) {
    ++calls;
    return gradient * 2;
  };
  register_hook(y, count);
  register_hook(x, count);
  const Tensor z = sum(y * 5);
  CHECK(grad(z, {y}, {.retain_graph = true})[0].item() == 10);
  CHECK(calls == 1);
  CHECK(grad(z, {x}, {.retain_graph = true})[0].item() == 5 * 2 * 4 * 2);
  CHECK(calls == 3);
  // With create_graph what the hook does is differentiated too.
  const Tensor first = grad(z, {x}, {.create_graph = true})[0];
  CHECK(grad(first, {x})[0].item() == 5 * 2 * 2 * 2 * 2);
}

TEST_CASE("a hook that throws leaves all gradients as they were") {
  const Tensor x = tensor({1.}, float64).requires_grad_(), w = tensor({1.}, float64).requires_grad_();
  register_hook(w, [](const Tensor&) -> Tensor { throw std::runtime_error("enough"); });
  CHECK_THROWS_WITH(sum(x * w).backward(), "enough");
  CHECK(!x.grad().defined());
  CHECK(!w.grad().defined());
}

TEST_CASE("a hook may take itself away, and a handle may outlive the tensor") {
  HookHandle outliving([] {});
  {
    const Tensor x = tensor({1.}, float64).requires_grad_();
    HookHandle once([] {});
    int calls = 0;
    once = register_hook(x, [&](const Tensor&) {
      ++calls;
      once.remove();
      return Tensor();
    });
    outliving = register_hook(x, [](const Tensor&) { return Tensor(); });
    sum(x).backward();
    sum(x).backward();
    CHECK(calls == 1);
    CHECK(detail::hooked_nodes == 1);
  }
  CHECK(detail::hooked_nodes == 0);
  outliving.remove();
}

TEST_CASE("register_hook says what is wrong") {
  CHECK_THAT(error_text<graph_error>([] { register_hook(ones({2}), [](const Tensor& g) { return g; }); }),
             ContainsSubstring("requires no gradient") && ContainsSubstring("requires_grad_()"));
  const Tensor x = ones({2}, float64).requires_grad_();
  register_hook(x, [](const Tensor& gradient) { return sum(gradient); });
  CHECK_THAT(error_text<shape_error>([&] { sum(x).backward(); }),
             ContainsSubstring("another shape") && ContainsSubstring("(2,)"));
}

TEST_CASE("a handle moves, and removes its hook once") {
  static_assert(!std::is_copy_constructible_v<HookHandle> && !std::is_copy_assignable_v<HookHandle>);
  const Tensor x = tensor({1.}, float64).requires_grad_();
  HookHandle first = register_hook(x, [](const Tensor& gradient) { return gradient * 2; });
  HookHandle second = std::move(first);
  first.remove();
  sum(x).backward();
  CHECK(x.grad().item() == 2);
  second.remove();
  second.remove();
  sum(x).backward();
  CHECK(x.grad().item() == 3);
}

TEST_CASE("a hook keeps what it counts") {
  const Tensor x = tensor({1.}, float64).requires_grad_();
  register_hook(x, [n = 0.](const Tensor& gradient) mutable { return gradient * ++n; });
  for (int i = 0; i < 3; ++i) sum(x).backward();
  CHECK(x.grad().item() == 1 + 2 + 3);
}

TEST_CASE("a hook that changes what the pass still needs is refused") {
  Tensor w = tensor({2.}, float64).requires_grad_();
  const Tensor x = tensor({3.}, float64).requires_grad_();
  const Tensor h = exp(x * w);
  register_hook(h, [&](const Tensor&) {
    const no_grad guard;
    w.fill_(0);
    return Tensor();
  });
  CHECK_THAT(error_text<graph_error>([&] { sum(h).backward(); }), ContainsSubstring("overwritten"));
  CHECK(!x.grad().defined());
}

TEST_CASE("a hook that runs a pass over the same graph frees it, and the outer pass says so") {
  const Tensor x = tensor({1., 2.}, float64).requires_grad_();
  const Tensor h = where(x > 1, exp(x), x), g = h * 2, other = sum(h);
  register_hook(g, [&](const Tensor&) {
    other.backward();
    return Tensor();
  });
  CHECK_THAT(error_text<graph_error>([&] { sum(g).backward(); }), ContainsSubstring("freed"));
}

TEST_CASE("a hook may hold the last handle of another tensor with hooks") {
  {
    const Tensor x = tensor({1.}, float64).requires_grad_();
    Tensor y = tensor({1.}, float64).requires_grad_();
    register_hook(y, [](const Tensor&) { return Tensor(); });
    register_hook(x, [kept = std::move(y)](const Tensor&) { return Tensor(); });
    CHECK(detail::hooked_nodes == 2);
  }
  CHECK(detail::hooked_nodes == 0);
}

#include <string>

#include <autodiff/check/catch.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/random/random.hpp>
#include <tests/catch.hpp>

using namespace eingrad;

namespace {

/// The matcher as Catch2 sees it, with its text.
struct Shown : HasRightGradients {
  using HasRightGradients::describe;
  using HasRightGradients::HasRightGradients;
};

}  // namespace

TEST_CASE("a layer's gradients are checked in one line", "[gradcheck]") {
  const Tensor x = randn({3}, float64).requires_grad_();
  CHECK_THAT([](const Tensors& in) { return tanh(in[0]) * in[0]; }, HasRightGradients({x}));
}

TEST_CASE("the matcher names the line that it stands in", "[gradcheck]") {
  Shown matcher({randn({3}, float64)}, {}, {"here.cpp", 7});
  CHECK(!matcher.match([](const Tensor& a, const Tensor& b) { return a * b; }));
  CHECK_THAT(matcher.describe(), StartsWith("has wrong gradients") &&
                                     ContainsSubstring("it takes 2 tensors") &&
                                     ContainsSubstring("here.cpp:7"));
}

TEST_CASE("the matcher checks an input of data, too", "[gradcheck]") {
  const Function wrong(
      "wrong", [](const Tensors& in) { return in[0] * in[1]; },
      [](const Tensor& ybar, const Tensors& in, const Tensor&) -> Tensors {
        return {-7 * ybar, ybar * in[0]};
      });
  const Tensor x = randn({3}, float64), w = randn({3}, float64).requires_grad_();
  Shown matcher({x, w});
  CHECK(!matcher.match([&](const Tensors& in) { return wrong(in); }));
  CHECK(!x.requires_grad());
  CHECK_THAT(gradcheck([&](const Tensors& in) { return wrong(in); }, {x, w}).message,
             ContainsSubstring("3 entries agree") &&
                 ContainsSubstring("inputs[0] is not checked: it requires no gradient"));
}

TEST_CASE("the matcher shows what is wrong, in the first derivative or the second", "[gradcheck]") {
  const Tensor x = randn({3}, float64).requires_grad_();
  const Function wrong(
      "wrong", [](const Tensors& in) { return square(in[0]); },
      [](const Tensor& ybar, const Tensors& in, const Tensor&) -> Tensors { return {3 * ybar * in[0]}; });
  const Function constant(
      "constant", [](const Tensors& in) { return square(in[0]); },
      [](const Tensor& ybar, const Tensors& in, const Tensor&) -> Tensors {
        return {2 * ybar * in[0].detach()};
      });
  const Shown matcher({x});
  CHECK(!matcher.match([&](const Tensors& in) { return wrong(in); }));
  CHECK_THAT(matcher.describe(),
             ContainsSubstring("1.5 times what it should be") && ContainsSubstring("analytical"));
  CHECK(!matcher.match([&](const Tensors& in) { return constant(in); }));
  CHECK_THAT(matcher.describe(), ContainsSubstring("gradgradcheck"));
}

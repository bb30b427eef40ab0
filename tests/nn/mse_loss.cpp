#include <cmath>
#include <string>

#include <autodiff/backward.hpp>
#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/random/random.hpp>
#include <nn/mse_loss.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::error_text;
using testing::values;

TEST_CASE("the mean of the squared differences, over all elements") {
  const Tensor y = tensor({{1., 2.}, {3., 4.}}), t = tensor({{1., 0.}, {0., 0.}});
  CHECK(nn::mse_loss(y, t).item() == (0 + 4 + 9 + 16) / 4.0);
  CHECK(nn::MSELoss()(y, t).item() == 7.25);
  CHECK(nn::mse_loss(y, t).dim() == 0);
  CHECK(nn::mse_loss(tensor({1.}, float64), tensor({3.}, float32)).dtype() == float64);
}

TEST_CASE("its gradient is 2/n times the difference, and the opposite for the target") {
  const Tensor y = tensor({1., 2., 5., 0.}).requires_grad_(), t = tensor({0., 4., 4., 0.}).requires_grad_();
  nn::mse_loss(y, t).backward();
  CHECK(values<float>(y.grad()) == std::vector<float>{0.5, -1, 0.5, 0});
  CHECK(values<float>(t.grad()) == std::vector<float>{-0.5, 1, -0.5, 0});
}

TEST_CASE("its gradients agree with differences, to second order") {
  Generator generator(3);
  const Tensor y = randn({3, 2}, float64, generator).requires_grad_();
  const Tensor t = randn({3, 2}, float64, generator).requires_grad_();
  const auto loss = [](const std::vector<Tensor>& x) { return nn::mse_loss(x[0], x[1]); };
  CHECK(gradcheck(loss, {y, t}));
  CHECK(gradgradcheck(loss, {y, t}));
  CHECK(gradcheck(loss, {y, t.detach()}));
}

TEST_CASE("the target may depend on the prediction, or be the same tensor") {
  Generator generator(4);
  const Tensor x = randn({3}, float64, generator).requires_grad_();
  const auto dependent = [](const Tensor& y) { return nn::mse_loss(y, y * y); };
  CHECK(gradcheck(dependent, x));
  CHECK(gradgradcheck(dependent, x));
  const auto same = [](const Tensor& y) { return nn::mse_loss(y, y) + nn::mse_loss(y * 2, y); };
  CHECK(gradcheck(same, x));
  CHECK(gradgradcheck(same, x));
}

TEST_CASE("the gradient by hand is the composition's") {
  Generator generator(5);
  for (const Dtype dtype : {float32, float64}) {
    const Tensor y = randn({50}, dtype, generator).requires_grad_(), t = randn({50}, dtype, generator);
    const Tensor by_hand = grad(nn::mse_loss(y, t), {y})[0];
    const Tensor composed = grad(nn::mse_loss(y, t), {y}, {.create_graph = true})[0];
    CHECK(allclose(by_hand, composed, dtype == float32 ? 1e-6 : 1e-15, 0));
  }
}

TEST_CASE("integers have no mean, and an empty loss is NaN") {
  CHECK_THROWS_AS(nn::mse_loss(tensor({1, 2}), tensor({1, 3})), dtype_error);
  CHECK(nn::mse_loss(tensor({1., 2.}), tensor({1, 4})).item() == 2);
  CHECK(std::isnan(nn::mse_loss(zeros({0}), zeros({0})).item()));
}

TEST_CASE("shapes that differ are refused, though they would broadcast") {
  const Tensor y = ones({4, 1}), t = ones({4});
  const std::string text = error_text<shape_error>([&] { nn::mse_loss(y, t); });
  const auto line = "tests/nn/mse_loss.cpp:" + std::to_string(__LINE__ - 1);
  CHECK_THAT(text, StartsWith("shape_error: mse_loss:") && ContainsSubstring(line) &&
                       ContainsSubstring("prediction = (4, 1)") && ContainsSubstring("target     = (4,)") &&
                       ContainsSubstring("squeeze(-1)"));
  CHECK_THROWS_AS(nn::MSELoss()(y, t), shape_error);
  CHECK_THROWS_AS(nn::mse_loss(ones({2, 3}), ones({3, 2})), shape_error);
  CHECK_THROWS_AS(nn::mse_loss(ones({2}), ones({})), shape_error);
}

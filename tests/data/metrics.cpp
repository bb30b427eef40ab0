#include <cmath>
#include <limits>

#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <autodiff/random/random.hpp>
#include <data/metrics.hpp>
#include <tests/catch.hpp>

using namespace eingrad;
using data::accuracy;
using data::mape;
using data::smape;

TEST_CASE("mape of numbers is relative to the target, and absolute where that is zero") {
  CHECK(mape(3, 2) == 0.5);
  CHECK(mape(2, 3) == 1.0 / 3);
  CHECK(mape(-3, -2) == 0.5);
  CHECK(mape(-0.25, 0) == 0.25);
  CHECK(mape(0, 0) == 0);
  CHECK(std::isnan(mape(std::numeric_limits<double>::quiet_NaN(), 1)));
}

TEST_CASE("mape of tensors is the mean, of either kind of term") {
  CHECK(mape(tensor({3., 2., 0.5}, float64), tensor({2., 2., 0.}, float64)) == (0.5 + 0.5) / 3);
  CHECK(mape(tensor({{1.}, {2.}}), tensor({{1.}, {4.}})) == 0.25);
  CHECK(mape(tensor({3, 1}), tensor({2, 1})) == 0.25);
  CHECK(mape(ones({4}), ones({4})) == 0);
}

TEST_CASE("mape of a thousand numbers is the notebook's to the last bit") {
  // torch.manual_seed(0); p, t = torch.randn(1000), torch.randn(1000); t[::7] = 0; both orders of summation
  // differ
  manual_seed(0);
  const Tensor p = randn({1000}, float64);
  Tensor t = randn({1000}, float64);
  for (std::size_t i = 0; i < 1000; i += 7) t.mutable_span<double>()[i] = 0;
  CHECK(mape(p, t) == 4.25513290030908);
}

TEST_CASE("smape is symmetric, and between 0 and 2") {
  CHECK(smape(3, 1) == 1);
  CHECK(smape(1, 3) == 1);
  CHECK(smape(1, -1) == 2);
  CHECK(smape(5, 0) == 2);
  CHECK(smape(0, 0) == 0);
  CHECK(smape(tensor({3., 0., 1.}, float64), tensor({1., 0., 1.}, float64)) == 1.0 / 3);
  constexpr double greatest = std::numeric_limits<double>::max();
  CHECK(smape(greatest, greatest / 3) == Approx(1));
}

TEST_CASE("a metric is no part of a graph") {
  const Tensor p = ones({2}).requires_grad_();
  CHECK(mape(p, full({2}, 2)) == 0.5);
  CHECK_FALSE(p.grad().defined());
}

TEST_CASE("shapes that differ and empty tensors are refused") {
  CHECK_THROWS_WITH(mape(ones({3, 1}), ones({3})),
                    ContainsSubstring("prediction = (3, 1)") && ContainsSubstring("target     = (3,)"));
  CHECK_THROWS_AS(smape(ones({3}), ones({4})), shape_error);
  CHECK_THROWS_AS(mape(ones({0}), ones({0})), value_error);
  CHECK_THROWS_AS(smape(Tensor(), ones({1})), value_error);
}

TEST_CASE("accuracy is the fraction of labels that were predicted") {
  CHECK(accuracy(tensor({0, 2, 1, 1}), tensor({0, 2, 2, 1})) == 0.75);
  CHECK(accuracy(tensor({1}), tensor({1})) == 1);
  CHECK(accuracy(tensor({{0, 1}, {1, 0}}), tensor({{1, 0}, {0, 1}})) == 0);
}

TEST_CASE("accuracy takes labels, one for each sample") {
  CHECK_THROWS_AS(accuracy(tensor({0, 1}), tensor({0, 1, 1})), shape_error);
  CHECK_THROWS_AS(accuracy(tensor({{0}, {1}}), tensor({0, 1})), shape_error);
  CHECK_THROWS_AS(accuracy(zeros({0}, int64), zeros({0}, int64)), value_error);
  CHECK_THROWS_WITH(accuracy(tensor({0.2, 0.8}), tensor({0., 1.})),
                    ContainsSubstring("argmax(prediction, 1)"));
}

// Schedules against the recurrences by which they are defined in PyTorch's documentation.
#include <cmath>
#include <functional>
#include <memory>
#include <numbers>
#include <vector>

#include <autodiff/create.hpp>
#include <autodiff/error.hpp>
#include <optim/optim.hpp>
#include <tests/catch.hpp>

using namespace eingrad;
using namespace eingrad::optim;

namespace {

SGD optimizer(double lr = 0.4, double momentum = 0.9) {
  return SGD({ones({1}).requires_grad_()}, {.lr = lr, .momentum = momentum});
}

/// The rates of the first epochs.
std::vector<double> rates(Optimizer& optimizer, LRScheduler& schedule, int epochs) {
  std::vector<double> list;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    list.push_back(optimizer.lr());
    schedule.step();
  }
  return list;
}

void check_close(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == Approx(b[i]).epsilon(1e-13));
}

}  // namespace

TEST_CASE("milestones, powers and factors") {
  SGD sgd = optimizer();
  MultiStepLR milestones(sgd, {2, 3, 5}, 0.5);
  check_close(rates(sgd, milestones, 7), {0.4, 0.4, 0.2, 0.1, 0.1, 0.05, 0.05});
  sgd.set_lr(0.4);
  ExponentialLR exponential(sgd, 0.5);
  check_close(rates(sgd, exponential, 3), {0.4, 0.2, 0.1});
  sgd.set_lr(0.4);
  LambdaLR lambda(sgd, [](std::int64_t epoch) { return 1.0 / static_cast<double>(epoch + 1); });
  check_close(rates(sgd, lambda, 3), {0.4, 0.2, 0.4 / 3});
}

TEST_CASE("a line from one factor to another") {
  SGD sgd = optimizer();
  LinearLR linear(sgd, 0.25, 0.75, 4);
  double lr = 0.4 * 0.25;
  std::vector<double> expected;
  for (int t = 1; t <= 7; ++t) {
    expected.push_back(lr);
    if (t <= 4) lr *= 1 + (0.75 - 0.25) / (4 * 0.25 + (t - 1) * (0.75 - 0.25));
  }
  check_close(rates(sgd, linear, 7), expected);
}

TEST_CASE("a cosine down and up again") {
  SGD sgd = optimizer();
  CosineAnnealingLR cosine(sgd, 5, 0.1);
  double lr = 0.4;
  std::vector<double> expected{lr};
  for (int t = 1; t <= 5; ++t) {
    const auto height = [](int epoch) { return 1 + std::cos(std::numbers::pi * epoch / 5); };
    lr = height(t) / height(t - 1) * (lr - 0.1) + 0.1;
    expected.push_back(lr);
  }
  check_close(rates(sgd, cosine, 6), expected);
  CHECK(sgd.lr() == Approx(0.1 + 0.3 / 2 * (1 + std::cos(std::numbers::pi * 6 / 5))));
}

TEST_CASE("one cycle of the rate, and of the momentum the other way") {
  SGD sgd = optimizer();
  OneCycleLR cycle(sgd, {.max_lr = 1, .total_steps = 10, .linear = true});
  CHECK(sgd.lr() == Approx(1 / 25.));
  CHECK(sgd.options().momentum == Approx(0.95));
  for (int step = 0; step < 2; ++step) cycle.step();
  CHECK(sgd.lr() == Approx(1));  // at 0.3 * 10 - 1
  CHECK(sgd.options().momentum == Approx(0.85));
  cycle.step();
  CHECK(sgd.lr() == Approx(1 + (1 / 25e4 - 1) / 7));
  for (int step = 3; step < 9; ++step) cycle.step();
  CHECK(sgd.lr() == Approx(1 / 25e4));
  CHECK(sgd.options().momentum == Approx(0.95));
  CHECK_THROWS_AS(cycle.step(), value_error);

  Adagrad adagrad({ones({1}).requires_grad_()});
  CHECK_THROWS_AS(OneCycleLR(adagrad, {.max_lr = 1, .total_steps = 10}), value_error);
  OneCycleLR three(adagrad, {.max_lr = 1, .total_steps = 10, .cycle_momentum = false, .three_phase = true});
  for (int step = 0; step < 4; ++step) three.step();
  CHECK(adagrad.lr() == Approx(1 / 25.));
}

TEST_CASE("a plateau reduces the rate after patience has run out, and then waits") {
  SGD sgd = optimizer(0.8);
  ReduceLROnPlateau plateau(sgd,
                            {.factor = 0.5, .patience = 2, .threshold = 0.1, .cooldown = 1, .min_lr = 0.3});
  const std::vector<std::pair<double, double>> metric_and_rate{
      {5, 0.8}, {4, 0.8}, {3.7, 0.8}, {4, 0.8}, {4, 0.4},  // 3.7 is not 10 % better than 4: three bad epochs
      {4, 0.4}, {4, 0.4}, {4, 0.4},   {4, 0.3},            // the first is not counted; no less than min_lr
      {1, 0.3}};
  for (const auto& [metric, rate] : metric_and_rate) {
    plateau.step(metric);
    CHECK(sgd.lr() == Approx(rate));
  }
  ReduceLROnPlateau upwards(sgd, {.maximize = true, .patience = 0, .relative = false});
  upwards.step(-2);
  upwards.step(-1);
  CHECK(sgd.lr() == Approx(0.3));
  upwards.step(-1);
  CHECK(sgd.lr() == Approx(0.03));
}

TEST_CASE("a schedule goes on from its saved state") {
  SGD first = optimizer(), second = optimizer(0.1);
  CosineAnnealingLR before(first, 8), after(second, 8);
  for (int epoch = 0; epoch < 3; ++epoch) before.step();
  after.load_state_dict(before.state_dict());
  CHECK(second.lr() == first.lr());
  before.step();
  after.step();
  CHECK(second.lr() == first.lr());
  CHECK(after.last_epoch() == 4);
  CHECK_THROWS_AS(after.load_state_dict({}), value_error);

  ReduceLROnPlateau plateau(first, {.patience = 1}), resumed(second, {.patience = 1});
  plateau.step(1);
  plateau.step(2);
  resumed.load_state_dict(plateau.state_dict());
  plateau.step(2);
  resumed.step(2);
  CHECK(second.lr() == first.lr());
}

TEST_CASE("schedules refuse what makes no sense") {
  SGD sgd = optimizer();
  CHECK_THROWS_AS(StepLR(sgd, 0), value_error);
  CHECK_THROWS_AS(LinearLR(sgd, 0), value_error);
  CHECK_THROWS_AS(CosineAnnealingLR(sgd, 0), value_error);
  CHECK_THROWS_AS(OneCycleLR(sgd, {.max_lr = 1, .total_steps = 0}), value_error);
  CHECK_THROWS_AS(ReduceLROnPlateau(sgd, {.factor = 1}), value_error);
}

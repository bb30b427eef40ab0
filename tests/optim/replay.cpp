// Recorded steps with modules, losses and optimizers: what a training loop is made of.
#include <functional>
#include <memory>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <tests/catch.hpp>

using namespace eingrad;

namespace {

/// Trains two models that start alike, one as ever and one recorded, and compares all that they learn.
template <class MakeModel, class MakeStep>
void check_training(MakeModel make_model, MakeStep make_step,
                    const std::function<std::vector<Tensor>()>& draw_batch) {
  manual_seed(1);
  auto eager = make_model();
  manual_seed(1);
  auto recorded = make_model();
  auto eager_step = make_step(eager);
  const std::vector<Tensor> example = draw_batch();
  auto step = record(make_step(recorded), example[0], example[1]);
  for (int k = 0; k < 12; ++k) {
    const std::vector<Tensor> batch = draw_batch();
    Generator generator = default_generator();
    const Tensor expected = eager_step(batch[0], batch[1]);
    std::swap(default_generator(), generator);  // both draw the same
    const Tensor found = step(batch[0], batch[1]);
    CHECK(generator.state() == default_generator().state());
    CHECK(equal(found, expected));
    const auto theirs = eager.state_dict();
    for (const auto& [name, values] : recorded.state_dict()) {
      INFO("call " << k << ", " << name);
      CHECK(equal(values, theirs.at(name)));
    }
  }
  CHECK(step.replays());
}

std::vector<Tensor> regression_batch() { return {randn({8, 3}), randn({8, 2})}; }
std::vector<Tensor> labelled_batch() { return {randn({8, 3}), randint(0, 4, {8})}; }

auto small_model() { return nn::Sequential(nn::Linear(3, 5), nn::Tanh(), nn::Linear(5, 2)); }

/// A step with an optimizer that `make` makes of the parameters.
template <class Make>
auto with_optimizer(Make make) {
  return [make](auto& model) {
    auto optimizer = make(model.parameters());
    return [&model, optimizer](const Tensor& x, const Tensor& t) {
      optimizer->zero_grad();
      const Tensor loss = nn::mse_loss(model(x), t);
      loss.backward();
      optimizer->step();
      return loss;
    };
  };
}

template <class Optimizer, class Options>
void check_optimizer(Options options) {
  check_training(small_model, with_optimizer([options](std::vector<Tensor> parameters) {
                   return std::make_shared<Optimizer>(std::move(parameters), options);
                 }),
                 regression_batch);
}

}  // namespace

TEST_CASE("a recorded step follows every optimizer", "[replay]") {
  check_optimizer<optim::SGD>(optim::SGDOptions{.lr = 0.1});
  check_optimizer<optim::SGD>(
      optim::SGDOptions{.lr = 0.1, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true});
  check_optimizer<optim::Adam>(optim::AdamOptions{.lr = 0.01});
  check_optimizer<optim::AdamW>(optim::AdamWOptions{.lr = 0.01});
  check_optimizer<optim::RMSprop>(optim::RMSpropOptions{.lr = 0.01, .momentum = 0.5});
  check_optimizer<optim::Adagrad>(optim::AdagradOptions{.lr = 0.1});
}

TEST_CASE("a recorded step follows a schedule inside of it and a rate that is set outside", "[replay]") {
  for (const bool inside : {true, false}) {
    std::vector<std::shared_ptr<optim::StepLR>> schedules;
    const auto make_step = [&](auto& model) {
      auto sgd = std::make_shared<optim::SGD>(model.parameters(), optim::SGDOptions{.lr = 0.1});
      auto schedule = std::make_shared<optim::StepLR>(*sgd, 2, 0.5);
      schedules.push_back(schedule);
      return [&model, sgd, schedule, inside](const Tensor& x, const Tensor& t) {
        sgd->zero_grad();
        const Tensor loss = nn::mse_loss(model(x), t);
        loss.backward();
        sgd->step();
        if (inside) schedule->step();
        return loss;
      };
    };
    const auto batch = [&] {
      if (!inside && schedules.size() == 2) {
        for (const auto& schedule : schedules) schedule->step();
      }
      return regression_batch();
    };
    check_training(small_model, make_step, batch);
  }
}

TEST_CASE("a recorded step clips gradients", "[replay]") {
  const auto make_step = [](auto& model) {
    auto sgd = std::make_shared<optim::SGD>(model.parameters(), optim::SGDOptions{.lr = 0.1});
    return [&model, sgd](const Tensor& x, const Tensor& t) {
      sgd->zero_grad();
      const Tensor loss = nn::mse_loss(model(x), t);
      loss.backward();
      nn::clip_grad_norm_(model.parameters(), 0.1);
      nn::clip_grad_value_(model.parameters(), 0.05);
      {
        const no_grad guard;
        for (Tensor p : model.parameters()) p -= 0.01 * p.grad();
      }
      sgd->step();
      return loss;
    };
  };
  check_training(small_model, make_step, regression_batch);
}

TEST_CASE("a recorded step drops out, normalises and classifies", "[replay]") {
  const auto make_model = [] {
    return nn::Sequential(nn::Linear(3, 6), nn::BatchNorm1d(6), nn::ReLU(), nn::Dropout(0.3),
                          nn::LayerNorm(Shape{6}), nn::Linear(6, 4));
  };
  const auto make_step = [](auto& model) {
    auto adam = std::make_shared<optim::Adam>(model.parameters(), optim::AdamOptions{.lr = 0.01});
    return [&model, adam](const Tensor& x, const Tensor& labels) {
      adam->zero_grad();
      const Tensor loss = nn::cross_entropy(model(x), labels);
      loss.backward();
      adam->step();
      return loss;
    };
  };
  check_training(make_model, make_step, labelled_batch);
}

TEST_CASE("a label out of range is an error of the replay, too", "[replay]") {
  auto step = record([](const Tensor& x, const Tensor& labels) { return nn::cross_entropy(x, labels); },
                     zeros({2, 3}), tensor({0, 0}));
  for (int k = 0; k < 5; ++k) step(randn({2, 3}), tensor({k % 3, 2}));
  CHECK_THROWS_AS(step(randn({2, 3}), tensor({0, 3})), index_error);
}

TEST_CASE("L-BFGS, which looks at the loss, is not recorded", "[replay]") {
  const Tensor w = ones({2}).requires_grad_();
  optim::LBFGS lbfgs({w}, {});
  auto step = record(
      [&](const Tensor& x) {
        return lbfgs.step([&] {
          lbfgs.zero_grad();
          Tensor loss = sum(square(w * x));
          loss.backward();
          return loss;
        });
      },
      ones({2}));
  CHECK_THROWS_AS(step(ones({2})), graph_error);
}

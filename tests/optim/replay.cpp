// Recorded steps with modules, losses and optimizers: what a training loop is made of.
#include <cmath>
#include <fstream>
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

TEST_CASE("a replay meets labels that are all ignored", "[replay]") {
  const Tensor w = ones({3}).requires_grad_();
  for (const Tensor& weight : {Tensor(), tensor({1., 2., 3.})}) {
    auto step = record(
        [&](const Tensor& x, const Tensor& labels) {
          w.zero_grad();
          const Tensor loss = nn::cross_entropy(x * w, labels, {.weight = weight});
          loss.backward();
          return loss;
        },
        zeros({2, 3}), tensor({0, 0}));
    for (int k = 0; k < 5; ++k) step(randn({2, 3}), tensor({k % 3, 2}));
    CHECK(std::isnan(step(randn({2, 3}), tensor({-100, -100})).item()));
    CHECK(equal(w.grad(), zeros({3})));
  }
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

TEST_CASE("the chapters' models train alike, replayed and not", "[replay]") {
  const auto batches = [](std::int64_t n, std::int64_t in, std::int64_t out) {
    return [=] { return std::vector{randn({n, in}), out > 0 ? randn({n, out}) : randint(0, -out, {n})}; };
  };
  const auto sgd = [](double lr, double decay, auto loss) {
    return [=](auto& model) {
      auto optimizer = std::make_shared<optim::SGD>(model.parameters(), optim::SGDOptions{.lr = lr});
      return [&model, optimizer, decay, loss](const Tensor& x, const Tensor& t) {
        optimizer->zero_grad();
        Tensor total = loss(model(x), t);
        if (decay > 0) {
          for (const Tensor& p : model.parameters()) {
            if (p.dim() == 2) total = total + decay * sum(square(p));
          }
        }
        total.backward();
        optimizer->step();
        return total;
      };
    };
  };
  const auto mse = [](const Tensor& y, const Tensor& t) { return nn::mse_loss(y, t); };
  const auto entropy = [](const Tensor& y, const Tensor& t) { return nn::cross_entropy(y, t); };
  const auto softmax_and_mse = [](const Tensor& y, const Tensor& t) {
    return nn::mse_loss(softmax(y, -1), one_hot(t, 3).to(float32));
  };
  using nn::Linear, nn::Sequential;
  check_training([] { return Linear(1, 1); }, sgd(0.01, 0, mse), batches(33, 1, 1));
  check_training([] { return Linear(4, 1); }, sgd(0.01, 0, mse), batches(32, 4, 1));
  check_training([] { return Linear(5, 3); }, sgd(0.01, 0, mse), batches(32, 5, 3));
  check_training([] { return Linear(5, 3); }, sgd(0.01, 0.01, mse), batches(32, 5, 3));
  check_training([] { return Linear(5, 3); }, sgd(0.1, 0, entropy), batches(33, 5, -3));
  check_training(
      [] {
        return Sequential(Linear(6, 32), nn::Tanh(), Linear(32, 32), nn::Softmax(-1), Linear(32, 32),
                          nn::Sigmoid(), Linear(32, 32), nn::ReLU(), Linear(32, 3));
      },
      sgd(0.01, 0, mse), batches(33, 6, 3));
  check_training(
      [] { return Sequential(Linear(5, 32), nn::Tanh(), Linear(32, 32), nn::ReLU(), Linear(32, 3)); },
      sgd(0.08, 0, softmax_and_mse), batches(33, 5, -3));
}

TEST_CASE("attention and recurrence are replayed", "[replay]") {
  const auto sequences = [] { return std::vector{randn({2, 5, 8}), randn({2, 5, 8})}; };
  check_training([] { return nn::TransformerEncoderLayer(8, 2, {.dim_feedforward = 16, .dropout = 0.1}); },
                 with_optimizer([](std::vector<Tensor> parameters) {
                   return std::make_shared<optim::Adam>(std::move(parameters),
                                                        optim::AdamOptions{.lr = 0.01});
                 }),
                 sequences);
}

namespace {

/// Bytes of memory that the process holds; 0 where the system does not tell.
std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * 4096;
}

template <class Step>
void check_flat(int steps, Step step) {
  for (int i = 0; i < steps / 10; ++i) step();
  const std::size_t before = resident_bytes(), cached = cached_memory();
  for (int i = 0; i < steps; ++i) step();
  CHECK(cached_memory() == cached);
  CHECK(resident_bytes() <= before + (std::size_t{1} << 20));
}

}  // namespace

TEST_CASE("memory stays as it is over a million steps, replayed and not (slow)", "[replay][memory]") {
  if (eingrad::detail::watched) return;  // AddressSanitizer keeps what was freed
  const auto train = [](auto& model, auto loss, double lr) {
    auto sgd = std::make_shared<optim::SGD>(model.parameters(), optim::SGDOptions{.lr = lr});
    return [&model, sgd, loss](const Tensor& x, const Tensor& t) {
      sgd->zero_grad();
      const Tensor value = loss(model(x), t);
      value.backward();
      sgd->step();
      return value;
    };
  };
  const auto mse = [](const Tensor& y, const Tensor& t) { return nn::mse_loss(y, t); };
  const auto entropy = [](const Tensor& y, const Tensor& t) { return nn::cross_entropy(y, t); };

  const Tensor x = randn({33, 1}), y = randn({33, 1});
  nn::Linear line(1, 1);
  const auto step = train(line, mse, 0.01);
  check_flat(1'000'000, [&] { step(x, y); });
  auto replayed = record(step, x, y);
  check_flat(1'000'000, [&] { replayed(x, y); });

  const Tensor images = randn({64, 784}), labels = randint(0, 10, {64});
  auto classifier = nn::Sequential(nn::Linear(784, 128), nn::ReLU(), nn::Linear(128, 10));
  const auto classify = train(classifier, entropy, 0.01);
  check_flat(1000, [&] { classify(images, labels); });
  auto classify_again = record(classify, images, labels);
  check_flat(1000, [&] { classify_again(images, labels); });
}

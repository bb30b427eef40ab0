// Optimizers and schedules beside libtorch's: twenty steps on the same problem.
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <optim/optim.hpp>
#include <tests/parity/samples.hpp>
#include <tests/parity/torch.hpp>

using namespace eingrad;
using namespace eingrad::testing;

namespace {

/// L = Σ (tanh(A w) + b)² + ¼ Σ w⁴: not quadratic, with a gradient that never vanishes by chance.
struct Problem {
  Tensor a = random_input({5, 3}).detach(), w = random_input({3}), b = random_input({5});
  torch::Tensor torch_a = to_torch(a), torch_w = to_torch(w), torch_b = to_torch(b);

  Tensor loss() const { return sum(square(tanh(matmul(a, w)) + b)) + sum(pow(w, 4)) * 0.25; }
  torch::Tensor torch_loss() const {
    return (torch::matmul(torch_a, torch_w).tanh() + torch_b).square().sum() + torch_w.pow(4).sum() * 0.25;
  }
  void check(const std::string& kind, const std::string& name, double tolerance = 1e-12) const {
    check_same(kind, name, w, torch_w, tolerance);
    check_same(kind, name, b, torch_b, tolerance);
  }
};

template <class Ours, class Theirs, class Options, class TorchOptions>
void compare(const std::string& name, Options options, TorchOptions torch_options) {
  const Problem problem;
  Ours ours({problem.w, problem.b}, options);
  Theirs theirs(std::vector<torch::Tensor>{problem.torch_w, problem.torch_b}, torch_options);
  for (int step = 0; step < 20; ++step) {
    ours.zero_grad();
    problem.loss().backward();
    ours.step();
    theirs.zero_grad();
    problem.torch_loss().backward();
    theirs.step();
    problem.check("optimizer", name);
  }
}

}  // namespace

// clang-format off
TEST_CASE("parity: optimizers", "[parity]") {
  using namespace optim;
  namespace T = torch::optim;
  compare<SGD, T::SGD>("SGD", SGDOptions{.lr = 0.01}, T::SGDOptions(0.01));
  compare<SGD, T::SGD>("SGD", SGDOptions{.lr = 0.01, .momentum = 0.9, .weight_decay = 0.1, .nesterov = true}, T::SGDOptions(0.01).momentum(0.9).weight_decay(0.1).nesterov(true));
  compare<SGD, T::SGD>("SGD", SGDOptions{.lr = 0.01, .momentum = 0.5, .dampening = 0.2}, T::SGDOptions(0.01).momentum(0.5).dampening(0.2));
  compare<Adam, T::Adam>("Adam", AdamOptions{}, T::AdamOptions());
  compare<Adam, T::Adam>("Adam", AdamOptions{.lr = 0.1, .betas = {0.8, 0.9}, .eps = 1e-3, .weight_decay = 0.1, .amsgrad = true}, T::AdamOptions(0.1).betas({0.8, 0.9}).eps(1e-3).weight_decay(0.1).amsgrad(true));
  compare<AdamW, T::AdamW>("AdamW", AdamWOptions{.lr = 0.05}, T::AdamWOptions(0.05));
  compare<AdamW, T::AdamW>("AdamW", AdamWOptions{.lr = 0.1, .betas = {0.8, 0.9}, .weight_decay = 0.2, .amsgrad = true}, T::AdamWOptions(0.1).betas({0.8, 0.9}).weight_decay(0.2).amsgrad(true));
  compare<Adagrad, T::Adagrad>("Adagrad", AdagradOptions{.lr = 0.1}, T::AdagradOptions(0.1));
  compare<Adagrad, T::Adagrad>("Adagrad", AdagradOptions{.lr = 0.1, .lr_decay = 0.1, .weight_decay = 0.1, .initial_accumulator_value = 0.5, .eps = 1e-3}, T::AdagradOptions(0.1).lr_decay(0.1).weight_decay(0.1).initial_accumulator_value(0.5).eps(1e-3));
  compare<RMSprop, T::RMSprop>("RMSprop", RMSpropOptions{}, T::RMSpropOptions());
  compare<RMSprop, T::RMSprop>("RMSprop", RMSpropOptions{.lr = 0.02, .alpha = 0.9, .eps = 1e-3, .weight_decay = 0.1, .momentum = 0.5, .centered = true}, T::RMSpropOptions(0.02).alpha(0.9).eps(1e-3).weight_decay(0.1).momentum(0.5).centered(true));
}

TEST_CASE("parity: LBFGS", "[parity]") {
  const auto compare = [](const optim::LBFGSOptions& options, const torch::optim::LBFGSOptions& torch_options) {
    const Problem problem;
    optim::LBFGS ours({problem.w, problem.b}, options);
    torch::optim::LBFGS theirs(std::vector<torch::Tensor>{problem.torch_w, problem.torch_b}, torch_options);
    for (int step = 0; step < 20; ++step) {
      int evaluations = 0, torch_evaluations = 0;
      ours.step([&] {
        ++evaluations;
        ours.zero_grad();
        const Tensor loss = problem.loss();
        loss.backward();
        return loss;
      });
      theirs.step([&] {
        ++torch_evaluations;
        theirs.zero_grad();
        const torch::Tensor loss = problem.torch_loss();
        loss.backward();
        return loss;
      });
      CHECK(evaluations == torch_evaluations);
      // It divides by differences of gradients that are nearly equal, and hands the quotients on.
      problem.check("optimizer", "LBFGS", 1e-10);
    }
  };
  using Torch = torch::optim::LBFGSOptions;
  compare({.lr = 0.1, .max_iter = 2}, Torch(0.1).max_iter(2));
  compare({.lr = 0.3, .max_iter = 3, .history_size = 2}, Torch(0.3).max_iter(3).history_size(2));
  compare({.line_search = optim::LineSearch::strong_wolfe}, Torch(1).line_search_fn("strong_wolfe"));
  compare({.max_iter = 1, .line_search = optim::LineSearch::strong_wolfe}, Torch(1).max_iter(1).line_search_fn("strong_wolfe"));
}

TEST_CASE("parity: schedules", "[parity]") {
  const Problem problem;
  optim::SGD ours({problem.w}, {.lr = 0.5});
  torch::optim::SGD theirs(std::vector<torch::Tensor>{problem.torch_w}, torch::optim::SGDOptions(0.5));
  const auto torch_lr = [&] { return torch::full({}, theirs.param_groups()[0].options().get_lr(), torch::kFloat64); };
  optim::StepLR step(ours, 3, 0.7);
  torch::optim::StepLR torch_step(theirs, 3, 0.7);
  torch_step.step();  // libtorch counts from the first call on, PyTorch from the making on
  for (int epoch = 0; epoch < 12; ++epoch) {
    step.step();
    torch_step.step();
    check_same("schedule", "StepLR", full({}, ours.lr(), float64), torch_lr());
  }
}
// clang-format on

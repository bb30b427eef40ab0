// What all optimizers have in common: groups, options that are refused, state that is saved.
#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <nn/linear.hpp>
#include <optim/optim.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using namespace eingrad::optim;
using testing::error_text;

namespace {

Tensor parameter() { return tensor({1.5, -0.7, 0.3}, float64).requires_grad_(); }

void train(const Tensor& p, auto& optimizer, int steps) {
  for (int i = 0; i < steps; ++i) {
    optimizer.zero_grad();
    sum(pow(p, 4) + square(p - 1)).backward();
    optimizer.step();
  }
}

/// Five steps, saved and loaded into a new optimizer, and five more, are ten steps.
template <class AnyOptimizer, class Options>
void check_resumes(Options options) {
  const Tensor whole = parameter();
  AnyOptimizer uninterrupted({whole}, options);
  train(whole, uninterrupted, 10);

  const Tensor first = parameter();
  AnyOptimizer before({first}, options);
  before.set_lr(0.015);
  before.set_lr(options.lr);
  train(first, before, 5);
  const Tensor second = first.detach().requires_grad_();
  AnyOptimizer after({second}, options);
  after.load_state_dict(before.state_dict());
  train(second, after, 5);
  CHECK(equal(second, whole));
}

}  // namespace

TEST_CASE("each optimizer goes on from its saved state") {
  check_resumes<SGD>(SGDOptions{.lr = 0.01, .momentum = 0.9});
  check_resumes<Adam>(AdamOptions{.lr = 0.1, .amsgrad = true});
  check_resumes<AdamW>(AdamWOptions{.lr = 0.1});
  check_resumes<Adagrad>(AdagradOptions{.lr = 0.1, .lr_decay = 0.1});
  check_resumes<RMSprop>(RMSpropOptions{.momentum = 0.5, .centered = true});
}

TEST_CASE("uphill is the opposite direction") {
  const auto moved = [](auto optimizer_of) {
    const Tensor p = parameter();
    auto optimizer = optimizer_of(p);
    p.set_grad(tensor({1., -2., 3.}, float64));
    optimizer->step();
    return (p - parameter()).detach();
  };
  const auto check = [&](auto make) { CHECK(allclose(moved(make(true)), -moved(make(false)), 1e-12)); };
  check([](bool up) {
    return
        [=](const Tensor& p) { return std::make_unique<Adam>(std::vector{p}, AdamOptions{.maximize = up}); };
  });
  check([](bool up) {
    return [=](const Tensor& p) {
      return std::make_unique<Adagrad>(std::vector{p}, AdagradOptions{.maximize = up});
    };
  });
  check([](bool up) {
    return [=](const Tensor& p) {
      return std::make_unique<RMSprop>(std::vector{p}, RMSpropOptions{.maximize = up});
    };
  });
}

TEST_CASE("groups have options of their own") {
  const Tensor p = parameter(), q = parameter();
  SGD sgd({{{p}, {.lr = 0.1}}, {{q}, {.lr = 0.2}}});
  p.set_grad(ones({3}, float64));
  q.set_grad(ones({3}, float64));
  sgd.step();
  CHECK(allclose(p, parameter() - 0.1));
  CHECK(allclose(q, parameter() - 0.2));
  CHECK(sgd.group_count() == 2);
  sgd.set_lr(0.5);
  CHECK(sgd.lr(1) == 0.5);
  sgd.set_lr(0.3, 1);
  CHECK(sgd.lr(0) == 0.5);
  sgd.zero_grad();
  CHECK(!q.grad().defined());
}

TEST_CASE("the learning rate may stand alone, as in PyTorch") {
  const Tensor p = parameter();
  const auto rate = [](const auto& optimizer) { return optimizer.lr(); };
  CHECK(rate(SGD({p}, 0.1)) == 0.1);
  CHECK(rate(Adam({p}, 0.2)) == 0.2);
  CHECK(rate(AdamW({p}, 0.3)) == 0.3);
  CHECK(rate(RMSprop({p}, 0.4)) == 0.4);
  CHECK(rate(Adagrad({p}, 0.5F)) == 0.5);
  CHECK(rate(LBFGS({p}, 0.6)) == 0.6);
  CHECK(rate(Adam({p}, {})) == 1e-3);  // braces are options
  CHECK(rate(SGD({p}, {0.7})) == 0.7);
  const auto at = std::to_string(__LINE__ + 1);
  const std::string told = error_text<value_error>([&] { SGD({p}, -0.1); });
  CHECK_THAT(told, ContainsSubstring("lr") && ContainsSubstring("optimizers.cpp:" + at));
}

TEST_CASE("a parameter without a gradient stays, and so does its state") {
  const Tensor p = parameter(), q = parameter();
  Adam adam({p, q});
  p.set_grad(ones({3}, float64));
  adam.step();
  CHECK(equal(q, parameter()));
  CHECK(!adam.state_dict().contains("1.first_moment"));
  CHECK(adam.state_dict().at("0.step").item<std::int64_t>() == 1);
}

TEST_CASE("a step without any gradient is refused, as after a model has got another dtype") {
  nn::Linear model(2, 1);
  SGD sgd(model.parameters(), {.lr = 0.1});
  model.to(float64);
  model(ones({3, 2}, float64)).sum().backward();
  const std::string text = error_text<graph_error>([&] { sgd.step(); });
  CHECK_THAT(text, ContainsSubstring("SGD: step: no parameter has a gradient") &&
                       ContainsSubstring("optimizers.cpp:" + std::to_string(__LINE__ - 2)) &&
                       ContainsSubstring("to(dtype)"));
  SGD later(model.parameters(), {.lr = 0.1});
  const double before = model.bias.item();
  later.step();
  CHECK(model.bias.item() == Approx(before - 0.3));
}

TEST_CASE("options out of range are refused by name") {
  const Tensor p = parameter();
  CHECK(error_text<value_error>([&] {
          Adam({p}, {.betas = {0.9, 1}});
        }).find("betas[1] = 1") != std::string::npos);
  CHECK_THROWS_AS(Adam({p}, {.lr = -1}), value_error);
  CHECK_THROWS_AS(AdamW({p}, {.eps = -1}), value_error);
  CHECK_THROWS_AS(Adagrad({p}, {.lr_decay = -1}), value_error);
  CHECK_THROWS_AS(RMSprop({p}, {.alpha = -0.1}), value_error);
  CHECK_THROWS_AS(Adam(std::vector<Tensor>{}), value_error);
  CHECK_THROWS_AS(Adam({p * 2}), graph_error);
}

TEST_CASE("a state that does not fit is refused, and nothing changes") {
  const Tensor p = parameter();
  Adam adam({p});
  train(p, adam, 3);
  const StateDict own = adam.state_dict();
  const auto check_refused = [&]<class Error>(std::type_identity<Error>, StateDict state) {
    CHECK_THROWS_AS(adam.load_state_dict(state), Error);
    for (const auto& [name, values] : adam.state_dict()) CHECK(equal(values, own.at(name)));
  };
  StateDict state = own;
  state.erase("lr.0");
  check_refused(std::type_identity<value_error>(), state);
  state = own;
  state["0.velocity"] = zeros({3});
  check_refused(std::type_identity<value_error>(), state);
  state = own;
  state["0.first_moment"] = zeros({2});
  check_refused(std::type_identity<shape_error>(), state);
  state = own;
  state["lr.0"] = full({}, -1, float64);
  check_refused(std::type_identity<value_error>(), state);
}

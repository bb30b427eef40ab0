#include <cmath>
#include <limits>
#include <stdexcept>

#include <autodiff/compare.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <optim/lbfgs.hpp>
#include <optim/line_search.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using namespace eingrad::optim;
using testing::error_text;

namespace {

/// Rosenbrock's valley: its minimum is 0, at x = y = 1.
Tensor valley(const Tensor& x, const Tensor& y) { return sum(square(1 - x) + 100 * square(y - square(x))); }

struct Walk {
  Tensor x, y;
  LBFGS optimizer;
  int evaluations = 0;

  explicit Walk(const LBFGSOptions& options) : Walk(tensor({-1.2}, float64), tensor(1., float64), options) {}
  Walk(const Tensor& from_x, const Tensor& from_y, const LBFGSOptions& options)
      : x(from_x.detach().requires_grad_()),
        y(from_y.detach().requires_grad_()),
        optimizer({x, y}, options) {}

  Tensor step() {
    return optimizer.step([this] {
      ++evaluations;
      optimizer.zero_grad();
      const Tensor loss = valley(x, y);
      loss.backward();
      return loss;
    });
  }
};

}  // namespace

TEST_CASE("LBFGS with a line search walks through a bent valley") {
  Walk walk({.tolerance_change = 1e-15, .line_search = LineSearch::strong_wolfe});
  CHECK(walk.step().item() == Approx(24.2));
  for (int i = 0; i < 3; ++i) walk.step();
  CHECK(walk.x.item() == Approx(1).epsilon(1e-8));
  CHECK(walk.y.item() == Approx(1).epsilon(1e-8));
  CHECK(walk.evaluations < 100);
}

TEST_CASE("LBFGS stops where the gradient vanishes, and after as many evaluations as allowed") {
  Walk at_rest(tensor({1.}, float64), tensor(1., float64), {});
  at_rest.step();
  CHECK(at_rest.evaluations == 1);
  CHECK(at_rest.x.item() == 1);

  Walk hurried({.lr = 1e-4, .max_iter = 10, .max_eval = 3});
  hurried.step();
  CHECK(hurried.evaluations == 3);
}

TEST_CASE("LBFGS goes on from its saved state") {
  for (const LBFGSOptions& options :
       {LBFGSOptions{.max_iter = 4, .history_size = 3, .line_search = LineSearch::strong_wolfe},
        LBFGSOptions{.lr = 1e-3, .max_iter = 2}}) {
    Walk whole(options);
    for (int i = 0; i < 6; ++i) whole.step();

    Walk first(options);
    for (int i = 0; i < 3; ++i) first.step();
    Walk second(first.x, first.y, options);
    second.optimizer.load_state_dict(first.optimizer.state_dict());
    for (int i = 0; i < 3; ++i) second.step();
    CHECK(equal(second.x, whole.x));
    CHECK(equal(second.y, whole.y));
  }
}

TEST_CASE("LBFGS says what is wrong with its options and its closure") {
  const Tensor p = tensor({1.}, float64).requires_grad_();
  const auto refused = [&](const LBFGSOptions& options) {
    return error_text<value_error>([&] { LBFGS({p}, options); });
  };
  CHECK_THAT(refused({.max_iter = 0}), ContainsSubstring("max_iter = 0") && ContainsSubstring("1 or more"));
  CHECK_THAT(refused({.history_size = 0}), ContainsSubstring("history_size = 0"));
  CHECK_THAT(refused({.lr = -1}), ContainsSubstring("lr = -1"));
  CHECK_THAT(error_text<dtype_error>([&] {
               LBFGS({p, tensor({1.f}).to(float32).requires_grad_()});
             }),
             ContainsSubstring("one dtype"));
  LBFGS optimizer({p});
  CHECK_THAT(error_text<shape_error>([&] { optimizer.step([] { return Tensor(); }); }),
             ContainsSubstring("closure"));
  CHECK_THAT(error_text<shape_error>([&] { optimizer.step([&] { return ones({2}, float64); }); }),
             ContainsSubstring("(2,)") && ContainsSubstring("mean()"));
  CHECK_THAT(error_text<index_error>([&] { optimizer.set_lr(1, 1); }), ContainsSubstring("group 1"));
}

TEST_CASE("a step that the line search returns meets both of Wolfe's conditions") {
  struct Line {
    double (*value)(double), (*slope)(double);
  };
  const Line lines[] = {
      {[](double t) { return (t - 3) * (t - 3); }, [](double t) { return 2 * (t - 3); }},
      {[](double t) { return -t / (t * t + 2); },
       [](double t) { return (t * t - 2) / ((t * t + 2) * (t * t + 2)); }},
      {[](double t) { return std::pow(t - 0.4, 4) - 0.1 * t; },
       [](double t) { return 4 * std::pow(t - 0.4, 3) - 0.1; }},
      {[](double t) { return std::exp(t) - 50 * t; }, [](double t) { return std::exp(t) - 50; }},
      {[](double t) { return std::cos(3 * t) + 0.1 * t * t - t; },
       [](double t) { return -3 * std::sin(3 * t) + 0.2 * t - 1; }}};
  for (const Line& line : lines) {
    for (const double first : {1e-6, 0.01, 1., 20.}) {
      const auto at = [&](double t) { return LinePoint{t, line.value(t), line.slope(t), {}}; };
      const LinePoint start = at(0), found = strong_wolfe(at, start, first, 1);
      INFO("from " << first << " to " << found.t);
      CHECK(found.value <= start.value + 1e-4 * found.t * start.slope);
      CHECK(std::abs(found.slope) <= 0.9 * std::abs(start.slope));
    }
  }
}

TEST_CASE("the line search comes back from where the function is no number") {
  const auto at = [](double t) {
    return LinePoint{t, -std::log(1 - t * t) - t, 2 * t / (1 - t * t) - 1, {}};
  };
  const LinePoint found = strong_wolfe(at, at(0), 5, 1);
  CHECK(found.t < 1);
  CHECK(found.value < 0);
}

TEST_CASE("LBFGS says that the closure forgot backward, and a closure that throws moves nothing") {
  const LBFGSOptions options{.line_search = LineSearch::strong_wolfe};
  Walk walk(options);
  CHECK_THAT(error_text<graph_error>([&] { walk.optimizer.step([&] { return valley(walk.x, walk.y); }); }),
             ContainsSubstring("loss.backward()"));
  const auto third_throws = [&] {
    if (++walk.evaluations == 3) throw std::runtime_error("enough");
    walk.optimizer.zero_grad();
    const Tensor loss = valley(walk.x, walk.y);
    loss.backward();
    return loss;
  };
  CHECK_THROWS_WITH(walk.optimizer.step(third_throws), "enough");
  CHECK(walk.x.item() == -1.2);
  CHECK(walk.y.item() == 1);
  for (int i = 0; i < 4; ++i) walk.step();
  CHECK(walk.x.item() == Approx(1).epsilon(1e-3));
}

TEST_CASE("LBFGS refuses a state of other parameters, and has not changed then") {
  const LBFGSOptions options{.max_iter = 4, .line_search = LineSearch::strong_wolfe};
  Walk walk(options), same(options);
  walk.step();
  same.step();
  StateDict state = walk.optimizer.state_dict();
  state.at("history.0.step") = zeros({5}, float64);
  CHECK_THROWS_AS(walk.optimizer.load_state_dict(state), shape_error);
  walk.step();
  same.step();
  CHECK(equal(walk.x, same.x));
}

TEST_CASE("the line search survives an infinite slope") {
  const auto at = [](double t) {
    if (t < 1) return LinePoint{t, -t, -1, {}};
    return LinePoint{t, -1, std::numeric_limits<double>::infinity(), {}};
  };
  CHECK(std::isfinite(strong_wolfe(at, at(0), 1, 1).t));
}

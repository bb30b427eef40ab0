#pragma once
#include <deque>
#include <functional>

#include <optim/optimizer.hpp>

namespace eingrad::optim {

enum class LineSearch { none, strong_wolfe };

/// The options of LBFGS, named and defined as PyTorch's.
struct LBFGSOptions {
  double lr = 1;                   ///< the step along the direction, or the first one that the search tries
  std::int64_t max_iter = 20;      ///< iterations in one step()
  std::int64_t max_eval = 0;       ///< evaluations of the closure in one step(); 0: 5/4 of max_iter
  double tolerance_grad = 1e-7;    ///< ends where no gradient is larger
  double tolerance_change = 1e-9;  ///< ends where neither the parameters nor the loss change by more
  std::int64_t history_size = 100;
  LineSearch line_search = LineSearch::none;
};

/// Limited-memory BFGS (Nocedal & Wright, Numerical Optimization, 2006, algorithm 7.4): follows Newton's
/// direction, with an inverse Hessian made of the last changes of the parameters and of the gradient. It
/// evaluates the loss several times in a step, so it takes the computation itself:
///
///   optim::LBFGS optimizer(model.parameters(), {.line_search = optim::LineSearch::strong_wolfe});
///   optimizer.step([&] {
///     optimizer.zero_grad();
///     const Tensor loss = criterion(model(x), y);
///     loss.backward();
///     return loss;
///   });
class LBFGS final : public Optimizer {
 public:
  using Closure = std::function<Tensor()>;

  /// value_error if an option is out of range or there is no parameter, graph_error if one is no leaf that
  /// requires a gradient.
  explicit LBFGS(std::vector<Tensor> parameters, LBFGSOptions options = {},
                 Location at = Location::current());
  /// With the learning rate alone.
  LBFGS(std::vector<Tensor> parameters, std::floating_point auto lr, Location at = Location::current())
      : LBFGS(std::move(parameters), LBFGSOptions{.lr = lr}, at) {}

  /// Up to max_iter iterations. Returns the loss it started from.
  Tensor step(const Closure& closure, Location at = Location::current());

  void zero_grad() const override;
  const LBFGSOptions& options() const { return options_; }
  std::size_t group_count() const override { return 1; }
  double lr(std::size_t group = 0) const override;
  using Optimizer::set_lr;
  void set_lr(double lr, std::size_t group, Location at = Location::current()) override;
  double* momentum(std::size_t) override { return nullptr; }

 private:
  /// How the parameters changed in an iteration, and the gradient with them: one long axis each.
  struct Change {
    Tensor step, gradient;
  };

  void visit_state(const StateVisitor& visitor) override;
  Tensor evaluated(const Closure& closure, Location at) const;
  Tensor flat_gradient(Location at) const;
  std::vector<Tensor> values() const;
  /// Puts the parameters at origin + t direction.
  void move(const std::vector<Tensor>& origin, double t, const Tensor& direction, Location at);
  void remember(const Tensor& gradient);
  Tensor direction(const Tensor& gradient) const;

  std::vector<Tensor> parameters_;
  LBFGSOptions options_;
  std::int64_t iterations_ = 0;
  Tensor last_gradient_, last_step_;
  std::deque<Change> history_;
};

}  // namespace eingrad::optim

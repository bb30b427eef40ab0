#include <autodiff/add_scaled.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <optim/rmsprop.hpp>

namespace eingrad::optim {

namespace {

void check(const RMSpropOptions& options, Location at) {
  detail::check_option("RMSprop", "lr", options.lr, at);
  detail::check_option("RMSprop", "alpha", options.alpha, at);
  detail::check_option("RMSprop", "eps", options.eps, at);
  detail::check_option("RMSprop", "weight_decay", options.weight_decay, at);
  detail::check_option("RMSprop", "momentum", options.momentum, at);
}

/// mean ← α mean + (1 - α) value, from 0 at first.
void keep_running(Tensor& mean, double alpha, const Tensor& value) {
  if (!mean.defined()) mean = zeros_like(value);
  mean *= alpha;
  add_scaled_(mean, 1 - alpha, value);
}

}  // namespace

RMSprop::RMSprop(std::vector<Group> groups, Location at)
    : PerParameter("RMSprop", std::move(groups), check, at) {}

void RMSprop::update(Tensor& p, const Tensor& gradient, const RMSpropOptions& options, RMSpropState& state,
                     Location at) {
  Tensor g = options.maximize ? -gradient : gradient;
  if (options.weight_decay != 0) g = g + options.weight_decay * p;
  keep_running(state.mean_square, options.alpha, square(g));
  Tensor spread = state.mean_square;
  if (options.centered) {
    keep_running(state.mean, options.alpha, g);
    spread = spread - square(state.mean);
  }
  Tensor step = g / (sqrt(spread) + options.eps);
  if (options.momentum != 0) {
    state.velocity = state.velocity.defined() ? state.velocity * options.momentum + step : step;
    step = state.velocity;
  }
  add_scaled_(p, -options.lr, step, at);
}

}  // namespace eingrad::optim

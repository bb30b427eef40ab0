#include <cmath>

#include <autodiff/add_scaled.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <optim/sgd.hpp>

namespace eingrad::optim {

namespace {

void check(const SGDOptions& options, Location at) {
  detail::check_option("SGD", "lr", options.lr, at);
  detail::check_option("SGD", "momentum", options.momentum, at);
  detail::check_option("SGD", "weight_decay", options.weight_decay, at);
  if (!std::isfinite(options.dampening)) detail::check_option("SGD", "dampening", options.dampening, at);
  if (options.nesterov && (options.momentum == 0 || options.dampening != 0)) {
    throw Report("SGD", "nesterov looks ahead along the momentum", at)
        .hint("momentum > 0 and dampening = 0")
        .as<value_error>();
  }
}

/// What is subtracted, lr times it, unless that is the gradient itself.
Tensor direction(const Tensor& p, Tensor g, const SGDOptions& options, Tensor& velocity) {
  if (options.maximize) g = -g;
  if (options.weight_decay != 0) add_scaled_(g = g.detach(), options.weight_decay, p);
  if (options.momentum == 0) return g;
  if (velocity.defined()) {
    velocity *= options.momentum;
    add_scaled_(velocity, 1 - options.dampening, g);
  } else {
    velocity = g.detach();
  }
  if (!options.nesterov) return velocity;
  add_scaled_(g = g.detach(), options.momentum, velocity);
  return g;
}

// Apart, so that the plain step is a mere jump.
[[gnu::noinline]] void step_along_direction(Tensor& p, const Tensor& gradient, const SGDOptions& options,
                                            Tensor& velocity, Location at) {
  add_scaled_(p, -options.lr, direction(p, gradient, options, velocity), at);
}

}  // namespace

SGD::SGD(std::vector<Group> groups, Location at) : PerParameter("SGD", std::move(groups), check, at) {}

[[gnu::hot]] void SGD::update(Tensor& p, const Tensor& gradient, const SGDOptions& options, SGDState& state,
                              Location at) {
  const bool plain = options.momentum == 0 && options.weight_decay == 0 && !options.maximize;
  if (plain) return add_scaled_(p, -options.lr, gradient, at);
  step_along_direction(p, gradient, options, state.velocity, at);
}

}  // namespace eingrad::optim

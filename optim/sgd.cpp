#include <cmath>

#include <autodiff/add_scaled.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>
#include <optim/sgd.hpp>

#include <fmt/format.h>

namespace eingrad::optim {

namespace {

void check(const char* option, double value) {
  if (value >= 0 && std::isfinite(value)) return;
  throw Report("SGD", fmt::format("{} = {}", option, value))
      .hint("a finite number, 0 or more")
      .as<value_error>();
}

}  // namespace

SGD::SGD(std::vector<Tensor> parameters, SGDOptions options)
    : parameters_(std::move(parameters)), velocities_(parameters_.size()), options_(options) {
  check("lr", options.lr);
  check("momentum", options.momentum);
  check("weight_decay", options.weight_decay);
  if (!std::isfinite(options.dampening)) check("dampening", options.dampening);
  if (options.nesterov && (options.momentum == 0 || options.dampening != 0)) {
    throw Report("SGD", "nesterov looks ahead along the momentum")
        .hint("momentum > 0 and dampening = 0")
        .as<value_error>();
  }
  if (parameters_.empty()) {
    throw Report("SGD", "there is no parameter to optimize")
        .hint("EINGRAD_MEMBERS(…) in the module names its parts")
        .as<value_error>();
  }
  for (const Tensor& parameter : parameters_) {
    if (parameter.is_leaf() && parameter.requires_grad()) continue;
    throw Report("SGD", "a parameter is no leaf that requires a gradient")
        .operand("p", parameter)
        .hint("requires_grad_() on it before it is used")
        .as<graph_error>();
  }
}

void SGD::step(Location at) {
  const no_grad guard;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    Tensor& p = parameters_[i];
    Tensor g = p.grad();
    if (!g.defined()) continue;
    if (options_.maximize) g = -g;
    if (options_.weight_decay != 0) add_scaled_(g = g.detach(), options_.weight_decay, p);
    if (options_.momentum != 0) {
      Tensor& v = velocities_[i];
      if (v.defined()) {
        v *= options_.momentum;
        add_scaled_(v, 1 - options_.dampening, g);
      } else {
        v = g.detach();
      }
      if (options_.nesterov) {
        add_scaled_(g = g.detach(), options_.momentum, v);
      } else {
        g = v;
      }
    }
    add_scaled_(p, -options_.lr, g, at);
  }
}

void SGD::zero_grad() const {
  for (const Tensor& parameter : parameters_) parameter.zero_grad();
}

void SGD::set_lr(double lr) {
  check("lr", lr);
  options_.lr = lr;
}

}  // namespace eingrad::optim

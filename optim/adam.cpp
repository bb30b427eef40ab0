#include <cmath>

#include <autodiff/add_scaled.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <optim/adam.hpp>

namespace eingrad::optim {

namespace {

template <class Options>
void check(const char* name, const Options& options, Location at) {
  detail::check_option(name, "lr", options.lr, at);
  detail::check_option(name, "betas[0]", options.betas[0], at, 0, 1);
  detail::check_option(name, "betas[1]", options.betas[1], at, 0, 1);
  detail::check_option(name, "eps", options.eps, at);
  detail::check_option(name, "weight_decay", options.weight_decay, at);
}

/// Adam's step along g, without weight decay.
template <class Options>
void adam_step(Tensor& p, const Tensor& g, const Options& options, AdamState& state, Location at) {
  const auto [beta1, beta2] = options.betas;
  if (!state.first_moment.defined()) {
    state.first_moment = zeros_like(p);
    state.second_moment = zeros_like(p);
    if (options.amsgrad) state.largest_second_moment = zeros_like(p);
  }
  const auto t = static_cast<double>(++state.step);
  state.first_moment *= beta1;
  add_scaled_(state.first_moment, 1 - beta1, g);
  state.second_moment *= beta2;
  add_scaled_(state.second_moment, 1 - beta2, square(g));
  const Tensor* second = &state.second_moment;
  if (options.amsgrad) {
    state.largest_second_moment = maximum(state.largest_second_moment, state.second_moment);
    second = &state.largest_second_moment;
  }
  const double correction1 = 1 - std::pow(beta1, t), correction2 = 1 - std::pow(beta2, t);
  const Tensor denominator = sqrt(*second) / std::sqrt(correction2) + options.eps;
  add_scaled_(p, -options.lr / correction1, state.first_moment / denominator, at);
}

}  // namespace

Adam::Adam(std::vector<Group> groups, Location at)
    : PerParameter(
          "Adam", std::move(groups),
          [](const AdamOptions& options, Location line) { check("Adam", options, line); }, at) {}

void Adam::update(Tensor& p, const Tensor& gradient, const AdamOptions& options, AdamState& state,
                  Location at) {
  Tensor g = options.maximize ? -gradient : gradient;
  if (options.weight_decay != 0) g = g + options.weight_decay * p;
  adam_step(p, g, options, state, at);
}

AdamW::AdamW(std::vector<Group> groups, Location at)
    : PerParameter(
          "AdamW", std::move(groups),
          [](const AdamWOptions& options, Location line) { check("AdamW", options, line); }, at) {}

void AdamW::update(Tensor& p, const Tensor& gradient, const AdamWOptions& options, AdamState& state,
                   Location at) {
  if (options.weight_decay != 0) p *= 1 - options.lr * options.weight_decay;
  adam_step(p, options.maximize ? -gradient : gradient, options, state, at);
}

}  // namespace eingrad::optim

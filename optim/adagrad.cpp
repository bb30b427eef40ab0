#include <autodiff/add_scaled.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <optim/adagrad.hpp>

namespace eingrad::optim {

namespace {

void check(const AdagradOptions& options, Location at) {
  detail::check_option("Adagrad", "lr", options.lr, at);
  detail::check_option("Adagrad", "lr_decay", options.lr_decay, at);
  detail::check_option("Adagrad", "weight_decay", options.weight_decay, at);
  detail::check_option("Adagrad", "initial_accumulator_value", options.initial_accumulator_value, at);
  detail::check_option("Adagrad", "eps", options.eps, at);
}

}  // namespace

Adagrad::Adagrad(std::vector<Group> groups, Location at)
    : PerParameter("Adagrad", std::move(groups), check, at) {}

void Adagrad::update(Tensor& p, const Tensor& gradient, const AdagradOptions& options, AdagradState& state,
                     Location at) {
  Tensor g = options.maximize ? -gradient : gradient;
  if (options.weight_decay != 0) g = g + options.weight_decay * p;
  if (!state.sum_of_squares.defined()) state.sum_of_squares = full_like(p, options.initial_accumulator_value);
  const double lr = options.lr / (1 + static_cast<double>(state.step++) * options.lr_decay);
  state.sum_of_squares += square(g);
  add_scaled_(p, -lr, g / (sqrt(state.sum_of_squares) + options.eps), at);
}

}  // namespace eingrad::optim

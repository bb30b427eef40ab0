#include <algorithm>
#include <cmath>

#include <autodiff/add_scaled.hpp>
#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/reduction/reduction.hpp>
#include <optim/lbfgs.hpp>
#include <optim/line_search.hpp>

#include <fmt/format.h>

namespace eingrad::optim {

namespace {

double dot(const Tensor& a, const Tensor& b) { return matmul(a, b).item(); }
double largest(const Tensor& a) { return a.numel() == 0 ? 0 : amax(abs(a)).item(); }

void check_group(std::size_t group, Location at) {
  if (group == 0) return;
  throw Report("LBFGS", fmt::format("there is no group {}", group), at).hint("it has one").as<index_error>();
}

void check_count(const char* option, std::int64_t value, std::int64_t least, Location at) {
  if (value >= least) return;
  throw Report("LBFGS", fmt::format("{} = {}", option, value), at)
      .hint(fmt::format("{} or more", least))
      .as<value_error>();
}

}  // namespace

LBFGS::LBFGS(std::vector<Tensor> parameters, LBFGSOptions options, Location at)
    : parameters_(std::move(parameters)), options_(options) {
  detail::check_not_empty("LBFGS", parameters_.empty(), at);
  detail::check_parameters("LBFGS", parameters_, at);
  for (const Tensor& parameter : parameters_) {
    if (parameter.dtype() == parameters_[0].dtype()) continue;
    throw Report("LBFGS", "the parameters are not of one dtype", at)
        .operand("p", parameters_[0])
        .operand("q", parameter)
        .hint("model.to(float64) before the optimizer is made")
        .as<dtype_error>();
  }
  detail::check_option("LBFGS", "lr", options.lr, at);
  detail::check_option("LBFGS", "tolerance_grad", options.tolerance_grad, at);
  detail::check_option("LBFGS", "tolerance_change", options.tolerance_change, at);
  check_count("max_iter", options.max_iter, 1, at);
  check_count("max_eval", options.max_eval, 0, at);
  check_count("history_size", options.history_size, 1, at);
  if (options_.max_eval == 0) options_.max_eval = options_.max_iter * 5 / 4;
}

Tensor LBFGS::step(const Closure& closure, Location at) {
  const Tensor first = evaluated(closure, at);
  const no_grad guard;
  double loss = first.item();
  Tensor gradient = flat_gradient(at);
  std::int64_t evaluations = 1;
  for (std::int64_t iteration = 1; largest(gradient) > options_.tolerance_grad; ++iteration) {
    ++iterations_;
    if (iterations_ > 1) remember(gradient);
    const Tensor d = direction(gradient);
    const double slope = dot(gradient, d), before = loss;
    const double first_step = iterations_ == 1 ? std::min(1.0, 1 / abs(gradient).sum().item()) : 1;
    double t = first_step * options_.lr;
    last_gradient_ = gradient;
    last_step_ = d * t;
    if (slope > -options_.tolerance_change) break;

    if (options_.line_search == LineSearch::strong_wolfe) {
      const std::vector<Tensor> origin = values();
      const auto trial = [&](double step) {
        move(origin, step, d, at);
        ++evaluations;
        const double value = evaluated(closure, at).item();
        const Tensor there = flat_gradient(at);
        return LinePoint{step, value, dot(there, d), there};
      };
      LinePoint found;
      try {
        found = strong_wolfe(trial, {0, loss, slope, gradient}, t, largest(d));
      } catch (...) {
        move(origin, 0, d, at);
        throw;
      }
      t = found.t;
      loss = found.value;
      gradient = found.gradient;
      last_step_ = d * t;
      move(origin, t, d, at);
    } else {
      move(values(), t, d, at);
      if (iteration < options_.max_iter) {
        ++evaluations;
        loss = evaluated(closure, at).item();
        gradient = flat_gradient(at);
      }
    }
    const bool spent = iteration == options_.max_iter || evaluations >= options_.max_eval;
    if (spent || largest(last_step_) <= options_.tolerance_change) break;
    if (std::abs(loss - before) < options_.tolerance_change) break;
  }
  return first;
}

Tensor LBFGS::evaluated(const Closure& closure, Location at) const {
  const enable_grad guard;
  Tensor loss = closure();
  if (loss.defined() && loss.numel() == 1) return loss.detach();
  Report report("LBFGS", "the closure returned no loss of one element", at);
  if (loss.defined()) report.operand("loss", loss);
  throw std::move(report)
      .hint("return the loss that backward() was called on; mean() of it if it has more elements")
      .as<shape_error>();
}

Tensor LBFGS::flat_gradient(Location at) const {
  bool any = false;
  std::vector<Tensor> parts;
  for (const Tensor& parameter : parameters_) {
    const Tensor gradient = parameter.grad();
    any |= gradient.defined();
    parts.push_back(flatten(gradient.defined() ? gradient : zeros_like(parameter)));
  }
  if (!any) {
    throw Report("LBFGS", "the closure gave no parameter a gradient", at)
        .hint("loss.backward() in it, after zero_grad()")
        .as<graph_error>();
  }
  return cat(parts);
}

std::vector<Tensor> LBFGS::values() const {
  std::vector<Tensor> copies;
  for (const Tensor& parameter : parameters_) copies.push_back(parameter.detach());
  return copies;
}

void LBFGS::move(const std::vector<Tensor>& origin, double t, const Tensor& direction, Location at) {
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    Tensor& parameter = parameters_[i];
    const std::int64_t end = offset + parameter.numel();
    parameter.copy_(origin[i], at);
    add_scaled_(parameter, t, direction.slice(0, offset, end).reshape(parameter.shape()), at);
    offset = end;
  }
}

// Only where the gradient grew along the step does the change tell of a positive curvature.
void LBFGS::remember(const Tensor& gradient) {
  const Tensor change = gradient - last_gradient_;
  if (dot(change, last_step_) <= 1e-10) return;
  if (static_cast<std::int64_t>(history_.size()) == options_.history_size) history_.pop_front();
  history_.push_back({last_step_, change});
}

// The two loops of algorithm 7.4, with s the steps and y the changes of the gradient.
Tensor LBFGS::direction(const Tensor& gradient) const {
  Tensor q = -gradient;
  if (history_.empty()) return q;
  std::vector<double> alphas;
  for (auto change = history_.rbegin(); change != history_.rend(); ++change) {
    alphas.push_back(dot(change->step, q) / dot(change->gradient, change->step));
    add_scaled_(q, -alphas.back(), change->gradient);
  }
  const Change& last = history_.back();
  Tensor r = q * (dot(last.gradient, last.step) / dot(last.gradient, last.gradient));
  for (const Change& change : history_) {
    const double beta = dot(change.gradient, r) / dot(change.gradient, change.step);
    add_scaled_(r, alphas.back() - beta, change.step);
    alphas.pop_back();
  }
  return r;
}

void LBFGS::zero_grad() const {
  for (const Tensor& parameter : parameters_) parameter.zero_grad();
}

double LBFGS::lr(std::size_t group) const {
  check_group(group, {});
  return options_.lr;
}

void LBFGS::set_lr(double lr, std::size_t group, Location at) {
  check_group(group, at);
  detail::check_option("LBFGS", "lr", lr, at);
  options_.lr = lr;
}

// A history that is shorter than it may be leaves the rest undefined, while it is saved and when it is
// loaded.
void LBFGS::visit_state(const StateVisitor& visitor) {
  std::int64_t count = 0;
  for (const Tensor& parameter : parameters_) count += parameter.numel();
  const Tensor all = eingrad::empty({count}, parameters_[0].dtype());
  visitor.count("iterations", iterations_);
  visitor.tensor("last_gradient", last_gradient_, all);
  visitor.tensor("last_step", last_step_, all);
  std::deque<Change> history = history_;
  history.resize(static_cast<std::size_t>(options_.history_size));
  for (std::size_t i = 0; i < history.size(); ++i) {
    visitor.tensor(fmt::format("history.{}.step", i), history[i].step, all);
    visitor.tensor(fmt::format("history.{}.gradient", i), history[i].gradient, all);
  }
  std::erase_if(history,
                [](const Change& change) { return !change.step.defined() || !change.gradient.defined(); });
  history_ = std::move(history);
}

}  // namespace eingrad::optim

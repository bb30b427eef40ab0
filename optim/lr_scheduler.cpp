#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <autodiff/create.hpp>
#include <autodiff/replay/perform.hpp>
#include <optim/lr_scheduler.hpp>

#include <fmt/format.h>

namespace eingrad::optim {

namespace {

void require(bool holds, const char* scheduler, const std::string& problem, const char* hint, Location at) {
  if (!holds) throw Report(scheduler, problem, at).hint(hint).as<value_error>();
}

double number(const StateDict& state, const std::string& name) {
  const auto found = state.find(name);
  if (found == state.end()) {
    throw Report("load_state_dict", fmt::format("{} is missing", name))
        .hint("the state_dict of a schedule of this kind")
        .as<value_error>();
  }
  return found->second.item<double>();
}

Tensor as_tensor(double value) { return full({}, value, float64); }

std::string base_name(std::size_t group) { return fmt::format("base_lr.{}", group); }

double half_cosine(double start, double end, double part) {
  return end + (start - end) / 2 * (1 + std::cos(std::numbers::pi * part));
}

}  // namespace

LRScheduler::LRScheduler(Optimizer& optimizer) : optimizer_(optimizer) {
  for (std::size_t group = 0; group < optimizer.group_count(); ++group) bases_.push_back(optimizer.lr(group));
}

void LRScheduler::apply() {
  for (std::size_t group = 0; group < bases_.size(); ++group)
    optimizer_.set_lr(rate(bases_[group], epoch_), group);
}

void LRScheduler::step() {
  replay::perform_with_settings("LRScheduler", [this] {
    ++epoch_;
    apply();
  });
}

StateDict LRScheduler::state_dict() const {
  StateDict state{{"last_epoch", as_tensor(static_cast<double>(epoch_))}};
  for (std::size_t group = 0; group < bases_.size(); ++group)
    state[base_name(group)] = as_tensor(bases_[group]);
  return state;
}

void LRScheduler::load_state_dict(const StateDict& state) {
  std::vector<double> bases;
  for (std::size_t group = 0; group < bases_.size(); ++group)
    bases.push_back(number(state, base_name(group)));
  epoch_ = static_cast<std::int64_t>(number(state, "last_epoch"));
  bases_ = std::move(bases);
  apply();
}

StepLR::StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma, Location at)
    : LRScheduler(optimizer), step_size_(step_size), gamma_(gamma) {
  require(step_size >= 1, "StepLR", fmt::format("step_size = {}", step_size), "1 or more", at);
  apply();
}
double StepLR::rate(double base, std::int64_t epoch) const {
  return base * std::pow(gamma_, static_cast<double>(epoch / step_size_));
}

MultiStepLR::MultiStepLR(Optimizer& optimizer, std::vector<std::int64_t> milestones, double gamma)
    : LRScheduler(optimizer), milestones_(std::move(milestones)), gamma_(gamma) {
  apply();
}
double MultiStepLR::rate(double base, std::int64_t epoch) const {
  const auto reached = std::ranges::count_if(milestones_, [&](std::int64_t each) { return each <= epoch; });
  return base * std::pow(gamma_, static_cast<double>(reached));
}

ExponentialLR::ExponentialLR(Optimizer& optimizer, double gamma) : LRScheduler(optimizer), gamma_(gamma) {
  apply();
}
double ExponentialLR::rate(double base, std::int64_t epoch) const {
  return base * std::pow(gamma_, static_cast<double>(epoch));
}

LinearLR::LinearLR(Optimizer& optimizer, double start_factor, double end_factor, std::int64_t total_iters,
                   Location at)
    : LRScheduler(optimizer), start_(start_factor), end_(end_factor), total_(total_iters) {
  require(start_ > 0 && start_ <= 1 && end_ >= 0 && end_ <= 1, "LinearLR",
          fmt::format("factors from {} to {}", start_, end_), "between 0 and 1; the first one not 0", at);
  require(total_ >= 1, "LinearLR", fmt::format("total_iters = {}", total_), "1 or more", at);
  apply();
}
double LinearLR::rate(double base, std::int64_t epoch) const {
  const double part = static_cast<double>(std::min(epoch, total_)) / static_cast<double>(total_);
  return base * (start_ + (end_ - start_) * part);
}

CosineAnnealingLR::CosineAnnealingLR(Optimizer& optimizer, std::int64_t t_max, double eta_min, Location at)
    : LRScheduler(optimizer), t_max_(t_max), eta_min_(eta_min) {
  require(t_max >= 1, "CosineAnnealingLR", fmt::format("t_max = {}", t_max), "1 or more", at);
  apply();
}
double CosineAnnealingLR::rate(double base, std::int64_t epoch) const {
  return half_cosine(base, eta_min_, static_cast<double>(epoch) / static_cast<double>(t_max_));
}

LambdaLR::LambdaLR(Optimizer& optimizer, std::function<double(std::int64_t)> factor)
    : LRScheduler(optimizer), factor_(std::move(factor)) {
  apply();
}
double LambdaLR::rate(double base, std::int64_t epoch) const { return base * factor_(epoch); }

OneCycleLR::OneCycleLR(Optimizer& given, OneCycleOptions options, Location at)
    : LRScheduler(given), options_(options) {
  require(options.total_steps >= 1, "OneCycleLR", fmt::format("total_steps = {}", options.total_steps),
          "1 or more", at);
  require(options.pct_start >= 0 && options.pct_start <= 1, "OneCycleLR",
          fmt::format("pct_start = {}", options.pct_start), "0 to 1", at);
  require(!options.cycle_momentum || given.momentum(0) != nullptr, "OneCycleLR",
          "the optimizer has no momentum to cycle", ".cycle_momentum = false", at);
  apply();
}

double OneCycleLR::along(std::int64_t step, double start, double turn, double end) const {
  const auto total = static_cast<double>(options_.total_steps), rise = options_.pct_start * total - 1;
  const double x = static_cast<double>(step);
  const auto between = [&](double from, double to, double first, double last) {
    const double part = last > first ? (x - first) / (last - first) : 1;
    return options_.linear ? from + (to - from) * part : half_cosine(from, to, part);
  };
  if (x <= rise) return between(start, turn, 0, rise);
  if (!options_.three_phase) return between(turn, end, rise, total - 1);
  const double fall = 2 * options_.pct_start * total - 2;
  return x <= fall ? between(turn, start, rise, fall) : between(start, end, fall, total - 1);
}

double OneCycleLR::rate(double, std::int64_t epoch) const {
  require(epoch < options_.total_steps, "OneCycleLR",
          fmt::format("step {} of {}", epoch, options_.total_steps), "a larger total_steps", {});
  const double start = options_.max_lr / options_.div_factor;
  return along(epoch, start, options_.max_lr, start / options_.final_div_factor);
}

void OneCycleLR::apply() {
  LRScheduler::apply();
  if (!options_.cycle_momentum) return;
  const double high = options_.max_momentum;
  for (std::size_t group = 0; group < optimizer().group_count(); ++group)
    *optimizer().momentum(group) = along(epoch(), high, options_.base_momentum, high);
}

ReduceLROnPlateau::ReduceLROnPlateau(Optimizer& optimizer, PlateauOptions options, Location at)
    : optimizer_(optimizer),
      options_(options),
      best_((options.maximize ? -1 : 1) * std::numeric_limits<double>::infinity()) {
  require(options.factor < 1, "ReduceLROnPlateau", fmt::format("factor = {}", options.factor), "less than 1",
          at);
}

bool ReduceLROnPlateau::improves(double metric) const {
  const double margin = options_.relative ? best_ * options_.threshold : options_.threshold;
  return options_.maximize ? metric > best_ + margin : metric < best_ - margin;
}

void ReduceLROnPlateau::step(double metric) {
  if (std::isinf(best_) ? (options_.maximize ? metric > best_ : metric < best_) : improves(metric)) {
    best_ = metric;
    bad_epochs_ = 0;
  } else {
    ++bad_epochs_;
  }
  if (cooldown_left_ > 0) {
    --cooldown_left_;
    bad_epochs_ = 0;
  }
  if (bad_epochs_ <= options_.patience) return;
  for (std::size_t group = 0; group < optimizer_.group_count(); ++group) {
    const double old = optimizer_.lr(group), next = std::max(old * options_.factor, options_.min_lr);
    if (old - next > options_.eps) optimizer_.set_lr(next, group);
  }
  cooldown_left_ = options_.cooldown;
  bad_epochs_ = 0;
}

StateDict ReduceLROnPlateau::state_dict() const {
  return {{"best", as_tensor(best_)},
          {"bad_epochs", as_tensor(static_cast<double>(bad_epochs_))},
          {"cooldown_left", as_tensor(static_cast<double>(cooldown_left_))}};
}

void ReduceLROnPlateau::load_state_dict(const StateDict& state) {
  const double best = number(state, "best"), bad = number(state, "bad_epochs");
  cooldown_left_ = static_cast<std::int64_t>(number(state, "cooldown_left"));
  best_ = best;
  bad_epochs_ = static_cast<std::int64_t>(bad);
}

}  // namespace eingrad::optim

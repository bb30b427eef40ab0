#pragma once
#include <functional>
#include <vector>

#include <optim/optimizer.hpp>

namespace eingrad::optim {

/// A schedule of learning rates: each group's is what it was when the schedule was made, times a factor that
/// depends on how often step() was called. Made, it sets the rates of epoch 0. The optimizer has to outlive
/// it.
class LRScheduler {
 public:
  virtual ~LRScheduler() = default;
  LRScheduler(const LRScheduler&) = delete;
  LRScheduler& operator=(const LRScheduler&) = delete;

  /// To the next epoch, after the optimizer's steps of this one.
  void step();
  std::int64_t last_epoch() const { return epoch_; }

  /// How far it is, and the rates that it started from.
  StateDict state_dict() const;
  /// value_error if it is not the state of a schedule of as many groups; nothing has changed then.
  void load_state_dict(const StateDict& state);

 protected:
  explicit LRScheduler(Optimizer& optimizer);

  /// A group's rate in an epoch, of its first one.
  virtual double rate(double base, std::int64_t epoch) const = 0;
  /// Sets the rates of the epoch.
  virtual void apply();

  Optimizer& optimizer() { return optimizer_; }
  std::int64_t epoch() const { return epoch_; }

 private:
  Optimizer& optimizer_;
  std::vector<double> bases_;
  std::int64_t epoch_ = 0;
};

/// base · γ^⌊epoch / step_size⌋
class StepLR final : public LRScheduler {
 public:
  StepLR(Optimizer& optimizer, std::int64_t step_size, double gamma = 0.1, Location at = Location::current());

 private:
  double rate(double base, std::int64_t epoch) const override;
  std::int64_t step_size_;
  double gamma_;
};

/// base · γ^(how many of the milestones have been reached)
class MultiStepLR final : public LRScheduler {
 public:
  MultiStepLR(Optimizer& optimizer, std::vector<std::int64_t> milestones, double gamma = 0.1);

 private:
  double rate(double base, std::int64_t epoch) const override;
  std::vector<std::int64_t> milestones_;
  double gamma_;
};

/// base · γ^epoch
class ExponentialLR final : public LRScheduler {
 public:
  ExponentialLR(Optimizer& optimizer, double gamma);

 private:
  double rate(double base, std::int64_t epoch) const override;
  double gamma_;
};

/// A factor that goes in a straight line from start to end in total_iters epochs, and stays.
class LinearLR final : public LRScheduler {
 public:
  explicit LinearLR(Optimizer& optimizer, double start_factor = 1. / 3, double end_factor = 1,
                    std::int64_t total_iters = 5, Location at = Location::current());

 private:
  double rate(double base, std::int64_t epoch) const override;
  double start_, end_;
  std::int64_t total_;
};

/// Half a cosine from the base down to eta_min in t_max epochs, and up again in as many (Loshchilov & Hutter
/// 2017).
class CosineAnnealingLR final : public LRScheduler {
 public:
  CosineAnnealingLR(Optimizer& optimizer, std::int64_t t_max, double eta_min = 0,
                    Location at = Location::current());

 private:
  double rate(double base, std::int64_t epoch) const override;
  std::int64_t t_max_;
  double eta_min_;
};

/// base · factor(epoch)
class LambdaLR final : public LRScheduler {
 public:
  LambdaLR(Optimizer& optimizer, std::function<double(std::int64_t epoch)> factor);

 private:
  double rate(double base, std::int64_t epoch) const override;
  std::function<double(std::int64_t)> factor_;
};

struct OneCycleOptions {
  double max_lr;
  std::int64_t total_steps;    ///< of all batches, one step() after each
  double pct_start = 0.3;      ///< the part of the steps in which the rate rises
  bool linear = false;         ///< in straight lines instead of half cosines
  bool cycle_momentum = true;  ///< moves the momentum the other way
  double base_momentum = 0.85, max_momentum = 0.95;
  double div_factor = 25;         ///< starts at max_lr / div_factor
  double final_div_factor = 1e4;  ///< ends at the start divided by this
  bool three_phase = false;       ///< comes down to the start as fast as it rose, then to the end
};

/// One cycle of the learning rate up and down over all steps (Smith & Topin 2018).
class OneCycleLR final : public LRScheduler {
 public:
  /// value_error if an option is out of range, or the optimizer has no momentum to cycle.
  OneCycleLR(Optimizer& optimizer, OneCycleOptions options, Location at = Location::current());

 private:
  double rate(double base, std::int64_t epoch) const override;
  void apply() override;
  /// The value at a step of what starts, turns and ends at these.
  double along(std::int64_t step, double start, double turn, double end) const;

  OneCycleOptions options_;
};

struct PlateauOptions {
  bool maximize = false;       ///< whether a larger metric is a better one
  double factor = 0.1;         ///< what the rate is multiplied with
  std::int64_t patience = 10;  ///< how many epochs without improvement are let pass
  double threshold = 1e-4;     ///< what counts as an improvement
  bool relative = true;        ///< whether the threshold is relative to the best metric
  std::int64_t cooldown = 0;   ///< epochs after a reduction in which none is counted
  double min_lr = 0;
  double eps = 1e-8;  ///< smaller changes of the rate are left
};

/// Reduces the rates when a metric has stopped improving.
class ReduceLROnPlateau final {
 public:
  explicit ReduceLROnPlateau(Optimizer& optimizer, PlateauOptions options = {},
                             Location at = Location::current());

  void step(double metric);

  StateDict state_dict() const;
  /// value_error if it is not such a state; nothing has changed then.
  void load_state_dict(const StateDict& state);

 private:
  bool improves(double metric) const;

  Optimizer& optimizer_;
  PlateauOptions options_;
  double best_;
  std::int64_t bad_epochs_ = 0, cooldown_left_ = 0;
};

}  // namespace eingrad::optim

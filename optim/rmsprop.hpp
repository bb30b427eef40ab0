#pragma once
#include <optim/optimizer.hpp>

namespace eingrad::optim {

/// The options of RMSprop, named and defined as PyTorch's.
struct RMSpropOptions {
  double lr = 1e-2;         ///< learning rate, 0 or more
  double alpha = 0.99;      ///< how much of the running mean of squares is kept
  double eps = 1e-8;        ///< added to the denominator
  double weight_decay = 0;  ///< λ of a penalty λ/2 |p|², added to the gradient as λ p
  double momentum = 0;      ///< how much of the last step is kept
  bool centered = false;    ///< divides by the deviation from a running mean of g (Graves 2013)
  bool maximize = false;    ///< uphill
};

struct RMSpropState {
  Tensor mean_square, mean, velocity;

  void fields(auto visit) {
    visit("mean_square", mean_square);
    visit("mean", mean);
    visit("velocity", velocity);
  }
};

/// RMSprop (Hinton 2012). With g as in SGD each step does s ← α s + (1 - α) g²,  d = g / (√s + ε), and p ← p
/// - lr d, or with momentum v ← μ v + d,  p ← p - lr v.
class RMSprop final : public PerParameter<RMSpropOptions, RMSpropState> {
 public:
  /// value_error if an option is out of range or there is no parameter, graph_error if one is no leaf that
  /// requires a gradient.
  explicit RMSprop(std::vector<Tensor> parameters, RMSpropOptions options = {},
                   Location at = Location::current())
      : RMSprop({{std::move(parameters), options}}, at) {}
  /// With the learning rate alone.
  RMSprop(std::vector<Tensor> parameters, std::floating_point auto lr, Location at = Location::current())
      : RMSprop(std::move(parameters), RMSpropOptions{.lr = lr}, at) {}
  explicit RMSprop(std::vector<Group> groups, Location at = Location::current());

 private:
  void update(Tensor& p, const Tensor& gradient, const RMSpropOptions& options, RMSpropState& state,
              Location at) override;
};

}  // namespace eingrad::optim

#pragma once
#include <optim/optimizer.hpp>

namespace eingrad::optim {

/// The options of SGD, named and defined as PyTorch's.
struct SGDOptions {
  double lr;                ///< learning rate, 0 or more
  double momentum = 0;      ///< how much of the last step is kept
  double dampening = 0;     ///< how much less of the gradient enters the momentum
  double weight_decay = 0;  ///< λ of a penalty λ/2 |p|², added to the gradient as λ p
  bool nesterov = false;    ///< looks ahead along the momentum; needs momentum > 0 and dampening 0
  bool maximize = false;    ///< uphill
};

struct SGDState {
  Tensor velocity;  ///< undefined before a parameter's first step with momentum

  void fields(auto visit) { visit("velocity", velocity); }
};

/// Stochastic gradient descent. With g = ∂L/∂p (+ λ p, or - ∂L/∂p uphill) each step does
///   v ← g at first, then μ v + (1 - τ) g;   g ← g + μ v with nesterov, else v;   p ← p - lr g
/// (Sutskever et al. 2013, in PyTorch's form, in which the learning rate stands outside the velocity). The
/// update p - lr g is one fused multiply-add, as PyTorch's.
class SGD final : public PerParameter<SGDOptions, SGDState> {
 public:
  /// value_error if an option is out of range or there is no parameter, graph_error if one is no leaf that
  /// requires a gradient.
  SGD(std::vector<Tensor> parameters, SGDOptions options, Location at = Location::current())
      : SGD({{std::move(parameters), options}}, at) {}
  /// With the learning rate alone.
  SGD(std::vector<Tensor> parameters, std::floating_point auto lr, Location at = Location::current())
      : SGD(std::move(parameters), SGDOptions{.lr = lr}, at) {}
  explicit SGD(std::vector<Group> groups, Location at = Location::current());

 private:
  void update(Tensor& p, const Tensor& gradient, const SGDOptions& options, SGDState& state,
              Location at) override;
};

}  // namespace eingrad::optim

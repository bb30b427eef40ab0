#pragma once
#include <optim/optimizer.hpp>

namespace eingrad::optim {

/// The options of Adam, named and defined as PyTorch's.
struct AdamOptions {
  double lr = 1e-3;                         ///< learning rate, 0 or more
  std::array<double, 2> betas{0.9, 0.999};  ///< how much of the two running means is kept, below 1
  double eps = 1e-8;                        ///< added to the denominator
  double weight_decay = 0;                  ///< λ of a penalty λ/2 |p|², added to the gradient as λ p
  bool amsgrad = false;   ///< divides by the largest second moment so far (Reddi et al. 2018)
  bool maximize = false;  ///< uphill
};

/// The options of AdamW: Adam's, but that the weights decay by themselves, p ← p - lr λ p.
struct AdamWOptions {
  double lr = 1e-3;
  std::array<double, 2> betas{0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 1e-2;
  bool amsgrad = false;
  bool maximize = false;
};

struct AdamState {
  std::int64_t step = 0;
  Tensor first_moment, second_moment, largest_second_moment;

  void fields(auto visit) {
    visit("step", step);
    visit("first_moment", first_moment);
    visit("second_moment", second_moment);
    visit("largest_second_moment", largest_second_moment);
  }
};

/// Adam (Kingma & Ba 2015). With g as in SGD each step t does
///   m ← β₁ m + (1 - β₁) g;   v ← β₂ v + (1 - β₂) g²;   p ← p - lr m̂ / (√v̂ + ε)
/// where m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ).
class Adam final : public PerParameter<AdamOptions, AdamState> {
 public:
  /// value_error if an option is out of range or there is no parameter, graph_error if one is no leaf that
  /// requires a gradient.
  explicit Adam(std::vector<Tensor> parameters, AdamOptions options = {}, Location at = Location::current())
      : Adam({{std::move(parameters), options}}, at) {}
  /// With the learning rate alone.
  Adam(std::vector<Tensor> parameters, std::floating_point auto lr, Location at = Location::current())
      : Adam(std::move(parameters), AdamOptions{.lr = lr}, at) {}
  explicit Adam(std::vector<Group> groups, Location at = Location::current());

 private:
  void update(Tensor& p, const Tensor& gradient, const AdamOptions& options, AdamState& state,
              Location at) override;
};

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019).
class AdamW final : public PerParameter<AdamWOptions, AdamState> {
 public:
  explicit AdamW(std::vector<Tensor> parameters, AdamWOptions options = {}, Location at = Location::current())
      : AdamW({{std::move(parameters), options}}, at) {}
  /// With the learning rate alone.
  AdamW(std::vector<Tensor> parameters, std::floating_point auto lr, Location at = Location::current())
      : AdamW(std::move(parameters), AdamWOptions{.lr = lr}, at) {}
  explicit AdamW(std::vector<Group> groups, Location at = Location::current());

 private:
  void update(Tensor& p, const Tensor& gradient, const AdamWOptions& options, AdamState& state,
              Location at) override;
};

}  // namespace eingrad::optim

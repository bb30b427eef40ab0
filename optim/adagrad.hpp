#pragma once
#include <optim/optimizer.hpp>

namespace eingrad::optim {

/// The options of Adagrad, named and defined as PyTorch's.
struct AdagradOptions {
  double lr = 1e-2;                      ///< learning rate, 0 or more
  double lr_decay = 0;                   ///< step t is taken with lr / (1 + (t - 1) lr_decay)
  double weight_decay = 0;               ///< λ of a penalty λ/2 |p|², added to the gradient as λ p
  double initial_accumulator_value = 0;  ///< where the sum of squares starts
  double eps = 1e-10;                    ///< added to the denominator
  bool maximize = false;                 ///< uphill
};

struct AdagradState {
  std::int64_t step = 0;
  Tensor sum_of_squares;

  void fields(auto visit) {
    visit("step", step);
    visit("sum_of_squares", sum_of_squares);
  }
};

/// Adagrad (Duchi et al. 2011): s ← s + g²;  p ← p - lr g / (√s + ε), with g as in SGD.
class Adagrad final : public PerParameter<AdagradOptions, AdagradState> {
 public:
  /// value_error if an option is out of range or there is no parameter, graph_error if one is no leaf that
  /// requires a gradient.
  explicit Adagrad(std::vector<Tensor> parameters, AdagradOptions options = {},
                   Location at = Location::current())
      : Adagrad({{std::move(parameters), options}}, at) {}
  /// With the learning rate alone.
  Adagrad(std::vector<Tensor> parameters, std::floating_point auto lr, Location at = Location::current())
      : Adagrad(std::move(parameters), AdagradOptions{.lr = lr}, at) {}
  explicit Adagrad(std::vector<Group> groups, Location at = Location::current());

 private:
  void update(Tensor& p, const Tensor& gradient, const AdagradOptions& options, AdagradState& state,
              Location at) override;
};

}  // namespace eingrad::optim

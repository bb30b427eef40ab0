#pragma once
#include <nn/module.hpp>

namespace eingrad::nn {

/// What becomes of the losses of single elements: nothing, their mean, their sum, or (of kl_div only) their
/// sum divided by the number of samples.
enum class Reduction { none, mean, sum, batchmean };

/// The losses as they are, or reduced to a number. value_error for batchmean.
Tensor reduced(const char* operation, const Tensor& losses, Reduction reduction, Location at);

/// shape_error if prediction and target differ in shape: a broadcast between (n, 1) and (n,) would silently
/// compare every prediction with every target. dtype_error unless one of them is floating-point.
void check_pair(const char* operation, const Tensor& prediction, const Tensor& target, Location at);

/// A loss as a module: what `function` computes, with these options.
template <class Options, Tensor (*function)(const Operand&, const Operand&, const Options&)>
class Loss : public Module {
 public:
  explicit Loss(Options chosen = {}) : options(std::move(chosen)) {}

  Tensor forward(const Operand& prediction, const Operand& target) const {
    return function(prediction, target, options);
  }
  Tensor operator()(const Operand& prediction, const Operand& target) const {
    return hooked(prediction, forward(prediction, target));
  }

  Options options;
};

}  // namespace eingrad::nn

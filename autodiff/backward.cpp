#include <autodiff/backward.hpp>
#include <autodiff/backward_pass.hpp>
#include <autodiff/number_text.hpp>

namespace eingrad {

namespace {

/// The cotangent of an output by itself: 1. The last one is given again as long as nobody holds it.
Tensor unit_cotangent(const Tensor& output) {
  static thread_local Tensor last;
  if (replay::listener != nullptr) last = {};  // what another pass gave is nothing that this one made
  const Node &y = output.node(), *one = last.get();
  const bool pristine = one != nullptr && one->references == 1 && one->written == 0 && !one->requires_grad;
  const bool fits = pristine && one->dtype == y.dtype && one->shape == y.shape;
  if (fits) return last;
  last = Tensor(make_node(y.dtype, y.shape, {}));
  with_floating_type(y.dtype, [&]<class T>() { *static_cast<T*>(last.node().data) = 1; });
  return last;
}

void run(BackwardPass& pass, std::span<const Tensor> outputs, std::span<const Tensor> cotangents,
         std::span<const Tensor> inputs, Location at) {
  if (!cotangents.empty() && cotangents.size() != outputs.size()) {
    throw Report("backward",
                 counted(cotangents.size(), "cotangent") + " for " + counted(outputs.size(), "output"), at)
        .hint("one for each output, or none at all")
        .as<value_error>();
  }
  for (const Tensor& input : inputs) static_cast<void>(input.node(at, "an input", "grad"));
  const Tensor none;
  const auto cotangent = [&](std::size_t i) -> const Tensor& {
    return cotangents.empty() ? none : cotangents[i];
  };
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    check_output(outputs[i], cotangent(i), at);
  }
  if (!inputs.empty()) pass.ask_for(inputs, outputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    pass.seed(outputs[i], cotangent(i).defined() ? Tensor(cotangent(i)) : unit_cotangent(outputs[i]));
  }
  pass.run();
}

void backward_into_leaves(std::span<const Tensor> outputs, std::span<const Tensor> cotangents,
                          BackwardOptions options, Location at) {
  BackwardPass pass(options, at);
  run(pass, outputs, cotangents, {}, at);
  pass.accumulate_gradients();
}

}  // namespace

void backward(const std::vector<Tensor>& outputs, const std::vector<Tensor>& cotangents,
              BackwardOptions options, Location at) {
  backward_into_leaves(outputs, cotangents, options, at);
}

// The functions that every training step runs through are marked hot: the linker puts them side by side, so
// that a step fits better into the processor's cache of decoded instructions (5 % of a step of linear
// regression).
[[gnu::hot, gnu::flatten]] void Tensor::backward(const Tensor& gradient, BackwardOptions options,
                                                 Location at) const {
  backward_into_leaves({this, 1}, {&gradient, 1}, options, at);
}

std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         GradOptions options, Location at) {
  BackwardPass pass({.retain_graph = options.retain_graph, .create_graph = options.create_graph}, at);
  run(pass, outputs, options.cotangents, inputs, at);
  std::vector<Tensor> gradients;
  for (const Tensor& input : inputs) {
    gradients.push_back(pass.cotangent_of(input));
    if (gradients.back().defined() || options.allow_unused) continue;
    throw Report("grad", "an output does not depend on an input", at)
        .operand("x", input)
        .hint("requires_grad_() before the computation, or {.allow_unused = true} for an undefined gradient")
        .as<graph_error>();
  }
  return gradients;
}

std::vector<Tensor> grad(const Tensor& output, const std::vector<Tensor>& inputs, GradOptions options,
                         Location at) {
  return grad(std::vector{output}, inputs, std::move(options), at);
}

}  // namespace eingrad

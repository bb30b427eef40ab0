#include <algorithm>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/grad_mode.hpp>
#include <autodiff/reduction/moments.hpp>
#include <nn/normalization.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

namespace {

/// A number for each feature in the shape that broadcasts against (n, features, …).
Tensor along_features(const Tensor& a, std::int64_t rank) {
  Shape shape = Shape::filled(static_cast<std::size_t>(rank), 1);
  shape[1] = a.numel();
  return a.reshape(shape);
}

/// running ← (1 - momentum) running + momentum value, in place.
void keep_running(const Tensor& running, double momentum, const Tensor& value) {
  const no_grad guard;
  Tensor own = running;
  own *= 1 - momentum;
  own += momentum * value.detach().reshape(own.shape());
}

}  // namespace

BatchNorm::BatchNorm(const char* name, std::int64_t features, BatchNormOptions options, Shape ranks,
                     Location at)
    : name_(name), features_(features), options_(options), ranks_(std::move(ranks)) {
  if (features < 1) {
    throw Report(name, fmt::format("{} features", features), at).hint("one or more").as<value_error>();
  }
  if (options.affine) {
    weight = ones({features}, {}, at);
    bias = zeros({features}, {}, at);
  }
  if (options.track_running_stats) {
    running_mean = zeros({features}, {}, at);
    running_var = ones({features}, {}, at);
    num_batches_tracked = zeros({}, int64, at);
  }
}

Tensor BatchNorm::forward(const Operand& input) const {
  const Tensor& x = input.tensor("the input", name_);
  const std::int64_t rank = x.dim();
  if (std::ranges::find(ranks_, rank) == ranks_.end() || x.size(1) != features_) {
    throw Report(name_, fmt::format("the input has not {} features in its second axis", features_), input.at)
        .operand("x", x)
        .rule(fmt::format("x (n, {}{})", features_, ranks_.back() > 2 ? ", …" : ""))
        .hint(x.dim() < 2
                  ? "x.unsqueeze(0) for a batch of one"
                  : fmt::format("{}({}), or x.transpose to bring the features to axis 1", name_, x.size(1)))
        .as<shape_error>();
  }
  const bool of_batch = is_training() || !running_mean.defined();
  Tensor center, variance;
  if (of_batch) {
    Shape axes{0};
    if (rank == 3) axes = {0, 2};
    if (rank == 4) axes = {0, 2, 3};
    const std::int64_t count = x.numel() / features_;
    if (is_training() && count < 2) {
      throw Report(name_, "a batch of one value for each feature has no variance", input.at)
          .operand("x", x)
          .hint("more samples in training, or eval()")
          .as<value_error>();
    }
    center = mean(input, axes, true);
    variance = mean(square(sub(input, center)), axes, true);
    if (is_training() && running_mean.defined()) {
      const auto n = static_cast<double>(count);
      keep_running(running_mean, options_.momentum, center);
      keep_running(running_var, options_.momentum, variance * (n / (n - 1)));
      Tensor batches = num_batches_tracked;
      batches += 1;
    }
  } else {
    center = along_features(running_mean, rank);
    variance = along_features(running_var, rank);
  }
  const Tensor normal = sub(input, center) / sqrt(variance + options_.eps);
  if (!weight.defined()) return normal;
  return normal * along_features(weight, rank) + along_features(bias, rank);
}

std::string BatchNorm::extra_text() const {
  return fmt::format("{}, eps={}, momentum={}", features_, options_.eps, options_.momentum);
}

Tensor layer_norm(const Operand& input, const Shape& shape, const Tensor& weight, const Tensor& bias,
                  double eps) {
  const Tensor& x = input.tensor("the input");
  const std::size_t rank = x.shape().size(), count = shape.size();
  if (count == 0 || count > rank || !std::equal(shape.begin(), shape.end(), x.shape().end() - count)) {
    throw Report("layer_norm", fmt::format("the last axes are not of shape {}", to_string(shape)), input.at)
        .operand("x", x)
        .hint(x.dim() == 0
                  ? "an input with axes to normalise"
                  : fmt::format(
                        "shape {{{}}} for the last axis of x, or x.transpose to bring the axes to the end",
                        x.size(-1)))
        .as<shape_error>();
  }
  Shape axes = Shape::filled(count);
  for (std::size_t k = 0; k < count; ++k) axes[k] = static_cast<std::int64_t>(rank - count + k);
  const Tensor centered = sub(input, mean(input, axes, true));
  Tensor y = centered / sqrt(mean(square(centered), axes, true) + eps);
  if (weight.defined()) y = y * weight;
  return bias.defined() ? y + bias : y;
}

LayerNorm::LayerNorm(const Shape& shape, LayerNormOptions options, Location at)
    : shape_(shape), options_(options) {
  if (!options.elementwise_affine) return;
  weight = ones(shape, {}, at);
  bias = zeros(shape, {}, at);
}

std::string LayerNorm::extra_text() const {
  return fmt::format("{}, eps={}", to_string(shape_), options_.eps);
}

}  // namespace eingrad::nn

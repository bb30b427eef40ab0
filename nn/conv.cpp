#include <cmath>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <nn/conv.hpp>
#include <nn/init.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

namespace {

/// One number for each of `count` axes.
Shape for_each_axis(const char* operation, const char* option, const Shape& given, std::size_t count,
                    Location at) {
  if (given.size() == count) return given;
  if (given.size() == 1) return Shape::filled(count, given[0]);
  throw Report(operation, fmt::format("{} = {}", option, to_string(given)), at)
      .hint(fmt::format("one number, or {}", count))
      .as<value_error>();
}

/// Zeros around the last axes: pad() wants two numbers an axis, the last axis first.
Tensor padded(const Operand& x, const Shape& padding) {
  if (std::ranges::all_of(padding, [](std::int64_t n) { return n == 0; })) return x.tensor();
  Shape both = Shape::filled(2 * padding.size());
  for (std::size_t k = 0; k < padding.size(); ++k)
    both[2 * k] = both[2 * k + 1] = padding[padding.size() - 1 - k];
  return pad(x, both);
}

/// A convolution over the last `axes` axes: windows, then a contraction in each group.
Tensor conv(const char* operation, std::size_t axes, const Operand& input, const Tensor& weight,
            const Tensor& bias, const ConvOptions& options) {
  const Tensor& x = input.tensor("the input", operation);
  const Location at = input.at;
  const std::int64_t groups = options.groups;
  const std::size_t rank_of_weight = weight.node(at, "the weight", operation).shape.size();
  const bool ranks_fit = x.shape().size() == axes + 2 && rank_of_weight == axes + 2;
  const bool fits = ranks_fit && groups >= 1 && weight.size(0) % groups == 0 &&
                    x.size(1) == weight.size(1) * groups &&
                    (!bias.defined() || bias.shape() == Shape{weight.size(0)});
  if (!fits) {
    Report report(operation, "the shapes do not fit", at);
    report.operand("x", x).operand("W", weight);
    if (bias.defined()) report.operand("b", bias);
    report.rule(
        axes == 1 ? "x (n, in, length), W (out, in / groups, kernel), b (out,)"
                  : "x (n, in, height, width), W (out, in / groups, kernel height, kernel width), b (out,)");
    if (x.shape().size() == axes + 1)
      report.hint("x.unsqueeze(0) for a batch of one, or unsqueeze(1) for one channel");
    else if (ranks_fit)
      report.hint("a layer whose in is the number of channels of x, and groups that divide in and out");
    else
      report.hint(fmt::format("{} axes of x and of W", axes + 2));
    throw report.as<shape_error>();
  }
  const Shape stride = for_each_axis(operation, "stride", options.stride, axes, at);
  const Shape padding = for_each_axis(operation, "padding", options.padding, axes, at);
  const Shape dilation = for_each_axis(operation, "dilation", options.dilation, axes, at);
  Shape kernel = Shape::filled(axes);
  for (std::size_t k = 0; k < axes; ++k) kernel[k] = weight.shape()[2 + k];

  for (std::size_t k = 0; k < axes; ++k) {
    const std::int64_t span = dilation[k] * (kernel[k] - 1) + 1, extent = x.shape()[2 + k] + 2 * padding[k];
    if (span <= extent) continue;
    throw Report(operation,
                 fmt::format("the kernel spans {} elements, the padded input has {}", span, extent), at)
        .operand("x", x)
        .operand("W", weight)
        .hint(fmt::format("a smaller kernel, or a padding of {} or more", (span - x.shape()[2 + k] + 1) / 2))
        .as<shape_error>();
  }
  const Tensor around = padded(input, padding);
  const Tensor seen = windows(Operand(around, at.file, at.line), kernel, stride, dilation);
  std::vector<std::int64_t> grouped(seen.shape().begin(), seen.shape().end());
  grouped[1] /= groups;
  grouped.insert(grouped.begin() + 1, groups);
  std::vector<std::int64_t> of_weight(weight.shape().begin(), weight.shape().end());
  of_weight[0] /= groups;
  of_weight.insert(of_weight.begin(), groups);
  const Tensor products = einsum(axes == 1 ? "ngcik,gock->ngoi" : "ngcijkl,gockl->ngoij",
                                 {seen.reshape(grouped), weight.reshape(of_weight)}, at);
  std::vector<std::int64_t> shape{x.size(0), weight.size(0)};
  shape.insert(shape.end(), seen.shape().begin() + 2, seen.shape().begin() + 2 + axes);
  const Tensor y = reshape(Operand(products, at.file, at.line), shape);
  if (!bias.defined()) return y;
  Shape along = Shape::filled(axes + 1, 1);
  along[0] = weight.size(0);
  return y + bias.reshape(along);
}

}  // namespace

Tensor conv1d(const Operand& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options) {
  return conv("conv1d", 1, x, weight, bias, options);
}
Tensor conv2d(const Operand& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options) {
  return conv("conv2d", 2, x, weight, bias, options);
}

Conv::Conv(const char* name, std::int64_t in, std::int64_t out, Shape kernel, ConvOptions options,
           bool with_bias, Location at)
    : options_(std::move(options)) {
  const std::int64_t groups = options_.groups;
  const bool kernel_fits = std::ranges::all_of(kernel, [](std::int64_t n) { return n >= 1; });
  if (in < 1 || out < 1 || groups < 1 || in % groups != 0 || out % groups != 0 || !kernel_fits) {
    throw Report(
        name,
        fmt::format("{} channels in, {} out, a kernel of {}, {} groups", in, out, to_string(kernel), groups),
        at)
        .hint("one or more of each, and channels that the groups divide")
        .as<value_error>();
  }
  std::vector<std::int64_t> shape{out, in / groups};
  shape.insert(shape.end(), kernel.begin(), kernel.end());
  Tensor values = eingrad::empty(shape, {}, at);
  init::kaiming_uniform_(values, std::sqrt(5.0), init::Fan::in, init::Nonlinearity::leaky_relu, at);
  weight = values;
  if (!with_bias) return;
  const double bound = 1 / std::sqrt(static_cast<double>(weight.numel() / out));
  Tensor offsets = empty({out}, {}, at);
  bias = init::uniform_(offsets, -bound, bound, at);
}

std::string Conv::extra_text() const {
  const Shape& shape = weight.shape();
  Shape kernel = Shape::filled(shape.size() - 2);
  std::copy(shape.begin() + 2, shape.end(), kernel.begin());
  return fmt::format("{}, {}, kernel_size={}, stride={}, padding={}", shape[1] * options_.groups, shape[0],
                     to_string(kernel), to_string(options_.stride), to_string(options_.padding));
}

}  // namespace eingrad::nn

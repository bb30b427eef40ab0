#include <limits>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <autodiff/reduction/reduction.hpp>
#include <autodiff/replay/perform.hpp>
#include <nn/cross_entropy.hpp>
#include <nn/fused_cross_entropy.hpp>

#include <fmt/format.h>

namespace eingrad::nn {

namespace {

std::int64_t class_axis(const Tensor& scores) { return scores.dim() == 1 ? 0 : 1; }

/// Scores of shape (n, C, …) as a matrix with a row for each element that is classified.
Tensor as_rows(const Tensor& scores) {
  const std::int64_t axis = class_axis(scores);
  Shape order = Shape::filled(scores.shape().size());
  for (std::int64_t i = 0, next = 0; i < scores.dim(); ++i) {
    if (i != axis) order[static_cast<std::size_t>(next++)] = i;
  }
  order[order.size() - 1] = axis;
  return permute(scores, order)
      .reshape({scores.numel() / std::max<std::int64_t>(scores.size(axis), 1), scores.size(axis)});
}

Shape without_classes(const Tensor& scores) {
  std::vector<std::int64_t> shape(scores.shape().begin(), scores.shape().end());
  shape.erase(shape.begin() + class_axis(scores));
  return shape;
}

void check_scores(const char* operation, const Tensor& scores, const Tensor& weight, Location at) {
  if (scores.dim() == 0) {
    throw Report(operation, "the scores have no axis of classes", at)
        .operand("scores", scores)
        .hint("(n, C), a row a sample")
        .as<shape_error>();
  }
  if (scores.size(class_axis(scores)) == 0) {
    throw Report(operation, "there are no classes", at)
        .operand("scores", scores)
        .rule("scores (n, C, …) with C ≥ 1")
        .hint("a last layer of C ≥ 1 features")
        .as<shape_error>();
  }
  if (weight.defined() && weight.shape() != Shape{scores.size(class_axis(scores))}) {
    throw Report(operation, "the weights are not one for each class", at)
        .operand("scores", scores)
        .operand("weights", weight)
        .hint(fmt::format("{} weights", scores.size(class_axis(scores))))
        .as<shape_error>();
  }
}

void check_labels(const char* operation, const Tensor& scores, const Tensor& labels, std::int64_t ignored,
                  Location at) {
  if (labels.dtype() != int64) {
    const bool exchanged = scores.dtype() == int64 && scores.dim() < labels.dim();
    throw Report(operation, "the labels are not int64", at)
        .operand("scores", scores)
        .operand("labels", labels)
        .hint(exchanged ? fmt::format("{}(scores, labels): the scores come first", operation)
                        : "labels.to(int64) for class indices; cross_entropy takes probabilities of the "
                          "logits' shape")
        .as<dtype_error>();
  }
  if (labels.shape() != without_classes(scores)) {
    throw Report(operation, "there is not one label for each sample", at)
        .operand("scores", scores)
        .operand("labels", labels)
        .rule("scores (n, C, …) and labels (n, …)")
        .hint(labels.dim() == 1
                  ? fmt::format("the labels of the same {} samples", scores.size(0))
                  : "squeeze(-1) if the labels stand in a column; argmax(labels, 1) if they are one-hot")
        .as<shape_error>();
  }
  const std::int64_t classes = scores.size(class_axis(scores));
  replay::require(operation, {labels.get(), scores.get()}, [=, from = labels.get(), of = scores.get()] {
    const auto* const first = static_cast<const std::int64_t*>(from->data);
    for (const std::int64_t label : std::span(first, static_cast<std::size_t>(from->numel()))) {
      if (label == ignored || (label >= 0 && label < classes)) continue;
      throw Report(operation, fmt::format("label {} is out of range", label), at)
          .operand("scores", Tensor(retain(of)))
          .rule(fmt::format("{} classes have the labels 0 to {}", classes, classes - 1))
          .hint("labels from 0 on, or a model with more outputs")
          .as<index_error>();
    }
  });
}

/// Losses of single samples, what each counts in the mean, and whether it does; 0 for one that is ignored.
struct Weighted {
  Tensor losses, weights, counts;

  Tensor reduced(const char* operation, const Shape& shape, Reduction reduction, Location at) const {
    if (reduction != Reduction::mean) return nn::reduced(operation, losses.reshape(shape), reduction, at);
    // Where the weights sum to 0 the mean is NaN, as are the gradients of the samples that count, by 0/0; but
    // those that are ignored keep 0. Elsewhere nothing is rounded: the divisors are 1.
    const Tensor total = sum(weights), is_empty = eq(total, 0);
    const Tensor own = where(logical_and(counts, is_empty), 0, 1), common = where(is_empty, 1, total);
    return where(any(counts), sum(losses / own) / common, std::numeric_limits<double>::quiet_NaN());
  }
};

Weighted of_labels(const Tensor& log_p, const Tensor& labels, const Tensor& weight, std::int64_t ignored) {
  const Tensor flat = labels.reshape({-1});
  const Tensor counts = ne(flat, ignored);
  const Tensor label = where(counts, flat, 0);
  const Tensor each =
      weight.defined() ? index_select(weight.to(log_p.dtype()), 0, label) : ones(flat.shape(), log_p.dtype());
  const Tensor picked = gather(log_p, 1, label.unsqueeze(-1)).squeeze({-1});
  return {where(counts, -picked * each, 0), where(counts, each, 0), counts};
}

Tensor times_weight(const Tensor& log_p, const Tensor& weight) {
  return weight.defined() ? log_p * weight.to(log_p.dtype()) : log_p;
}

}  // namespace

Tensor nll_loss(const Operand& scores, const Operand& target, const NLLOptions& options) {
  const Tensor &log_p = scores.tensor("the scores"), &labels = target.tensor("the labels");
  check_scores("nll_loss", log_p, options.weight, scores.at);
  check_labels("nll_loss", log_p, labels, options.ignore_index, scores.at);
  const Weighted each = of_labels(as_rows(log_p), labels, options.weight, options.ignore_index);
  return each.reduced("nll_loss", labels.shape(), options.reduction, scores.at);
}

Tensor cross_entropy(const Operand& scores, const Operand& target, const CrossEntropyOptions& options) {
  const Tensor &logits = scores.tensor("the logits"), &labels = target.tensor("the target");
  const double smoothing = options.label_smoothing;
  if (!(smoothing >= 0 && smoothing <= 1)) {
    throw Report("cross_entropy", fmt::format("label_smoothing = {}", smoothing), scores.at)
        .hint("0 to 1")
        .as<value_error>();
  }
  check_scores("cross_entropy", logits, options.weight, scores.at);
  const bool probabilities = is_floating(labels.dtype()) && labels.shape() == logits.shape();
  if (!probabilities) check_labels("cross_entropy", logits, labels, options.ignore_index, scores.at);

  const bool plain = !options.weight.defined() && smoothing == 0 && options.reduction == Reduction::mean &&
                     options.ignore_index == CrossEntropyOptions().ignore_index;
  if (plain && !probabilities && logits.dim() == 2 && is_floating(logits.dtype()) && logits.numel() > 0)
    return fused_cross_entropy(logits, labels, scores.at);

  const Tensor log_p = as_rows(log_softmax(scores, class_axis(logits)));
  const auto classes = static_cast<double>(log_p.size(1));
  const Shape shape = without_classes(logits);
  const Tensor weighted = times_weight(log_p, options.weight);
  if (probabilities) {
    const Tensor p = as_rows(labels) * (1 - smoothing) + smoothing / classes;
    const Tensor losses = -sum(weighted * p, 1);
    return reduced("cross_entropy", losses.reshape(shape), options.reduction, scores.at);
  }
  const Weighted each = of_labels(log_p, labels, options.weight, options.ignore_index);
  const Tensor loss = each.reduced("cross_entropy", shape, options.reduction, scores.at);
  if (smoothing == 0) return loss;
  const Weighted even{where(each.counts, -sum(weighted, 1), 0), each.weights, each.counts};
  return (1 - smoothing) * loss +
         smoothing / classes * even.reduced("cross_entropy", shape, options.reduction, scores.at);
}

}  // namespace eingrad::nn

#include <algorithm>
#include <cmath>
#include <vector>

#include <autodiff/check/differences.hpp>
#include <autodiff/create.hpp>
#include <autodiff/explain/explain.hpp>
#include <data/data_loader.hpp>
#include <support/element_table.hpp>
#include <support/graph_picture.hpp>
#include <support/two_models.hpp>

namespace chapter {

using namespace eingrad;

namespace {

/// The largest difference of elements, by the largest element of b.
double relative_difference(const Tensor& a, const Tensor& b) {
  const std::vector<double> x = values_of(a), y = values_of(b);
  double difference = 0, size = 1e-300;
  for (std::size_t i = 0; i < x.size(); ++i) {
    difference = std::max(difference, std::abs(x[i] - y[i]));
    size = std::max(size, std::abs(y[i]));
  }
  return difference / size;
}

}  // namespace

// region descend
History descend(const Split& data, const Training& training, const BatchLoss& step,
                const BatchLoss& evaluate) {
  const data::DataLoader train(data.x_train, data.y_train,
                               {.batch_size = training.batch, .drop_last = training.drop_last});
  const data::DataLoader valid(
      data.x_valid, data.y_valid,
      {.batch_size = training.valid_at_once ? data.x_valid.size(0) : training.batch});
  return epochs(training, [&] {
    std::vector<double> losses, valid_losses;
    for (const auto& [x, y] : train) losses.push_back(step(x, y));
    for (const auto& [x, y] : valid) valid_losses.push_back(evaluate(x, y));
    return EpochLoss{mean_of(losses), mean_of(valid_losses)};
  });
}
// endregion descend

Tensor finite_differences(const Tensor& p, const std::function<Tensor()>& loss) {
  const std::vector<Tensor> inputs{p};
  Differences differences([&](const std::vector<Tensor>&) { return std::vector{loss()}; }, inputs);
  differences.set_cotangents({ones_like(differences.outputs().at(0))});
  Tensor result = zeros(p.shape(), float64);
  const double eps = p.dtype() == float64 ? 1e-6 : 1e-2;
  std::int64_t i = 0;
  for (double& slope : result.mutable_span<double>()) slope = differences.along(0, i++, eps).central;
  return result;
}

void print_gradients(const FourWays& gradients) {
  const auto& [einsum, matrices, autograd, differences] = gradients;
  print_table({"by hand, einsum", "by hand, matrices", "autograd", "finite differences"},
              rows_of({{"dL/db", {einsum.b, matrices.b, autograd.b, differences.b}},
                       {"dL/dw", {einsum.w, matrices.w, autograd.w, differences.w}}}));
  double largest = 0;
  for (const Affine& by_hand : {einsum, matrices}) {
    largest = std::max(
        {largest, relative_difference(by_hand.b, autograd.b), relative_difference(by_hand.w, autograd.w)});
  }
  fmt::print("  by hand and autograd differ by {:.1e} of the largest derivative at most\n", largest);
}

void show_graph(const TrainingOptions& options, const Tensor& loss, const Names& names) {
  if (options.explain) fmt::print("\n{}", to_string(einstein::explain(loss, names)));
  if (options.graph.empty()) return;
  loss.backward({.retain_graph = true});
  draw_graph(options.graph, loss, names);
}

void print_parameters(const Affine& scratch, const Affine& nn, const Generated& data) {
  fmt::print("\nThe parameters after training\n");
  print_table({"scratch", "nn", "true"},
              rows_of({{"b", {scratch.b, nn.b, data.true_b}}, {"w", {scratch.w, nn.w, data.true_w}}}));
}

}  // namespace chapter

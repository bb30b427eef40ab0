#include <algorithm>
#include <cmath>
#include <vector>

#include <autodiff/check/differences.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/explain/explain.hpp>
#include <autodiff/number_text.hpp>
#include <autodiff/reduction/reduction.hpp>
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

History descend(const Split& data, const Training& training, const BatchLoss& step, const BatchLoss& evaluate,
                const Predict& predict) {
  const data::DataLoader train(data.x_train, data.y_train,
                               {.batch_size = training.batch, .drop_last = training.drop_last});
  const Tensor labels = argmax(data.y_valid, 1);
  return epochs(training, [&] {
    std::vector<double> losses;
    for (const auto& [x, y] : train) losses.push_back(step(x, y));
    const no_grad guard;
    return EpochLoss{mean_of(losses), evaluate(data.x_valid, data.y_valid),
                     data::accuracy(argmax(predict(data.x_valid), 1), labels)};
  });
}

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
  if (autograd.w.numel() > 100) return print_differences({gradients});
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

void print_differences(const std::vector<FourWays>& layers) {
  const bool with_matrices = layers.front().matrices.b.defined();
  fmt::print("  {:10}{:10}{:>17}{:>17}{}{:>20}\n", "", "shape", "largest", "einsum",
             with_matrices ? fmt::format("{:>17}", "matrices") : "", "finite differences");
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto print_row = [&](const char* name, Tensor Affine::*part) {
      const Tensor& expected = layers[i].autograd.*part;
      fmt::print("  {:10}{:10}{:>17}", fmt::format("dL/d{}[{}]", name, i + 1), to_string(expected.shape()),
                 repr(round_to(max(abs(expected)).item(), 6)));
      fmt::print("{:>17.1e}", relative_difference(layers[i].einsum.*part, expected));
      if (with_matrices) fmt::print("{:>17.1e}", relative_difference(layers[i].matrices.*part, expected));
      fmt::print("{:>20.1e}\n", relative_difference(layers[i].differences.*part, expected));
    };
    print_row("b", &Affine::b);
    print_row("w", &Affine::w);
  }
}

void compare_layers(const std::vector<Affine>& scratch, const std::vector<Affine>& nn) {
  for (std::size_t i = 0; i < nn.size(); ++i) {
    const std::string layer = nn.size() == 1 ? "" : fmt::format(" of layer {}", i + 1);
    print_mape(("bias" + layer).c_str(), data::mape(scratch.at(i).b, nn[i].b));
    print_mape(("weight" + layer).c_str(), data::mape(scratch.at(i).w, nn[i].w));
  }
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

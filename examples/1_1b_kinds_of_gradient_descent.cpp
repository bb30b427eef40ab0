// 1.1b Kinds of gradient descent
//
// The line of chapter 1.1, trained on all rows at once, on mini-batches, and on one row at a time. What the
// batch changes is how exact a gradient is, how many steps an epoch has, and what the mean of an epoch means.
#include <algorithm>
#include <cmath>

#include <autodiff/autodiff.hpp>
#include <data/data.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <support/element_table.hpp>
#include <support/svg_plot.hpp>
#include <support/two_models.hpp>

using namespace eingrad;

// ---- The two models of chapter 1.1, in brief ----

struct ByHand {
  Tensor b, w;

  Tensor predict(const Tensor& x) const { return b + w * x; }
  Tensor mse_loss(const Tensor& y, const Tensor& yhat) const { return mean(pow(yhat - y, 2)); }

  /// dL/db = delta_n 1_n,  dL/dw = delta_n x_n
  chapter::Affine gradients(const Tensor& x, const Tensor& y) const {
    const Tensor delta = 2 * (predict(x) - y) / y.numel();
    return {einsum("n->", delta), einsum("n,n->", delta, x)};
  }

  double step(const Tensor& x, const Tensor& y, double lr) {
    const double loss = mse_loss(y, predict(x)).item();
    const auto [db, dw] = gradients(x, y);
    b -= lr * db;
    w -= lr * dw;
    return loss;
  }
};

struct ByAutograd : nn::Module {
  nn::Linear layer{1, 1};
  nn::MSELoss loss;

  Tensor forward(const Tensor& x) const { return layer(x.unsqueeze(-1)).squeeze(-1); }

  double step(const Tensor& x, const Tensor& y, optim::SGD& optimizer) const {
    const Tensor batch_loss = loss(forward(x), y);
    optimizer.zero_grad();
    batch_loss.backward();
    optimizer.step();
    return batch_loss.item();
  }
  ByHand copy() const { return {layer.bias.detach().clone(), layer.weight.detach().reshape({1}).clone()}; }

  EINGRAD_MEMBERS(layer, loss)
};

// ---- The gradients of all rows, of each mini-batch, and their means ----

// region gradients
void compare_gradients(const ByAutograd& model, const chapter::Split& data, std::int64_t batch) {
  const ByHand scratch = model.copy();
  std::vector<chapter::TableRow> table;
  const auto add = [&](const std::string& name, const Tensor& x, const Tensor& y) {
    const auto [db, dw] = scratch.gradients(x, y);
    const std::vector<Tensor> autograd =
        grad(model.loss(model.forward(x), y), {model.layer.bias, model.layer.weight});
    table.push_back({name, {db.item(), autograd[0].item(), dw.item(), autograd[1].item()}});
  };

  add("all rows", data.x_train, data.y_train);
  std::vector<double> of_batches(4), of_rows(4);
  const data::DataLoader batches(data.x_train, data.y_train, {.batch_size = batch});
  const auto count = static_cast<double>(batches.size()), rows = static_cast<double>(data.y_train.numel());
  for (const auto& [x, y] : batches) {
    add(fmt::format("batch {}, of {}", table.size() - 1, y.numel()), x, y);
    for (std::size_t i = 0; i < 4; ++i) {
      of_batches[i] += table.back().values[i] / count;
      of_rows[i] += table.back().values[i] * static_cast<double>(y.numel()) / rows;
    }
  }
  table.push_back({"mean of batches", of_batches});
  table.push_back({"mean by rows", of_rows});
  chapter::print_table({"dL/db by hand", "autograd", "dL/dw by hand", "autograd"}, table);
}
// endregion gradients

// ---- Training ----

struct Descent {
  std::string kind;
  std::int64_t batch;
  chapter::History history = {};
  std::vector<chapter::Point> way = {};   ///< b and w after each step
  std::vector<double> first_losses = {};  ///< of the batches of the first epoch
  double difference = 0;                  ///< between the two models' parameters in the end
};

// region train
/// Trains both models step by step on the same batches.
void train(Descent& descent, const ByAutograd& model, const chapter::Split& data,
           chapter::Training training) {
  ByHand scratch = model.copy();
  optim::SGD optimizer(model.parameters(), {.lr = training.lr});
  const data::DataLoader batches(data.x_train, data.y_train, {.batch_size = descent.batch});
  fmt::print("\nSteps an epoch of {} gradient descent: {}\n", descent.kind, batches.size());
  descent.history = chapter::epochs(training, [&] {
    std::vector<double> losses;
    for (const auto& [x, y] : batches) {
      losses.push_back(model.step(x, y, optimizer));
      scratch.step(x, y, training.lr);
      descent.way.push_back({scratch.b.item(), scratch.w.item()});
    }
    if (descent.first_losses.empty()) descent.first_losses = losses;
    const no_grad guard;
    return chapter::EpochLoss{chapter::mean_of(losses),
                              model.loss(model.forward(data.x_valid), data.y_valid).item()};
  });
  const ByHand trained = model.copy();
  descent.difference =
      std::max(max(abs(scratch.b - trained.b)).item(), max(abs(scratch.w - trained.w)).item());
}
// endregion train

// ---- What an epoch's mean is a mean of ----

// region mean
void print_means(const Descent& descent, std::int64_t rows) {
  double over_batches = 0, over_rows = 0;
  const auto count = static_cast<double>(descent.first_losses.size()), all = static_cast<double>(rows);
  std::vector<chapter::TableRow> table;
  for (std::int64_t start = 0; start < rows; start += descent.batch) {
    const double loss = descent.first_losses.at(table.size());
    const auto size = static_cast<double>(std::min(descent.batch, rows - start));
    over_batches += loss / count;
    over_rows += loss * size / all;
    table.push_back({fmt::format("batch {}, of {}", table.size(), size), {loss, 1 / count, size / all}});
  }
  fmt::print("\nThe mean of the first epoch of {} gradient descent\n", descent.kind);
  chapter::print_table({"MSE", "share of the mean", "share of the rows"}, table);
  fmt::print("  mean over the batches: {:.4f}\n  mean over the rows:    {:.4f}\n", over_batches, over_rows);
}
// endregion mean

void print_ends(const std::vector<Descent>& descents, const chapter::Split& data) {
  std::vector<chapter::TableRow> table;
  for (const Descent& descent : descents) {
    if (descent.way.empty()) return;
    const auto [b, w] = descent.way.back();
    table.push_back({fmt::format("{}, steps: {}", descent.kind, descent.way.size()),
                     {descent.history.back().valid, b, w, descent.difference}});
  }
  fmt::print("\nAfter {} epochs\n", descents.front().history.size());
  chapter::print_table({"MSE_v", "b", "w", "by autograd differs by"}, table);
  const auto best = chapter::least_squares(data.x_train.to(float64), data.y_train.to(float64));
  if (best) fmt::print("  least squares of the training rows: b = {:.6g}, w = {:.6g}\n", best->b, best->w);
}

void plot(const std::string& path, const std::vector<Descent>& descents) {
  chapter::Panel ways{.title = "The way to the minimum", .x = {.label = "b"}, .y = {.label = "w"}};
  chapter::Panel losses{.title = "Validation loss",
                        .x = {.label = "epoch", .kind = chapter::PlotScale::Kind::integers},
                        .y = {.label = "MSE, log scale", .kind = chapter::PlotScale::Kind::log}};
  for (const Descent& descent : descents) {
    std::vector<double> valid;
    for (const chapter::EpochLoss& epoch : descent.history) valid.push_back(epoch.valid);
    ways.series.push_back({descent.kind, chapter::Mark::line, descent.way});
    losses.series.push_back({descent.kind, chapter::Mark::line, chapter::points(valid)});
  }
  chapter::write_svg(path, {.title = "1.1b Kinds of gradient descent", .panels = {ways, losses}});
}

/// The loss of a batch of one row: there is nothing to sum.
void explain(ByHand model, const chapter::Split& data, const chapter::TrainingOptions& options) {
  model.b.requires_grad_();
  model.w.requires_grad_();
  const Tensor x = data.x_train.slice(0, 0, 1), y = data.y_train.slice(0, 0, 1);
  const Tensor yhat = model.predict(x), loss = model.mse_loss(y, yhat);
  chapter::show_graph(options, loss,
                      {{"b", model.b}, {"w", model.w}, {"x", x}, {"y", y}, {"yhat", yhat}, {"L", loss}});
}

void compare(chapter::RegressionOptions options) {
  const chapter::Split data = chapter::load(options);
  const chapter::Training training = options.training();
  const std::int64_t rows = data.y_train.numel();
  const auto start = [&] {
    manual_seed(options.manual_seed);
    return ByAutograd();
  };

  fmt::print("\nThe gradients at the start\n");
  compare_gradients(start(), data, training.batch);
  explain(start().copy(), data, options);

  std::vector<Descent> descents = {{"batch", rows}, {"mini-batch", training.batch}, {"stochastic", 1}};
  for (Descent& descent : descents) train(descent, start(), data, training);
  if (training.epochs > 0) print_means(descents[1], rows);
  print_ends(descents, data);
  if (!options.plot.empty()) plot(options.plot, descents);
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    chapter::RegressionOptions options;
    options.title =
        "1.1b Kinds of gradient descent: the line of 1.1 with batches of all rows, some, and one.";
    options.plot_help = "draw the parameters' ways and the losses into an SVG file";
    if (options.parse(argc, argv)) compare(options);
  });
}

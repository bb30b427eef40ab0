#include <algorithm>
#include <cmath>
#include <numeric>

#include <autodiff/indexing/indexing.hpp>
#include <autodiff/number_text.hpp>
#include <support/element_table.hpp>
#include <support/progress.hpp>
#include <support/regression_chapter.hpp>
#include <support/svg_plot.hpp>

#include <fmt/format.h>

namespace chapter {

using namespace eingrad;

namespace {

std::string text(const Tensor& one) {
  return one.dtype() == float32 ? repr(one.item<float>()) : repr(one.item<double>());
}

std::vector<double> losses(const History& history, double EpochLoss::*which) {
  std::vector<double> list;
  for (const EpochLoss& epoch : history) list.push_back(epoch.*which);
  return list;
}

/// A curve's points, so few that the curve of another model shows between them.
std::vector<Point> spaced(const std::vector<double>& list) {
  const std::vector<Point> all = points(list);
  const std::size_t every = (all.size() + 19) / 20;
  std::vector<Point> some;
  for (std::size_t i = 0; i < all.size(); i += every) some.push_back(all[i]);
  return some;
}

Panel losses_panel(const Training& training, const History& nn, const History& scratch) {
  Panel curves{.title = training.loss == "MSE" ? "Mean squared error" : "Cross-entropy",
               .x = {.label = "epoch", .kind = PlotScale::Kind::integers},
               .y = {.label = fmt::format("{}, log scale", training.loss), .kind = PlotScale::Kind::log}};
  curves.series = {{"nn, training", Mark::line, points(losses(nn, &EpochLoss::train))},
                   {"nn, validation", Mark::line, points(losses(nn, &EpochLoss::valid))},
                   {"scratch, training", Mark::dots, spaced(losses(scratch, &EpochLoss::train))},
                   {"scratch, validation", Mark::dots, spaced(losses(scratch, &EpochLoss::valid))}};
  return curves;
}

Panel accuracy_panel(const History& nn, const History& scratch) {
  const auto accuracies = [](const History& history) {
    std::vector<double> list;
    for (const EpochLoss& epoch : history) list.push_back(epoch.accuracy.value());
    return list;
  };
  return {.title = "Accuracy",
          .x = {.label = "epoch", .kind = PlotScale::Kind::integers},
          .y = {.label = "fraction of the validation rows"},
          .series = {{"nn", Mark::line, points(accuracies(nn))},
                     {"scratch", Mark::dots, spaced(accuracies(scratch))}}};
}

}  // namespace

double mean_of(const std::vector<double>& losses) {
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
}

History epochs(const Training& training, const std::function<EpochLoss()>& epoch) {
  History history;
  Progress progress("training", training.epochs);
  for (std::int64_t i = 0; i < training.epochs; ++i) {
    const EpochLoss loss = epoch();
    progress.hide();
    const bool is_finite = std::isfinite(loss.train) && std::isfinite(loss.valid);
    if (!is_finite || (i > 0 && loss.train > 1e6 * history.front().train)) {
      throw Diverged(fmt::format(
          "training diverged at epoch {}: the {} is {}; try a smaller --lr than {}{}{}", i, training.loss,
          repr(loss.train), repr(training.lr), training.remedy.empty() ? "" : ", or ", training.remedy));
    }
    fmt::print("epoch: {} - {}: {} - {}_v: {}", i, training.loss, repr(round_to(loss.train, 4)),
               training.loss, repr(round_to(loss.valid, 4)));
    if (loss.accuracy) fmt::print(" - acc_v: {}", repr(round_to(*loss.accuracy, 4)));
    fmt::print("\n");
    history.push_back(loss);
    progress.update(i + 1);
  }
  return history;
}

void print_line(const char* label, const Tensor& b, const Tensor& w) {
  fmt::print("{} b, w: {} {}\n", label, text(b), text(w));
}

void print_true_line(const Split& data) {
  if (data.true_line)
    fmt::print("true          b, w: {} {}\n", repr(data.true_line->b), repr(data.true_line->w));
}

void print_what_mape_is() {
  fmt::print("Below, mape is the mean of |scratch - nn| / |nn|: 0.0 where the two models agree\n");
}

void print_mape(const char* what, double value) { fmt::print("mape {}: {}\n", what, repr(value)); }

void print_in_units(const Split& data, const Tensor& b, const Tensor& w) {
  if (!data.is_real) return;
  const auto text = [&](Line line) { return data.text_of(data.in_units(line), 6); };
  fmt::print("\nIn the units of the file\n");
  fmt::print("  trained        {}\n", text({b.item(), w.item()}));
  const std::optional<Line> best = least_squares(data.x_train.to(float64), data.y_train.to(float64));
  if (best) {
    fmt::print("  least squares  {}  (of the training rows)\n", text(*best));
  } else {
    fmt::print("  least squares  many lines: {} is the same in all training rows\n", data.x_name);
  }
}

void print_gradients(const std::vector<GradientRow>& rows) {
  std::vector<TableRow> table;
  double largest = 0;
  for (const GradientRow& row : rows) {
    table.push_back({row.name, {row.by_hand, row.arrays, row.autograd, row.finite_difference}});
    for (const double by_hand : {row.by_hand, row.arrays}) {
      const double size = std::max(std::abs(row.autograd), 1e-300);
      largest = std::max(largest, std::abs(by_hand - row.autograd) / size);
    }
  }
  print_table({"by hand, einsum", "by hand, arrays", "autograd", "finite differences"}, table);
  fmt::print("  by hand and autograd differ by {:.1e} of the gradient at most\n", largest);
}

void plot(const std::string& path, const Split& data, const Tensor& b, const Tensor& w, const History& nn,
          const History& scratch) {
  const auto scatter = [&](const Tensor& x, const Tensor& y) {
    return points(values_of(x, data.x_standard), values_of(y, data.y_standard));
  };
  const std::vector<double> x = values_of(cat({data.x_train, data.x_valid}), data.x_standard);
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  const Line line = data.in_units({b.item(), w.item()});

  Panel samples{
      .title = "Samples and the fitted line", .x = {.label = data.x_name}, .y = {.label = data.y_name}};
  samples.series = {{"training", Mark::dots, scatter(data.x_train, data.y_train)},
                    {"validation", Mark::dots, scatter(data.x_valid, data.y_valid)},
                    {data.text_of(line, 3),
                     Mark::line,
                     {{*low, line.b + line.w * *low}, {*high, line.b + line.w * *high}}}};
  write_svg(path,
            {.title = "1.1 Simple linear regression", .panels = {samples, losses_panel({}, nn, scratch)}});
}

void plot_losses(const std::string& path, const std::string& title, const Training& training,
                 const History& nn, const History& scratch) {
  Figure figure{.title = title, .panels = {losses_panel(training, nn, scratch)}};
  if (!nn.empty() && nn.front().accuracy) figure.panels.push_back(accuracy_panel(nn, scratch));
  write_svg(path, figure);
}

}  // namespace chapter

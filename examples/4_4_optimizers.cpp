// 4.4 Optimizers
//
// Five ways down one valley that is much steeper across than along: SGD, momentum, Nesterov, RMSprop and
// Adam, each by hand and of optim. Then gradients with noise, and what a schedule of learning rates does
// about it.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include <autodiff/autodiff.hpp>
#include <autodiff/explain/explain.hpp>
#include <optim/optim.hpp>
#include <support/element_table.hpp>
#include <support/options.hpp>
#include <support/regression_data.hpp>
#include <support/svg_plot.hpp>

#include <fmt/format.h>

using namespace eingrad;

struct Settings {
  double lr = 0.03, momentum = 0.9, adaptive_lr = 0.1;
  std::int64_t steps = 100;
  std::uint64_t manual_seed = 0;
  std::string plot, plot_schedules;
  bool explain = false, mistake = false;
};

/// L = 1/2 h_i p_i p_i: a valley along p_0, h_1 / h_0 = 25 times as steep across.
Tensor surface(const Tensor& h, const Tensor& p) { return 0.5 * sum(h * pow(p, 2)); }

Tensor curvature() { return tensor({1., 25.}); }
Tensor start() { return tensor({4., 1.}); }

chapter::Point point_of(const Tensor& p) {
  const std::vector<double> values = chapter::values_of(p);
  return {values.at(0), values.at(1)};
}

/// The parameters before each step and after the last.
using Path = std::vector<Tensor>;

// ---- By hand ----

/// Changes p along the gradient g.
using Update = std::function<void(Tensor& p, const Tensor& g)>;

// region by_hand
Update sgd(double lr) {
  return [=](Tensor& p, const Tensor& g) { p -= lr * g; };
}

/// v remembers where it went.
Update momentum(double lr, double mu) {
  return [=, v = zeros({2})](Tensor& p, const Tensor& g) mutable {
    v = mu * v + g;
    p -= lr * v;
  };
}

/// As momentum, but one step of v ahead.
Update nesterov(double lr, double mu) {
  return [=, v = zeros({2})](Tensor& p, const Tensor& g) mutable {
    v = mu * v + g;
    p -= lr * (g + mu * v);
  };
}

/// s is a running mean of squares: each coordinate gets a rate of its own.
Update rmsprop(double lr, double alpha = 0.99, double eps = 1e-8) {
  return [=, s = zeros({2})](Tensor& p, const Tensor& g) mutable {
    s = alpha * s + (1 - alpha) * g * g;
    p -= lr * g / (sqrt(s) + eps);
  };
}

/// Both memories. They start at 0, for which the divisions by 1 - beta^t make up.
Update adam(double lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8) {
  return [=, m = zeros({2}), v = zeros({2}), t = 0](Tensor& p, const Tensor& g) mutable {
    ++t;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const Tensor m_hat = m / (1 - std::pow(beta1, t)), v_hat = v / (1 - std::pow(beta2, t));
    p -= lr * m_hat / (sqrt(v_hat) + eps);
  };
}

/// With the gradient that we know, dL/dp_i = h_i p_i.
Path descend(Update update, std::int64_t steps) {
  const Tensor h = curvature();
  Tensor p = start();
  Path path = {p.clone()};
  for (std::int64_t i = 0; i < steps; ++i) {
    update(p, h * p);
    path.push_back(p.clone());
  }
  return path;
}
// endregion by_hand

// ---- Of optim, with autograd's gradients ----

// region optim
template <class Optimizer, class Options>
Path descend_with(const Options& options, std::int64_t steps) {
  const Tensor h = curvature();
  Tensor p = start().requires_grad_();
  Optimizer optimizer({p}, options);
  Path path = {p.detach().clone()};
  for (std::int64_t i = 0; i < steps; ++i) {
    optimizer.zero_grad();
    surface(h, p).backward();
    optimizer.step();
    path.push_back(p.detach().clone());
  }
  return path;
}
// endregion optim

struct Way {
  std::string name;
  Path by_hand, path;
};

std::vector<Way> ways(const Settings& s) {
  const double lr = s.lr, mu = s.momentum, adaptive = s.adaptive_lr;
  return {{"SGD", descend(sgd(lr), s.steps), descend_with<optim::SGD>(optim::SGDOptions{.lr = lr}, s.steps)},
          {"momentum", descend(momentum(lr, mu), s.steps),
           descend_with<optim::SGD>(optim::SGDOptions{.lr = lr, .momentum = mu}, s.steps)},
          {"Nesterov", descend(nesterov(lr, mu), s.steps),
           descend_with<optim::SGD>(optim::SGDOptions{.lr = lr, .momentum = mu, .nesterov = true}, s.steps)},
          {"RMSprop", descend(rmsprop(adaptive), s.steps),
           descend_with<optim::RMSprop>(optim::RMSpropOptions{.lr = adaptive}, s.steps)},
          {"Adam", descend(adam(adaptive), s.steps),
           descend_with<optim::Adam>(optim::AdamOptions{.lr = adaptive}, s.steps)}};
}

std::vector<double> losses(const Path& path) {
  std::vector<double> values;
  for (const Tensor& p : path) values.push_back(surface(curvature(), p).item());
  return values;
}

void print_ways(const std::vector<Way>& all, std::int64_t steps) {
  fmt::print("The first step, p - p_start, and how far those by hand are from optim's\n");
  std::vector<chapter::TableRow> first, later;
  for (const Way& way : all) {
    const auto [along, across] = point_of(way.path[1] - way.path[0]);
    double apart = 0;
    for (std::size_t i = 0; i < way.path.size(); ++i)
      apart = std::max(apart, max(abs(way.path[i] - way.by_hand[i])).item());
    first.push_back({way.name, {along, across, apart}});
    const std::vector<double> loss = losses(way.path);
    const auto at = [&](std::int64_t part) { return loss[static_cast<std::size_t>(steps * part / 4)]; };
    later.push_back({way.name, {at(1), at(2), at(3), at(4)}});
  }
  chapter::print_table({"along p_0", "along p_1", "all steps, at most"}, first);
  fmt::print("\nThe loss, {} at the start\n", losses(all[0].path)[0]);
  chapter::print_table({fmt::format("step {}", steps / 4), fmt::format("step {}", steps / 2),
                        fmt::format("step {}", steps * 3 / 4), fmt::format("step {}", steps)},
                       later);
}

/// Ellipses of equal loss, c = 1/2 h_i p_i p_i, as one series with gaps.
chapter::Series contours() {
  constexpr std::size_t corners = 120;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor h = curvature();
  chapter::Series lines{"equal loss", chapter::Mark::dashes, {}};
  for (const double c : {0.5, 2., 5., 10., 20.}) {
    const auto [along, across] = point_of(sqrt(2 * c / h));
    for (std::size_t i = 0; i <= corners; ++i) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(i) / corners;
      lines.points.push_back({along * std::cos(angle), across * std::sin(angle)});
    }
    lines.points.push_back({nan, nan});
  }
  return lines;
}

void plot_ways(const std::string& file, const std::vector<Way>& all) {
  chapter::Panel paths{.title = "Down the valley", .x = {.label = "p_0"}, .y = {.label = "p_1"}};
  chapter::Panel curves{.title = "The loss",
                        .x = {.label = "step", .kind = chapter::PlotScale::Kind::integers},
                        .y = {.label = "L, log scale", .kind = chapter::PlotScale::Kind::log}};
  for (const Way& way : all) {
    chapter::Series path{way.name, chapter::Mark::line, {}};
    for (const Tensor& p : way.path) path.points.push_back(point_of(p));
    paths.series.push_back(path);
    curves.series.push_back({way.name, chapter::Mark::line, chapter::points(losses(way.path))});
  }
  paths.series.push_back(contours());
  chapter::write_svg(file, {.title = "4.4 Optimizers", .panels = {paths, curves}, .stacked = true});
}

// ---- Schedules ----

struct Scheduled {
  std::string name;
  std::vector<double> rates, losses;
};

// region schedules
/// Gradients of mini-batches are the true one and noise. `make` gives the optimizer its schedule.
template <class Make>
Scheduled descend_in_noise(const std::string& name, const Settings& s, Make make) {
  const Tensor h = curvature();
  manual_seed(s.manual_seed);
  Tensor p = start().requires_grad_();
  optim::SGD optimizer({p}, {.lr = s.lr});
  auto schedule = make(optimizer);
  Scheduled run{name, {}, {}};
  for (std::int64_t i = 0; i < s.steps; ++i) {
    run.rates.push_back(optimizer.lr());
    run.losses.push_back(surface(h, p).item());
    optimizer.zero_grad();
    (surface(h, p) + sum(randn({2}) * p)).backward();
    optimizer.step();
    schedule.step();
  }
  return run;
}
// endregion schedules

std::vector<Scheduled> schedules(Settings s) {
  s.steps *= 5;  // for the rate to fall where the loss has come to rest
  const std::int64_t third = s.steps / 3;
  return {
      descend_in_noise("constant", s, [](auto& o) { return optim::LambdaLR(o, [](auto) { return 1.; }); }),
      descend_in_noise("StepLR", s, [&](auto& o) { return optim::StepLR(o, third, 0.1); }),
      descend_in_noise("cosine", s, [&](auto& o) { return optim::CosineAnnealingLR(o, s.steps); })};
}

void print_schedules(const std::vector<Scheduled>& all) {
  fmt::print("\nWith noise in the gradients, the last tenth of {} steps\n", all[0].losses.size());
  std::vector<chapter::TableRow> rows;
  for (const Scheduled& run : all) {
    const std::size_t count = std::max<std::size_t>(1, run.losses.size() / 10);
    double sum = 0;
    for (std::size_t i = run.losses.size() - count; i < run.losses.size(); ++i) sum += run.losses[i];
    rows.push_back({run.name, {run.rates.front(), run.rates.back(), sum / static_cast<double>(count)}});
  }
  chapter::print_table({"first rate", "last rate", "mean loss"}, rows);
}

void plot_schedules(const std::string& file, const std::vector<Scheduled>& all) {
  chapter::Panel rates{.title = "Learning rate", .x = {.label = "step"}, .y = {.label = "rate"}};
  chapter::Panel curves{.title = "The loss",
                        .x = {.label = "step"},
                        .y = {.label = "L, log scale", .kind = chapter::PlotScale::Kind::log}};
  for (const Scheduled& run : all) {
    rates.series.push_back({run.name, chapter::Mark::line, chapter::points(run.rates)});
    curves.series.push_back({run.name, chapter::Mark::line, chapter::points(run.losses)});
  }
  chapter::write_svg(file, {.title = "4.4 Schedules in noise", .panels = {rates, curves}});
}

/// Nesterov's look ahead, with nothing to look along.
void make_mistake() {
  try {
    optim::SGD optimizer({start().requires_grad_()}, {.lr = 0.03, .nesterov = true});
  } catch (const error& e) {
    fmt::print("{}\n", e.what());
  }
}

void check(const Settings& s) {
  for (const auto& [option, rate] : {std::pair{"--lr", s.lr}, {"--adaptive-lr", s.adaptive_lr}}) {
    if (!(rate > 0) || !std::isfinite(rate))
      chapter::refuse(option, fmt::format("{} is not a finite number above 0", rate), "0.03");
  }
  if (!(s.momentum > 0 && s.momentum < 1))
    chapter::refuse("--momentum", fmt::format("{} is not between 0 and 1", s.momentum), "0.9");
  if (s.steps < 4) chapter::refuse("--steps", fmt::format("{} steps", s.steps), "4 or more");
}

void compare(const Settings& s) {
  if (s.mistake) return make_mistake();
  const std::vector<Way> all = ways(s);
  for (const Way& way : all) {
    const double last = losses(way.path).back(), first = losses(way.path).front();
    if (!(last <= first)) {
      throw chapter::Diverged(
          fmt::format("{} diverged: L went from {:.4g} to {:.4g} in {} steps; try a smaller rate", way.name,
                      first, std::isnan(last) ? std::abs(last) : last, s.steps));  // a NaN has no sign
    }
  }
  print_ways(all, s.steps);
  if (s.explain) {
    const Tensor h = curvature(), p = start().requires_grad_(), loss = surface(h, p);
    fmt::print("\n{}", to_string(einstein::explain(loss, {{"h[i]", h}, {"p[i]", p}, {"L", loss}})));
  }
  if (!s.plot.empty()) plot_ways(s.plot, all);

  const std::vector<Scheduled> runs = schedules(s);
  print_schedules(runs);
  if (!s.plot_schedules.empty()) plot_schedules(s.plot_schedules, runs);
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    Settings s;
    set_default_dtype(float64);
    chapter::Options line("4.4 Optimizers: five ways down one valley, and schedules.");
    line.add("--lr RATE", s.lr, "of SGD, momentum and Nesterov");
    line.add("--momentum MU", s.momentum, "how much of the last step is kept");
    line.add("--adaptive-lr RATE", s.adaptive_lr, "of RMSprop and Adam");
    line.add("--steps N", s.steps, "steps of each");
    line.add("--manual-seed SEED", s.manual_seed, "seed of the noise");
    line.add_svg("--plot FILE", s.plot, "draw the ways and losses into an SVG file");
    line.add_svg("--plot-schedules FILE", s.plot_schedules, "draw the schedules into an SVG file");
    line.add_flag("--explain", s.explain, "derive the gradient, one rule a line");
    line.add_flag("--mistake", s.mistake, "make the chapter's mistake, to see what eingrad says");
    if (!line.parse(argc, argv)) return;
    check(s);
    compare(s);
  });
}

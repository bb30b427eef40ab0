// 3.2 Activations and gradients
//
// Each layer multiplies what flows back by the slopes of its activation. Where these are small, a deep
// network has no gradient left for its first layers.
#include <cmath>
#include <functional>

#include <autodiff/autodiff.hpp>
#include <nn/init.hpp>
#include <nn/nn.hpp>
#include <support/element_table.hpp>
#include <support/options.hpp>
#include <support/regression_data.hpp>
#include <support/svg_plot.hpp>

#include <fmt/format.h>

using namespace eingrad;

struct Settings {
  std::int64_t depth = 20, width = 64, rows = 128;
  std::uint64_t manual_seed = 0;
  std::string plot_functions, plot;
  bool mistake = false;
};

// region activations
struct Activation {
  std::string name;
  Tensor (*f)(const Operand&);
  nn::init::Nonlinearity kind;
};

const std::vector<Activation> activations = {{"sigmoid", sigmoid, nn::init::Nonlinearity::sigmoid},
                                             {"tanh", tanh, nn::init::Nonlinearity::tanh},
                                             {"ReLU", relu, nn::init::Nonlinearity::relu}};

/// f'(z) for each element of z: the elements are independent, so the gradient of the sum has them all.
Tensor derivative(const Activation& activation, const Tensor& z) {
  const Tensor leaf = z.detach().clone().requires_grad_();
  return grad(sum(activation.f(leaf)), {leaf})[0];
}
// endregion activations

/// How the weights start.
enum class Start { pytorch, gain };

// region norms
double norm(const Tensor& a) { return std::sqrt(sum(a * a).item()); }

/// |dL/dW| of each layer, from the first to the last, before any training.
std::vector<double> gradient_norms(const Activation& activation, const Settings& s, Start start) {
  manual_seed(s.manual_seed);
  const Tensor x = randn({s.rows, s.width}), y = randn({s.rows, s.width});
  std::vector<nn::Linear> layers;
  for (std::int64_t i = 0; i < s.depth; ++i) layers.emplace_back(s.width, s.width);
  if (start == Start::gain) {
    for (nn::Linear& layer : layers)
      nn::init::xavier_normal_(layer.weight, nn::init::calculate_gain(activation.kind));
  }
  Tensor a = x;
  std::vector<Tensor> weights;
  for (const nn::Linear& layer : layers) {
    a = activation.f(layer(a));
    weights.push_back(layer.weight);
  }
  std::vector<double> norms;
  for (const Tensor& gradient : grad(nn::mse_loss(a, y), weights)) norms.push_back(norm(gradient));
  return norms;
}
// endregion norms

void print_slopes() {
  const Tensor z = tensor({-10., -2., 0., 2., 10.});
  fmt::print("f'(z) for z = -10, -2, 0, 2, 10\n");
  std::vector<chapter::TableRow> rows;
  for (const Activation& activation : activations)
    rows.push_back({activation.name, chapter::values_of(derivative(activation, z))});
  chapter::print_table({"z = -10", "-2", "0", "2", "10"}, rows);
}

void print_norms(const std::string& title, const std::vector<std::vector<double>>& norms) {
  fmt::print("\n|dL/dW| by layer, {}\n", title);
  std::vector<chapter::TableRow> rows;
  for (std::size_t layer = 0; layer < norms[0].size(); ++layer) {
    rows.push_back({fmt::format("layer {}", layer + 1), {}});
    for (const std::vector<double>& of_one : norms) rows.back().values.push_back(of_one[layer]);
  }
  chapter::print_table({"sigmoid", "tanh", "ReLU"}, rows);
}

void plot_functions(const std::string& file) {
  const Tensor z = linspace(-4, 4, 161);
  chapter::Panel values{.title = "f(z)", .x = {.label = "z"}, .y = {}};
  chapter::Panel slopes{.title = "f'(z)", .x = {.label = "z"}, .y = {}};
  for (const Activation& activation : activations) {
    const auto series = [&](const Tensor& f) {
      return chapter::Series{activation.name, chapter::Mark::line,
                             chapter::points(chapter::values_of(z), chapter::values_of(f))};
    };
    values.series.push_back(series(activation.f(z)));
    slopes.series.push_back(series(derivative(activation, z)));
  }
  chapter::write_svg(file, {.title = "3.2 Activations and their derivatives", .panels = {values, slopes}});
}

chapter::Panel norms_panel(const std::string& title, const std::vector<std::vector<double>>& norms) {
  chapter::Panel panel{.title = title,
                       .x = {.label = "layer", .kind = chapter::PlotScale::Kind::integers},
                       .y = {.label = "|dL/dW|, log scale", .kind = chapter::PlotScale::Kind::log}};
  for (std::size_t i = 0; i < activations.size(); ++i) {
    chapter::Series series{activations[i].name, chapter::Mark::line, {}};
    for (std::size_t layer = 0; layer < norms[i].size(); ++layer)
      series.points.push_back({static_cast<double>(layer + 1), norms[i][layer]});
    panel.series.push_back(series);
  }
  return panel;
}

// region mistake
/// A sigmoid in float32: e^-z overflows, and the slope, which should be 0, is no number.
void make_mistake() {
  const Tensor z = tensor({-200., 0., 2.}).to(float32).requires_grad_();
  const Tensor e = exp(-z);
  fmt::print("by hand, e / (1 + e)^2    {}\n", to_string(e / pow(1 + e, 2)));
  fmt::print("autograd of sigmoid(z)    {}\n", to_string(grad(sum(sigmoid(z)), {z})[0]));
  const detect_anomaly guard;
  try {
    sum(e / (1 + e)).backward();
  } catch (const error& problem) {
    fmt::print("\n{}\n", problem.what());
  }
}
// endregion mistake

void compare(const Settings& s) {
  if (s.mistake) return make_mistake();
  print_slopes();
  std::vector<std::vector<double>> plain, with_gain;
  for (const Activation& activation : activations) {
    plain.push_back(gradient_norms(activation, s, Start::pytorch));
    with_gain.push_back(gradient_norms(activation, s, Start::gain));
  }
  print_norms("weights uniform on 1/sqrt(width)", plain);
  print_norms("weights normal, with the activation's gain", with_gain);
  if (!s.plot_functions.empty()) plot_functions(s.plot_functions);
  if (!s.plot.empty()) {
    chapter::write_svg(s.plot, {.title = "3.2 Gradients by layer",
                                .panels = {norms_panel("Uniform on ±1/√width", plain),
                                           norms_panel("Normal, with the activation's gain", with_gain)}});
  }
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    Settings s;
    set_default_dtype(float64);
    chapter::Options line("3.2 Activations and gradients: how deep a gradient comes.");
    line.add("--depth N", s.depth, "layers");
    line.add("--width N", s.width, "perceptrons a layer");
    line.add("--manual-seed SEED", s.manual_seed, "seed of data and parameters");
    line.add_svg("--plot FILE", s.plot, "draw the gradients by layer into an SVG file");
    line.add_svg("--plot-functions FILE", s.plot_functions,
                 "draw activations and derivatives into an SVG file");
    line.add_flag("--mistake", s.mistake, "make the chapter's mistake, to see what eingrad says");
    if (!line.parse(argc, argv)) return;
    // A table has a line a layer, and a layer width² weights.
    const auto is_out_of_range = [](std::int64_t n) { return n < 1 || n > 1000; };
    if (is_out_of_range(s.depth)) chapter::refuse("--depth", fmt::format("{} layers", s.depth), "1 to 1000");
    if (is_out_of_range(s.width))
      chapter::refuse("--width", fmt::format("{} perceptrons", s.width), "1 to 1000");
    compare(s);
  });
}

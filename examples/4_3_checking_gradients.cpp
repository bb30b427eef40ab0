// 4.3 Checking gradients
//
// A derivative can be had without any calculus: move x by h, and see how far f moves. How large should h be,
// how good is the result, and where does it mislead? And when a check fails, what does it say?
#include <cmath>
#include <iostream>
#include <limits>

#include <eingrad.hpp>
#include <support/options.hpp>
#include <support/svg_plot.hpp>

#include <fmt/format.h>

using namespace eingrad;

// ---- The step ----

// region differences
/// What differences are to find: f = eˣ at 1, whose derivatives are all e.
constexpr double point = 1;
Tensor f(const Tensor& x) { return exp(x); }

/// The number next to x that a dtype has, and f there.
struct At {
  double x, y;
  At(double number, Dtype dtype) {
    const Tensor rounded = full({}, number, dtype);
    x = rounded.item();
    y = f(rounded).item();
  }
};

double forward_difference(double h, Dtype dtype) {
  const At high(point + h, dtype), here(point, dtype);
  return (high.y - here.y) / (high.x - here.x);
}
double central_difference(double h, Dtype dtype) {
  const At high(point + h, dtype), low(point - h, dtype);
  return (high.y - low.y) / (high.x - low.x);
}
// endregion differences

double derivative() {
  const Tensor x = full({}, point, float64).requires_grad_();
  return grad(f(x), {x})[0].item();
}

using Difference = double (*)(double h, Dtype dtype);
double relative_error(Difference difference, double h, Dtype dtype) {
  return std::abs(difference(h, dtype) / derivative() - 1);
}

void print_errors() {
  const Difference differences[] = {forward_difference, central_difference};
  fmt::print("The relative error of a difference, at steps h\n");
  fmt::print("  {:<8}{:>16}{:>16}{:>16}{:>16}\n", "", "forward", "central", "forward", "central");
  fmt::print("  {:<8}{:>16}{:>16}{:>16}{:>16}\n", "h", "float64", "float64", "float32", "float32");
  for (int digits = 1; digits <= 15; ++digits) {
    const double h = std::pow(10, -digits);
    fmt::print("  {:<8.0e}", h);
    for (const Dtype dtype : {float64, float32}) {
      for (const Difference difference : differences) {
        if (dtype == float64 || digits <= 7) fmt::print("{:>16.1e}", relative_error(difference, h, dtype));
      }
    }
    fmt::print("\n");
  }
}

/// Errors against steps, measured and as theory says: what the Taylor series leaves out, and what rounding
/// loses.
chapter::Panel panel_of(Dtype dtype, int decades, double epsilon) {
  chapter::Panel panel{.title = std::string(name_of(dtype)),
                       .x = {.label = "h, log scale", .kind = chapter::PlotScale::Kind::log},
                       .y = {.label = "relative error, log scale", .kind = chapter::PlotScale::Kind::log}};
  chapter::Series forward{"forward", chapter::Mark::dots, {}}, central{"central", chapter::Mark::dots, {}};
  chapter::Series first{"h/2", chapter::Mark::dashes, {}}, second{"h²/6", chapter::Mark::dashes, {}};
  chapter::Series rounding{"ε/h", chapter::Mark::dashes, {}};
  for (int i = 4; i <= 4 * decades; ++i) {
    const double h = std::pow(10, -i / 4.0);
    forward.points.push_back({h, relative_error(forward_difference, h, dtype)});
    central.points.push_back({h, relative_error(central_difference, h, dtype)});
    if (h / 2 > epsilon) first.points.push_back({h, h / 2});
    if (h * h / 6 > epsilon) second.points.push_back({h, h * h / 6});
    rounding.points.push_back({h, epsilon / h});
  }
  panel.series = {first, second, rounding, forward, central};
  return panel;
}

void plot_errors(const std::string& path) {
  chapter::write_svg(path, {.title = "The error of a difference",
                            .panels = {panel_of(float64, 15, std::numeric_limits<double>::epsilon() / 2),
                                       panel_of(float32, 7, std::numeric_limits<float>::epsilon() / 2)}});
}

// ---- What a check says ----

void show(const char* what, const GradcheckResult& result) {
  std::cout << "\n" << what << "\n" << result << "\n";
}

void show_what_checks_say() {
  // region kinks
  const auto relu_of = [](const Tensor& x) { return relu(x); };
  const auto abs_of = [](const Tensor& x) { return abs(x); };
  show("relu beside its kink", gradcheck(relu_of, tensor({-1., 4e-7, 1.}).requires_grad_()));
  show("abs at its kink", gradcheck(abs_of, tensor({-1., 0., 1.}).requires_grad_()));
  // endregion kinks

  // region precision
  const auto quotient = [](const Tensor& x) { return 1 / x; };
  const Tensor x = linspace(1, 2, 3);
  show("1/x in float32", gradcheck(quotient, x.to(float32).requires_grad_()));
  show("1/x in float64", gradcheck(quotient, x.clone().requires_grad_()));
  // endregion precision

  // region mistakes
  const auto detached = [](const Tensor& a) { return square(a).detach() * 3; };
  const auto noisy = [](const Tensor& a) { return a * randn(a.shape()); };
  const Function cube(
      "cube", [](const Tensors& a) { return a[0] * a[0] * a[0]; },
      [](const Tensor& ybar, const Tensors& a, const Tensor&) -> Tensors { return {ybar * a[0] * a[0]}; });
  show("detached", gradcheck(detached, x.clone().requires_grad_()));
  show("noisy", gradcheck(noisy, x.clone().requires_grad_()));
  show("a factor forgotten",
       gradcheck([&](const Tensor& a) { return cube({a}); }, x.clone().requires_grad_()));
  // endregion mistakes
}

// ---- Many parameters ----

// region directions
void check_along_directions() {
  nn::Linear layer(100, 50);
  const Tensor x = randn({4, 100});
  int calls = 0;
  const auto loss = [&](const Tensors&) {
    ++calls;
    return mean(square(tanh(layer(x))));
  };
  fmt::print("\n{} parameters\n", layer.parameter_count());
  for (const std::size_t directions : {0U, 3U}) {
    calls = 0;
    const GradcheckResult result = gradcheck(loss, {layer.weight, layer.bias}, {.directions = directions});
    fmt::print("  {:>5} calls  {}\n", calls, result.message);
  }
}
// endregion directions

// ---- Formulas ----

// region formulas
void check_formulas() {
  const Tensor x = randn({5, 3}), y = randn({5}), w = randn({3}).requires_grad_();
  const Tensor yhat = tanh(matmul(x, w)), loss = mean(square(yhat - y));
  const Names names{{"x[n,i]", x}, {"y", y}, {"w", w}, {"yhat", yhat}};
  fmt::print("\nFormulas for the graph of L = mean (tanh(x w) - y)²\n");
  for (const char* claim :
       {"dL/dw_i = 2/m (yhat_n - y_n) (1 - yhat_n^2) x_ni", "dL/dw_i = 2/m (yhat_n - y_n) x_ni",
        "dL/dw_i = 2/m (yhat_n - y_n) (1 - yhat_n^2) x_in"})
    fmt::print("{}\n  {}\n", claim, einstein::check(claim, loss, names, "m = |n|").message);
}
// endregion formulas

int main(int argc, char** argv) {
  return chapter::run([&] {
    std::string plot;
    chapter::Options options("4.3 Checking gradients: steps, kinks, precision, and what a check says.");
    options.add_svg("--plot FILE", plot, "draw the error against the step into an SVG file");
    if (!options.parse(argc, argv)) return;
    set_default_dtype(float64);
    manual_seed(0);
    print_errors();
    if (!plot.empty()) plot_errors(plot);
    show_what_checks_say();
    check_along_directions();
    check_formulas();
  });
}

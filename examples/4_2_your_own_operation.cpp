// 4.2 Your own operation, your own layer
//
// An operation is a forward and a backward. We define one, make a layer of it, and prove its gradients right;
// then we make the mistakes that people make, and see which check finds which.
#include <algorithm>
#include <iostream>

#include <eingrad.hpp>
#include <support/options.hpp>
#include <support/rms_norm.hpp>

#include <fmt/format.h>

using namespace eingrad;
using chapter::rms_normalize, chapter::root_mean_square, chapter::RMSNorm;

// ---- Two operands ----

// region gated
/// y_ni = a_ni σ(b_ni): b is a gate for a (Dauphin et al. 2017). Each operand gets its cotangent.
const Function gated(
    "gated", [](const Tensors& x) { return x[0] * sigmoid(x[1]); },
    [](const Tensor& ybar, const Tensors& x, const Tensor& y) -> Tensors {
      const Tensor s = sigmoid(x[1]);
      return {ybar * s, ybar * y * (1 - s)};
    });
// endregion gated

void check_gated() {
  // region call
  const Tensor a = randn({2, 3}).requires_grad_(), b = randn({2, 3}).requires_grad_();
  const Tensor y = gated(a, b);
  std::cout << "\ngated(a, b)\n" << y << "\n" << gradcheck(gated, {a, b}).message << "\n";
  // endregion call
}

// ---- By hand and by autograd ----

/// What rms_normalize computes, but with the gradient that autograd finds.
Tensor composed(const Tensor& x) { return x / root_mean_square(x); }

std::int64_t operations_in(const Tensor& y) {
  const BackwardTrace trace = trace_backward(y, {}, {.cotangent = ones_like(y)});
  return std::ranges::count_if(trace.steps, [](const TraceStep& step) { return !step.operation.empty(); });
}

void compare_with_autograd(const Tensor& x) {
  const Tensor mine = rms_normalize(x), theirs = composed(x), v = randn(x.shape());
  fmt::print("operations in the graph: {} by hand, {} composed\n", operations_in(mine),
             operations_in(theirs));
  const Tensor by_hand = grad(mine, {x}, {.cotangents = {v}})[0];
  const Tensor by_autograd = grad(theirs, {x}, {.cotangents = {v}})[0];
  fmt::print("their gradients differ by {:.1e} at most\n\n", max_abs_difference(by_hand, by_autograd));
}

// ---- A model with the layer ----

// region model
struct Model : nn::Module {
  nn::Linear hidden{4, 8};
  RMSNorm norm{8};
  nn::Linear out{8, 1};

  Tensor forward(const Tensor& x) const { return out(tanh(norm(hidden(x)))); }

  EINGRAD_MEMBERS(hidden, norm, out)
};
// endregion model

void train() {
  const data::Regression samples =
      data::make_regression({.n_samples = 100, .n_features = 4, .random_state = 0});
  const Tensor x = samples.x, y = samples.y.unsqueeze(-1) / 100;
  Model model;
  std::cout << model << "\n";
  optim::SGD optimizer(model.parameters(), {.lr = 0.1});
  for (int step = 0; step <= 200; ++step) {
    const Tensor loss = nn::mse_loss(model.forward(x), y);
    if (step % 100 == 0) fmt::print("step {:3}  loss {:.4f}\n", step, loss.item());
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
  }
}

// ---- Mistakes, and the checks that find them ----

// region mistakes
struct Attempt {
  const char* name;
  Function function;
};
/// The forward of rms_normalize with another backward.
Attempt attempt(const char* name, Function::Backward backward) {
  return {name, Function(
                    name, [](const Tensors& x) { return composed(x[0]); }, std::move(backward))};
}
Tensor mean_of_rows(const Tensor& a) { return mean(a, {-1}, true); }

const Attempt forgets_r =
    attempt("r taken for a constant", [](const Tensor& ybar, const Tensors& x, const Tensor&) -> Tensors {
      return {ybar / root_mean_square(x[0])};
    });
const Attempt sums =
    attempt("a sum for the mean", [](const Tensor& ybar, const Tensors& x, const Tensor& y) -> Tensors {
      return {(ybar - y * sum(ybar * y, {-1}, true)) / root_mean_square(x[0])};
    });
const Attempt exchanges =
    attempt("y and ybar exchanged", [](const Tensor& ybar, const Tensors& x, const Tensor& y) -> Tensors {
      return {(y - ybar * mean_of_rows(ybar * y)) / root_mean_square(x[0])};
    });
const Attempt detaches =
    attempt("y detached", [](const Tensor& ybar, const Tensors& x, const Tensor& y) -> Tensors {
      const Tensor constant = y.detach();
      return {(ybar - constant * mean_of_rows(ybar * constant)) / root_mean_square(x[0])};
    });
const Attempt keeps_no_axis = attempt(
    "no axis kept",
    [](const Tensor& ybar, const Tensors&, const Tensor& y) -> Tensors { return {mean(ybar * y, {-1})}; });
// endregion mistakes

void print_who_finds(const Attempt& attempt, const Tensor& x) {
  const TensorFunction f = [&](const Tensors& in) { return attempt.function(in); };
  const auto text = [](bool passes) { return passes ? "passes" : "found"; };
  fmt::print("  {:<24}{:>10}{:>12}{:>16}\n", attempt.name, text(all_ones_check(f, {x})),
             text(gradcheck(f, {x}).ok), text(gradgradcheck(f, {x}).ok));
}

void print_gradcheck(const Attempt& attempt, const Tensor& x) {
  std::cout << "\n"
            << attempt.name << "\n"
            << gradcheck([&](const Tensors& in) { return attempt.function(in); }, {x}) << "\n";
}

void run() {
  set_default_dtype(float64);
  manual_seed(0);

  // region checks
  const Tensor x = randn({3, 3}, float64).requires_grad_();
  const auto f = [](const Tensors& in) { return rms_normalize(in[0]); };
  std::cout << gradcheck(f, {x}) << "\n\n" << gradgradcheck(f, {x}).message << "\n\n";
  // endregion checks
  compare_with_autograd(x);
  train();

  fmt::print("\nWho finds the mistake?\n  {:<24}{:>10}{:>12}{:>16}\n", "", "all ones", "gradcheck",
             "gradgradcheck");
  for (const Attempt& each : {Attempt{"none", rms_normalize}, forgets_r, sums, exchanges, detaches})
    print_who_finds(each, x);
  print_gradcheck(forgets_r, x);
  print_gradcheck(keeps_no_axis, x);

  // region mutants
  const auto layer = [](const Tensors& in) { return in[1] * rms_normalize(in[0]); };
  const Tensor g = randn({3}).requires_grad_();
  std::cout << "\ngradcheck " << mutation_score(layer, {x, g}) << "\nall ones "
            << mutation_score(layer, {x, g}, all_ones_check) << "\n";
  // endregion mutants
  check_gated();
}

int main() { return chapter::run(run); }

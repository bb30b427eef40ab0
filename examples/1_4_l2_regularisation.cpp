// 1.4 L2 regularisation
//
// Large weights cost: the loss gets the penalty lambda/2 |w|^2, and the gradient lambda w. A step then
// shrinks the weights before it does anything else, which is why an optimizer calls it weight decay.
#include <cmath>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <support/two_models.hpp>

using namespace eingrad;

constexpr std::int64_t features = 5, targets = 3;

// ---- The model from scratch ----

class Regularised {
 public:
  Tensor b = randn({targets});
  Tensor w = randn({features, targets});
  Tensor lambda;

  explicit Regularised(double weight_decay) : lambda(full({}, weight_decay)) {}

  /// Takes the values of a linear layer, whose weight is stored as (targets, features).
  void copy_params(const nn::Linear& layer) {
    b.copy_(layer.bias.detach());
    w.copy_(layer.weight.detach().t());
  }
  chapter::Affine parameters() const { return {b, w}; }

  // region model
  /// yhat_nk = x_ni w_ik + b_k
  Tensor predict(const Tensor& x) const { return einsum("ni,ik->nk", x, w) + b; }

  /// L = 1/(|n| |k|) sum_nk (yhat_nk - y_nk)^2
  Tensor mse_loss(const Tensor& y_true, const Tensor& y_pred) const { return mean(pow(y_pred - y_true, 2)); }

  /// J = L + lambda/2 w_ik w_ik. The bias is free: it says where the targets lie, not how they vary.
  Tensor penalised_loss(const Tensor& y_true, const Tensor& y_pred) const {
    return mse_loss(y_true, y_pred) + lambda * sum(pow(w, 2)) / 2;
  }
  // endregion model

  double evaluate(const Tensor& x, const Tensor& y_true) const { return mse_loss(y_true, predict(x)).item(); }

  // region gradients
  /// delta_nk = dL/dyhat_nk = 2/(|n| |k|) (yhat_nk - y_nk)
  static Tensor delta(const Tensor& y_true, const Tensor& y_pred) {
    return 2 * (y_pred - y_true) / y_true.numel();
  }

  /// dJ/db_k = delta_nk 1_n,  dJ/dw_ik = x_ni delta_nk + lambda w_ik
  chapter::Affine gradients(const Tensor& x, const Tensor& y_true, const Tensor& y_pred) const {
    const Tensor d = delta(y_true, y_pred);
    return {einsum("nk->k", d), einsum("ni,nk->ik", x, d) + lambda * w};
  }

  /// The same without indices: dJ/db = delta^T 1,  dJ/dw = X^T delta + lambda W
  chapter::Affine matrix_gradients(const Tensor& x, const Tensor& y_true, const Tensor& y_pred) const {
    const Tensor d = delta(y_true, y_pred);
    return {matmul(d.t(), ones({d.size(0)})), matmul(x.t(), d) + lambda * w};
  }
  // endregion gradients

  /// A step of gradient descent, p <- p - lr dJ/dp. Returns the loss before it, without the penalty.
  double step(const Tensor& x, const Tensor& y_true, double lr) {
    const Tensor y_pred = predict(x);
    const chapter::Affine gradient = gradients(x, y_true, y_pred);
    b -= lr * gradient.b;
    w -= lr * gradient.w;
    return mse_loss(y_true, y_pred).item();
  }

  chapter::History fit(const chapter::Split& data, const chapter::Training& training) {
    return chapter::descend(
        data, training, [&](const Tensor& x, const Tensor& y) { return step(x, y, training.lr); },
        [&](const Tensor& x, const Tensor& y) { return evaluate(x, y); });
  }
};

// ---- The same model, of nn and optim ----

// region nn
struct LinearRegression : nn::Module {
  nn::Linear layer{features, targets};
  nn::MSELoss loss;
  double weight_decay = 0;

  Tensor forward(const Tensor& x) const { return layer(x); }

  double evaluate(const Tensor& x, const Tensor& y) const {
    const no_grad guard;
    return loss(forward(x), y).item();
  }
  chapter::Affine parameters_as_scratch() const { return {layer.bias.detach(), layer.weight.detach().t()}; }

  chapter::History fit(const chapter::Split& data, const chapter::Training& training) {
    optim::SGD optimizer({{{layer.weight}, {.lr = training.lr, .weight_decay = weight_decay}},
                          {{layer.bias}, {.lr = training.lr}}});
    const auto step = [&](const Tensor& x, const Tensor& y) {
      const Tensor batch_loss = loss(forward(x), y);
      optimizer.zero_grad();
      batch_loss.backward();
      optimizer.step();
      return batch_loss.item();
    };
    return chapter::descend(data, training, step,
                            [&](const Tensor& x, const Tensor& y) { return evaluate(x, y); });
  }

  EINGRAD_MEMBERS(layer, loss)
};
// endregion nn

// ---- The gradients of the first mini-batch ----

// region autograd
/// Autograd of the penalised loss, which the optimizer's weight decay saves.
chapter::Affine autograd_gradients(const LinearRegression& model, const Tensor& x, const Tensor& y) {
  const Tensor penalty = model.weight_decay / 2 * sum(pow(model.layer.weight, 2));
  const std::vector<Tensor> gradients =
      grad(model.loss(model.forward(x), y) + penalty, {model.layer.bias, model.layer.weight});
  return {gradients[0], gradients[1].t()};
}
// endregion autograd

void compare_gradients(const Regularised& scratch, const LinearRegression& model, const Tensor& x,
                       const Tensor& y) {
  const Tensor y_pred = scratch.predict(x);
  const auto loss = [&] { return scratch.penalised_loss(y, scratch.predict(x)); };
  chapter::print_gradients(
      {scratch.gradients(x, y, y_pred),
       scratch.matrix_gradients(x, y, y_pred),
       autograd_gradients(model, x, y),
       {chapter::finite_differences(scratch.b, loss), chapter::finite_differences(scratch.w, loss)}});
}

void explain(Regularised model, const Tensor& x, const Tensor& y, const chapter::TrainingOptions& options) {
  model.b = model.b.clone().requires_grad_();
  model.w = model.w.clone().requires_grad_();
  const Tensor yhat = model.predict(x), loss = model.penalised_loss(y, yhat);
  chapter::show_graph(options, loss,
                      {{"b", model.b},
                       {"w", model.w},
                       {"lambda", model.lambda},
                       {"x", x},
                       {"y", y},
                       {"yhat", yhat},
                       {"J", loss}});
}

// region mistake
/// The shrinking by hand: parameters are leaves of the graph, and nobody changes them while it is recorded.
void make_mistake(LinearRegression& model, double lr) {
  try {
    model.layer.weight *= 1 - lr * model.weight_decay;
  } catch (const error& e) {
    fmt::print("\n{}\n", e.what());
  }
}
// endregion mistake

void compare(const chapter::GeneratedOptions& options, double weight_decay, const std::string& title) {
  const chapter::Generated data = chapter::generate(options);
  const chapter::Training training = options.training();
  const Tensor x = data.x_train.slice(0, 0, training.batch), y = data.y_train.slice(0, 0, training.batch);

  manual_seed(options.manual_seed);
  LinearRegression model;
  model.weight_decay = weight_decay;
  Regularised scratch(weight_decay);
  chapter::start_alike(scratch, model, data);
  if (options.mistake) return make_mistake(model, training.lr);

  fmt::print("\nThe gradients at the first mini-batch\n");
  compare_gradients(scratch, model, x, y);
  explain(scratch, x, y, options);
  chapter::train_both(scratch, model, data, training, title, options.plot);
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    const std::string title = "1.4 L2 regularisation";
    double weight_decay = 0.01;
    chapter::GeneratedOptions options(
        {.samples = 2'000, .features = features, .informative = features, .targets = targets});
    options.drop_last = true;
    const bool go_on = options.parse(title + ": weight decay as a gradient.", argc, argv, [&](auto& line) {
      line.add("--weight-decay LAMBDA", weight_decay, "of the penalty LAMBDA/2 |w|^2");
    });
    if (!go_on) return;
    if (!(weight_decay >= 0) || !std::isfinite(weight_decay)) {
      chapter::refuse("--weight-decay", fmt::format("{} is not a finite number of 0 or more", weight_decay),
                      "0.01");
    }
    compare(options, weight_decay, title);
  });
}

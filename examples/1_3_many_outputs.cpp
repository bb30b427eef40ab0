// 1.3 Many outputs
//
// A layer of perceptrons predicts several targets at once, yhat_nk = x_ni w_ik + b_k. The derivative of a
// matrix by a matrix has four indices; most of it is zeros, and the delta that says so cancels a sum.
#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <support/two_models.hpp>

using namespace eingrad;

constexpr std::int64_t features = 5, targets = 3;

// ---- The model from scratch ----

class ManyOutputs {
 public:
  Tensor b = randn({targets});
  Tensor w = randn({features, targets});

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
  // endregion model

  double evaluate(const Tensor& x, const Tensor& y_true) const { return mse_loss(y_true, predict(x)).item(); }

  // region gradients
  /// delta_nk = dL/dyhat_nk = 2/(|n| |k|) (yhat_nk - y_nk)
  static Tensor delta(const Tensor& y_true, const Tensor& y_pred) {
    return 2 * (y_pred - y_true) / y_true.numel();
  }

  /// dL/db_k = delta_nk 1_n,  dL/dw_ik = x_ni delta_nk
  chapter::Affine gradients(const Tensor& x, const Tensor& y_true, const Tensor& y_pred) const {
    const Tensor d = delta(y_true, y_pred);
    return {einsum("nk->k", d), einsum("ni,nk->ik", x, d)};
  }

  /// The same without indices: dL/db = delta^T 1,  dL/dw = X^T delta
  static chapter::Affine matrix_gradients(const Tensor& x, const Tensor& y_true, const Tensor& y_pred) {
    const Tensor d = delta(y_true, y_pred);
    return {matmul(d.t(), ones({d.size(0)})), matmul(x.t(), d)};
  }
  // endregion gradients

  /// A step of gradient descent, p <- p - lr dL/dp. Returns the loss before it.
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

struct LinearRegression : nn::Module {
  nn::Linear layer{features, targets};
  nn::MSELoss loss;

  Tensor forward(const Tensor& x) const { return layer(x); }

  double evaluate(const Tensor& x, const Tensor& y) const {
    const no_grad guard;
    return loss(forward(x), y).item();
  }
  chapter::Affine parameters_as_scratch() const { return {layer.bias.detach(), layer.weight.detach().t()}; }

  chapter::History fit(const chapter::Split& data, const chapter::Training& training) {
    optim::SGD optimizer(parameters(), {.lr = training.lr});
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

// ---- The gradients of the first mini-batch ----

void compare_gradients(const ManyOutputs& scratch, const LinearRegression& model, const Tensor& x,
                       const Tensor& y) {
  const Tensor y_pred = scratch.predict(x);
  const std::vector<Tensor> autograd =
      grad(model.loss(model.forward(x), y), {model.layer.bias, model.layer.weight});
  const auto loss = [&] { return scratch.mse_loss(y, scratch.predict(x)); };
  chapter::print_gradients(
      {scratch.gradients(x, y, y_pred),
       ManyOutputs::matrix_gradients(x, y, y_pred),
       {autograd[0], autograd[1].t()},
       {chapter::finite_differences(scratch.b, loss), chapter::finite_differences(scratch.w, loss)}});
}

void explain(ManyOutputs model, const Tensor& x, const Tensor& y, const chapter::TrainingOptions& options) {
  model.b = model.b.clone().requires_grad_();
  model.w = model.w.clone().requires_grad_();
  const Tensor yhat = model.predict(x), loss = model.mse_loss(y, yhat);
  chapter::show_graph(options, loss,
                      {{"b", model.b}, {"w", model.w}, {"x", x}, {"y", y}, {"yhat", yhat}, {"L", loss}});
}

// region jacobian
/// The chain rule before the deltas are eliminated: dL/dw_ij = delta_nk dyhat_nk/dw_ij.
void contract_jacobian(const ManyOutputs& scratch, const Tensor& x, const Tensor& y) {
  const Tensor yhat = scratch.predict(x), delta = ManyOutputs::delta(y, yhat);
  const Tensor j =
      jacobian([&](const Tensor& w) { return einsum("ni,ik->nk", x, w) + scratch.b; }, scratch.w);
  const Tensor expected = einsum("ni,kj->nkij", x, eye(targets));  // x_ni delta_kj
  fmt::print("\nThe Jacobian dyhat/dw has the shape {}: {} numbers, of which {} are 0\n",
             to_string(j.shape()), j.numel(), sum(j == 0).item<std::int64_t>());
  fmt::print("  from x_ni delta_kj it differs by {}\n", max(abs(j - expected)).item());
  fmt::print("  contracted with delta, from X^T delta by {:.1e}\n",
             max(abs(einsum("nk,nkij->ij", delta, j) - matmul(x.t(), delta))).item());
}
// endregion jacobian

/// A layer keeps its weights as (targets, features), and X W asks for (features, targets).
void make_mistake(const LinearRegression& model, const Tensor& x) {
  try {
    matmul(x, model.layer.weight);
  } catch (const error& e) {
    fmt::print("\n{}\n", e.what());
  }
}

void compare(const chapter::GeneratedOptions& options, const std::string& title) {
  const chapter::Generated data = chapter::generate(options);
  const chapter::Training training = options.training();
  const Tensor x = data.x_train.slice(0, 0, training.batch), y = data.y_train.slice(0, 0, training.batch);

  manual_seed(options.manual_seed);
  LinearRegression model;
  ManyOutputs scratch;
  chapter::start_alike(scratch, model, data);
  if (options.mistake) return make_mistake(model, x);

  fmt::print("\nThe gradients at the first mini-batch\n");
  compare_gradients(scratch, model, x, y);
  contract_jacobian(scratch, x, y);
  explain(scratch, x, y, options);
  chapter::train_both(scratch, model, data, training, title, options.plot);
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    const std::string title = "1.3 Many outputs";
    chapter::GeneratedOptions options(
        {.samples = 1'500, .features = features, .informative = features, .targets = targets});
    if (options.parse(title + ": gradients of matrices by matrices.", argc, argv)) compare(options, title);
  });
}

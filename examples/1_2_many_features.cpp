// 1.2 Many features
//
// Several inputs predict y along a plane, yhat_n = x_ni w_i + b. The derivative by the vector w is a vector
// too, and the sum over the samples in it is a product of matrices, X^T delta.
#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <support/two_models.hpp>

using namespace eingrad;

constexpr std::int64_t features = 4;

// ---- The model from scratch ----

class ManyFeatures {
 public:
  Tensor b = randn({1});
  Tensor w = randn({features});

  /// Takes the values of a linear layer with one output, whose weight is a matrix of one row.
  void copy_params(const nn::Linear& layer) {
    b.copy_(layer.bias.detach());
    w.copy_(layer.weight.detach().squeeze(0));
  }
  chapter::Affine parameters() const { return {b, w}; }

  // region model
  /// yhat_n = x_ni w_i + b
  Tensor predict(const Tensor& x) const { return einsum("ni,i->n", x, w) + b; }

  /// L = 1/|n| sum_n (yhat_n - y_n)^2
  Tensor mse_loss(const Tensor& y_true, const Tensor& y_pred) const { return mean(pow(y_pred - y_true, 2)); }
  // endregion model

  double evaluate(const Tensor& x, const Tensor& y_true) const { return mse_loss(y_true, predict(x)).item(); }

  // region gradients
  /// delta_n = dL/dyhat_n = 2/|n| (yhat_n - y_n)
  static Tensor delta(const Tensor& y_true, const Tensor& y_pred) {
    return 2 * (y_pred - y_true) / y_true.numel();
  }

  /// dL/db = delta_n 1_n,  dL/dw_i = x_ni delta_n
  chapter::Affine gradients(const Tensor& x, const Tensor& y_true, const Tensor& y_pred) const {
    const Tensor d = delta(y_true, y_pred);
    return {einsum("n->", d).unsqueeze(0), einsum("ni,n->i", x, d)};
  }

  /// The same without indices: dL/db = 1^T delta,  dL/dw = X^T delta
  static chapter::Affine matrix_gradients(const Tensor& x, const Tensor& y_true, const Tensor& y_pred) {
    const Tensor d = delta(y_true, y_pred);
    return {sum(d).unsqueeze(0), matmul(x.t(), d)};
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

// region nn
struct LinearRegression : nn::Module {
  nn::Linear layer{features, 1};
  nn::MSELoss loss;

  /// x (n, 4) -> yhat (n,); the layer itself returns a column.
  Tensor forward(const Tensor& x) const { return layer(x).squeeze(-1); }

  double evaluate(const Tensor& x, const Tensor& y) const {
    const no_grad guard;
    return loss(forward(x), y).item();
  }
  chapter::Affine parameters_as_scratch() const {
    return {layer.bias.detach(), layer.weight.detach().squeeze(0)};
  }

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
// endregion nn

// ---- The gradients of the first mini-batch ----

void compare_gradients(const ManyFeatures& scratch, const LinearRegression& model, const Tensor& x,
                       const Tensor& y) {
  const Tensor y_pred = scratch.predict(x);
  const std::vector<Tensor> autograd =
      grad(model.loss(model.forward(x), y), {model.layer.bias, model.layer.weight});
  const auto loss = [&] { return scratch.mse_loss(y, scratch.predict(x)); };
  chapter::print_gradients(
      {scratch.gradients(x, y, y_pred),
       ManyFeatures::matrix_gradients(x, y, y_pred),
       {autograd[0], autograd[1].squeeze(0)},
       {chapter::finite_differences(scratch.b, loss), chapter::finite_differences(scratch.w, loss)}});
}

void explain(ManyFeatures model, const Tensor& x, const Tensor& y, const chapter::TrainingOptions& options) {
  model.b = model.b.clone().requires_grad_();
  model.w = model.w.clone().requires_grad_();
  const Tensor yhat = model.predict(x), loss = model.mse_loss(y, yhat);
  chapter::show_graph(options, loss,
                      {{"b", model.b}, {"w", model.w}, {"x", x}, {"y", y}, {"yhat", yhat}, {"L", loss}});
}

// region mistake
/// The targets as a column, (n, 1), beside predictions (n,): their difference is a matrix, (n, n).
void make_mistake(const ManyFeatures& scratch, const Tensor& x, const Tensor& y) {
  const Tensor yhat = scratch.predict(x), column = y.unsqueeze(-1);
  fmt::print("\nThe loss by hand is {:.4f}, and of a column {:.4f}\n", scratch.mse_loss(y, yhat).item(),
             scratch.mse_loss(column, yhat).item());
  try {
    nn::mse_loss(yhat, column);
  } catch (const error& e) {
    fmt::print("nn::mse_loss of a column:\n{}\n", e.what());
  }
}
// endregion mistake

void compare(const chapter::GeneratedOptions& options, const std::string& title) {
  const chapter::Generated data = chapter::generate(options);
  const chapter::Training training = options.training();
  const Tensor x = data.x_train.slice(0, 0, training.batch), y = data.y_train.slice(0, 0, training.batch);

  manual_seed(options.manual_seed);
  LinearRegression model;
  ManyFeatures scratch;
  chapter::start_alike(scratch, model, data);
  if (options.mistake) return make_mistake(scratch, x, y);

  fmt::print("\nThe gradients at the first mini-batch\n");
  compare_gradients(scratch, model, x, y);
  explain(scratch, x, y, options);
  chapter::train_both(scratch, model, data, training, title, options.plot);
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    const std::string title = "1.2 Many features";
    chapter::GeneratedOptions options({.samples = 1'000, .features = features, .informative = 3});
    if (options.parse(title + ": the gradient as a product of matrices.", argc, argv))
      compare(options, title);
  });
}

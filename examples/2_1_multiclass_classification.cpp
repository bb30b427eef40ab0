// 2.1 Multiclass classification
//
// A linear model gives each class a score, and softmax makes probabilities of the scores. Each of them
// depends on all scores, so its Jacobian is full; with cross-entropy behind it, what is left is p - y.
#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <support/class_data.hpp>
#include <support/element_table.hpp>
#include <support/two_models.hpp>

using namespace eingrad;

// ---- The model from scratch ----

class SoftmaxRegression {
 public:
  Tensor b, w;

  SoftmaxRegression(std::int64_t features, std::int64_t classes)
      : b(randn({classes})), w(randn({features, classes})) {}

  /// Takes the values of a linear layer, whose weight is stored as (classes, features).
  void copy_params(const nn::Linear& layer) {
    b.copy_(layer.bias.detach());
    w.copy_(layer.weight.detach().t());
  }
  std::vector<chapter::Affine> parameters() const { return {{b, w}}; }

  // region model
  /// z_nk = x_ni w_ik + b_k
  Tensor scores(const Tensor& x) const { return einsum("ni,ik->nk", x, w) + b; }

  /// p_nk = e^{z_nk} / sum_l e^{z_nl}
  static Tensor naive_softmax(const Tensor& z) { return exp(z) / sum(exp(z), 1, true); }

  /// The same of z_nk - max_l z_nl: no exponent is above 0.
  static Tensor shifted_softmax(const Tensor& z) { return naive_softmax(z - amax(z, 1, true)); }

  Tensor predict(const Tensor& x) const { return shifted_softmax(scores(x)); }

  /// L = -1/|n| sum_nk y_nk ln p_nk
  static Tensor cross_entropy(const Tensor& y_true, const Tensor& p) {
    return -sum(y_true * log(p)) / y_true.size(0);
  }
  // endregion model

  double evaluate(const Tensor& x, const Tensor& y_true) const {
    return cross_entropy(y_true, predict(x)).item();
  }

  // region gradients
  /// dp_nk/dz_nl = p_nk (delta_kl - p_nl)
  static Tensor softmax_jacobian(const Tensor& p) {
    return einsum("nk,kl->nkl", p, eye(p.size(1))) - einsum("nk,nl->nkl", p, p);
  }

  /// The chain rule at its word: dL/dp_nk = -y_nk / (|n| p_nk), then dL/dz_nl = dL/dp_nk dp_nk/dz_nl,
  /// dL/db_l = dL/dz_nl 1_n and dL/dw_il = x_ni dL/dz_nl
  static chapter::Affine gradients(const Tensor& x, const Tensor& y_true, const Tensor& p) {
    const Tensor by_p = -y_true / (y_true.size(0) * p);
    const Tensor by_z = einsum("nk,nkl->nl", by_p, softmax_jacobian(p));
    return {einsum("nl->l", by_z), einsum("ni,nl->il", x, by_z)};
  }

  /// The same after cancelling: dL/dz = (P - Y) / |n|, dL/db = (dL/dz)^T 1, dL/dw = X^T dL/dz
  static chapter::Affine matrix_gradients(const Tensor& x, const Tensor& y_true, const Tensor& p) {
    const Tensor by_z = (p - y_true) / y_true.size(0);
    return {matmul(by_z.t(), ones({by_z.size(0)})), matmul(x.t(), by_z)};
  }
  // endregion gradients

  /// A step of gradient descent, with the gradient that divides by no probability. Returns the loss before
  /// it.
  double step(const Tensor& x, const Tensor& y_true, double lr) {
    const Tensor p = predict(x);
    const chapter::Affine gradient = matrix_gradients(x, y_true, p);
    b -= lr * gradient.b;
    w -= lr * gradient.w;
    return cross_entropy(y_true, p).item();
  }

  chapter::History fit(const chapter::Split& data, const chapter::Training& training) {
    return chapter::descend(
        data, training, [&](const Tensor& x, const Tensor& y) { return step(x, y, training.lr); },
        [&](const Tensor& x, const Tensor& y) { return evaluate(x, y); },
        [&](const Tensor& x) { return predict(x); });
  }
};

// ---- The same model, of nn and optim ----

// region nn
struct Classifier : nn::Module {
  nn::Linear layer;
  nn::CrossEntropyLoss loss;  // of scores: softmax and logarithm are in it

  Classifier(std::int64_t features, std::int64_t classes) : layer(features, classes) {}

  Tensor forward(const Tensor& x) const { return layer(x); }
  Tensor predict(const Tensor& x) const { return softmax(forward(x), 1); }

  double evaluate(const Tensor& x, const Tensor& y) const {
    const no_grad guard;
    return loss(forward(x), y).item();
  }
  std::vector<chapter::Affine> parameters_as_scratch() const {
    return {{layer.bias.detach(), layer.weight.detach().t()}};
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
    return chapter::descend(
        data, training, step, [&](const Tensor& x, const Tensor& y) { return evaluate(x, y); },
        [&](const Tensor& x) { return predict(x); });
  }

  EINGRAD_MEMBERS(layer, loss)
};
// endregion nn

// ---- The gradients of the first mini-batch ----

void compare_gradients(const SoftmaxRegression& scratch, const Classifier& model, const Tensor& x,
                       const Tensor& y) {
  const Tensor p = scratch.predict(x);
  const std::vector<Tensor> autograd =
      grad(model.loss(model.forward(x), y), {model.layer.bias, model.layer.weight});
  const auto loss = [&] { return scratch.cross_entropy(y, scratch.predict(x)); };
  chapter::print_gradients(
      {SoftmaxRegression::gradients(x, y, p),
       SoftmaxRegression::matrix_gradients(x, y, p),
       {autograd[0], autograd[1].t()},
       {chapter::finite_differences(scratch.b, loss), chapter::finite_differences(scratch.w, loss)}});
}

void explain(SoftmaxRegression model, const Tensor& x, const Tensor& y,
             const chapter::TrainingOptions& options) {
  model.b = model.b.clone().requires_grad_();
  model.w = model.w.clone().requires_grad_();
  const Tensor z = model.scores(x), p = softmax(z, 1), loss = model.cross_entropy(y, p);
  chapter::show_graph(options, loss,
                      {{"b", model.b}, {"w", model.w}, {"x", x}, {"y", y}, {"z", z}, {"p", p}, {"L", loss}});
}

/// The Jacobian of the first sample's softmax, by hand and by autograd.
void show_jacobian(const SoftmaxRegression& scratch, const Tensor& x) {
  const Tensor z = scratch.scores(x).slice(0, 0, 1), p = SoftmaxRegression::shifted_softmax(z);
  const Tensor by_hand = SoftmaxRegression::softmax_jacobian(p).squeeze(0);
  const Tensor by_autograd = jacobian([](const Tensor& row) { return softmax(row, 0); }, z.squeeze(0));
  fmt::print("\nSoftmax of the first sample, and its Jacobian\n");
  chapter::print_table(
      {"by hand", "autograd"},
      chapter::rows_of({{"p", {p.squeeze(0), softmax(z, 1).squeeze(0)}}, {"dp/dz", {by_hand, by_autograd}}}));
  fmt::print("  each row sums to 0, up to {:.0e}\n", max(abs(sum(by_hand, 1))).item());
}

// region mistake
/// Features in other units, a thousand times larger, and with them the scores.
void make_mistake(const SoftmaxRegression& scratch, const Tensor& x, const Tensor& y) {
  const Tensor z = scratch.scores(1000 * x);
  fmt::print("\nScores from {:.0f} to {:.0f}\n", min(z).item(), max(z).item());
  const auto loss_of = [&](const Tensor& p) { return SoftmaxRegression::cross_entropy(y, p).item(); };
  fmt::print("  softmax as it stands in the formula  {}\n", loss_of(SoftmaxRegression::naive_softmax(z)));
  fmt::print("  without the largest score            {}\n", loss_of(SoftmaxRegression::shifted_softmax(z)));
  fmt::print("  nn::cross_entropy of the scores      {:.4f}\n", nn::cross_entropy(z, y).item());
  try {
    const detect_anomaly guard;
    const Tensor watched = z.clone().requires_grad_();
    SoftmaxRegression::cross_entropy(y, SoftmaxRegression::naive_softmax(watched));
  } catch (const error& e) {
    fmt::print("\n{}\n", e.what());
  }
}
// endregion mistake

void compare(const chapter::ClassOptions& options, const std::string& title) {
  const chapter::Labelled data = chapter::load(options);
  const chapter::Training training = options.training();
  const Tensor x = data.x_train.slice(0, 0, training.batch), y = data.y_train.slice(0, 0, training.batch);

  manual_seed(options.manual_seed);
  Classifier model(data.features(), data.classes());
  SoftmaxRegression scratch(data.features(), data.classes());
  chapter::start_alike(scratch, model, data);
  if (options.mistake) return make_mistake(scratch, x, y);

  fmt::print("\nThe gradients at the first mini-batch\n");
  compare_gradients(scratch, model, x, y);
  if (!options.digits) show_jacobian(scratch, x);  // of 10 by 10 derivatives there is little to see
  explain(scratch, x, y, options);
  chapter::train_alike(scratch, model, data, training, title, options.plot);
  chapter::compare_layers(scratch.parameters(), model.parameters_as_scratch());
  chapter::print_confusion(data, scratch.predict(data.x_valid));
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    const std::string title = "2.1 Multiclass classification";
    chapter::ClassOptions options({.samples = 10'100, .epochs = 16, .lr = 0.01});
    if (options.parse(title + ": softmax and cross-entropy.", argc, argv)) compare(options, title);
  });
}

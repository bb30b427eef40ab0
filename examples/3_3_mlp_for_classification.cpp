// 3.3 A deep network for classification
//
// Three hidden layers with ReLU between the features and softmax. The error starts as p - y and goes back
// layer by layer: through the weights it is multiplied by their transpose, through ReLU it passes or it does
// not.
#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <support/class_data.hpp>
#include <support/two_models.hpp>

using namespace eingrad;
using chapter::Affine;

std::vector<std::int64_t> widths(const chapter::Labelled& data) {
  return {data.features(), 32, 32, 32, data.classes()};
}

// ---- The model from scratch ----

class Network {
 public:
  std::vector<Affine> layers;

  explicit Network(const std::vector<std::int64_t>& width) {
    for (std::size_t i = 1; i < width.size(); ++i)
      layers.push_back({.b = randn({width[i]}), .w = randn({width[i - 1], width[i]})});
  }

  /// Takes the values of linear layers, whose weights are stored as (outputs, inputs).
  void copy_params(const nn::ModuleList<nn::Linear>& linear) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      layers[i].b.copy_(linear[i].bias.detach());
      layers[i].w.copy_(linear[i].weight.detach().t());
    }
  }
  std::vector<Affine> parameters() const { return layers; }

  // region model
  /// What each layer is given: a^0 = x, then a^i_nk = max(0, z^i_nk) with z^i_nk = a^{i-1}_nj w^i_jk + b^i_k.
  /// At last come the scores, which no ReLU cuts off.
  std::vector<Tensor> forward(const Tensor& x) const {
    std::vector<Tensor> a = {x};
    for (const auto& [b, w] : layers) {
      const Tensor z = einsum("nj,jk->nk", a.back(), w) + b;
      a.push_back(a.size() < layers.size() ? maximum(z, 0) : z);
    }
    return a;
  }

  Tensor predict(const Tensor& x) const { return softmax(forward(x).back(), 1); }

  /// L = -1/|n| sum_nk y_nk ln p_nk
  static Tensor cross_entropy(const Tensor& y_true, const Tensor& scores) {
    return -sum(y_true * log_softmax(scores, 1)) / y_true.size(0);
  }
  // endregion model

  double evaluate(const Tensor& x, const Tensor& y_true) const {
    return cross_entropy(y_true, forward(x).back()).item();
  }

  // region gradients
  /// delta_nk = dL/dz_nk. Of the scores it is (p_nk - y_nk) / |n|; then of each layer
  ///   dL/db_k = delta_nk 1_n,  dL/dw_jk = a_nj delta_nk,
  /// and of the layer before, whose a_nj is above 0 where its ReLU let z_nj pass,
  ///   delta_nj <- delta_nk w_jk [a_nj > 0].
  std::vector<Affine> gradients(const std::vector<Tensor>& a, const Tensor& y_true) const {
    std::vector<Affine> result(layers.size());
    Tensor delta = (softmax(a.back(), 1) - y_true) / y_true.size(0);
    for (std::size_t i = layers.size(); i-- > 0;) {
      result[i] = {.b = einsum("nk->k", delta), .w = einsum("nj,nk->jk", a[i], delta)};
      if (i > 0) delta = einsum("nk,jk->nj", delta, layers[i].w) * (a[i] > 0);
    }
    return result;
  }

  /// The same as products of matrices: dL/db = delta^T 1, dL/dw = A^T delta, delta <- delta W^T * [A > 0].
  std::vector<Affine> matrix_gradients(const std::vector<Tensor>& a, const Tensor& y_true) const {
    std::vector<Affine> result(layers.size());
    Tensor delta = (softmax(a.back(), 1) - y_true) / y_true.size(0);
    for (std::size_t i = layers.size(); i-- > 0;) {
      result[i] = {.b = matmul(delta.t(), ones({delta.size(0)})), .w = matmul(a[i].t(), delta)};
      if (i > 0) delta = matmul(delta, layers[i].w.t()) * (a[i] > 0);
    }
    return result;
  }
  // endregion gradients

  /// A step of gradient descent. Returns the loss before it.
  double step(const Tensor& x, const Tensor& y_true, double lr) {
    const std::vector<Tensor> a = forward(x);
    const std::vector<Affine> gradient = gradients(a, y_true);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      layers[i].b -= lr * gradient[i].b;
      layers[i].w -= lr * gradient[i].w;
    }
    return cross_entropy(y_true, a.back()).item();
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
  nn::ModuleList<nn::Linear> layers;
  nn::CrossEntropyLoss loss;

  explicit Classifier(const std::vector<std::int64_t>& width) {
    for (std::size_t i = 1; i < width.size(); ++i) layers.push_back(nn::Linear(width[i - 1], width[i]));
  }

  Tensor forward(const Tensor& x) const {
    Tensor a = x;
    for (std::size_t i = 0; i < layers.size(); ++i)
      a = i + 1 < layers.size() ? relu(layers[i](a)) : layers[i](a);
    return a;
  }
  Tensor predict(const Tensor& x) const { return softmax(forward(x), 1); }

  double evaluate(const Tensor& x, const Tensor& y) const {
    const no_grad guard;
    return loss(forward(x), y).item();
  }
  std::vector<Affine> parameters_as_scratch() const {
    std::vector<Affine> list;
    for (const nn::Linear& layer : layers) list.push_back({layer.bias.detach(), layer.weight.detach().t()});
    return list;
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

  EINGRAD_MEMBERS(layers, loss)
};
// endregion nn

// ---- The gradients of the first mini-batch ----

void compare_gradients(const Network& scratch, const Classifier& model, const Tensor& x, const Tensor& y) {
  const std::vector<Tensor> a = scratch.forward(x);
  const std::vector<Affine> by_einsum = scratch.gradients(a, y), by_matrices = scratch.matrix_gradients(a, y);
  const auto loss = [&] { return scratch.cross_entropy(y, scratch.forward(x).back()); };
  const std::vector<Tensor> autograd =  // of each layer's weight, then of its bias
      grad(model.loss(model.forward(x), y), model.parameters());
  std::vector<chapter::FourWays> ways;
  for (std::size_t i = 0; i < a.size() - 1; ++i) {
    const auto& [b, w] = scratch.layers[i];
    ways.push_back({by_einsum[i],
                    by_matrices[i],
                    {autograd[2 * i + 1], autograd[2 * i].t()},
                    {chapter::finite_differences(b, loss), chapter::finite_differences(w, loss)}});
  }
  chapter::print_differences(ways);
}

/// One hidden layer suffices to see the rule of all.
void explain(const Network& model, const Tensor& x, const Tensor& y,
             const chapter::TrainingOptions& options) {
  const Tensor v = model.layers.front().w.clone().requires_grad_();
  const Tensor w = model.layers.back().w.clone().requires_grad_();
  const Tensor u = einsum("nj,jk->nk", x, v), a = relu(u), z = einsum("nj,jk->nk", a, w), p = softmax(z, 1);
  const Tensor loss = -sum(y * log(p)) / y.size(0);
  chapter::show_graph(
      options, loss,
      {{"v", v}, {"w", w}, {"x", x}, {"y", y}, {"u", u}, {"a", a}, {"z", z}, {"p", p}, {"L", loss}});
}

/// How many elements each ReLU lets pass.
void show_activity(const Network& model, const Tensor& x) {
  const std::vector<Tensor> a = model.forward(x);
  fmt::print("\nOf the hidden activations are above 0");
  for (std::size_t i = 1; i < model.layers.size(); ++i) {
    const auto active = static_cast<double>(sum(a[i] > 0).item<std::int64_t>());
    fmt::print("{} {:.0f} % in layer {}", i > 1 ? "," : "", 100 * active / static_cast<double>(a[i].numel()),
               i);
  }
  fmt::print("\n");
}

/// All parameters 0 at the start, as they may well be in a linear model.
void make_mistake(Network scratch, const Tensor& x, const Tensor& y) {
  for (Affine& layer : scratch.layers) layer = {.b = zeros_like(layer.b), .w = zeros_like(layer.w)};
  const std::vector<Affine> gradient = scratch.gradients(scratch.forward(x), y);
  fmt::print("\nThe largest derivatives at 0\n");
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    fmt::print("  layer {}  dL/db {:.4f}  dL/dw {:.4f}\n", i + 1, max(abs(gradient[i].b)).item(),
               max(abs(gradient[i].w)).item());
  }
  try {
    nn::cross_entropy(scratch.forward(x).back(), argmax(y, 1).unsqueeze(-1));
  } catch (const error& e) {
    fmt::print("\n{}\n", e.what());
  }
}

void compare(const chapter::ClassOptions& options, const std::string& title) {
  const chapter::Labelled data = chapter::load(options);
  const chapter::Training training = options.training();
  const Tensor x = data.x_train.slice(0, 0, training.batch), y = data.y_train.slice(0, 0, training.batch);

  manual_seed(options.manual_seed);
  Classifier model(widths(data));
  Network scratch(widths(data));
  chapter::start_alike(scratch, model, data);
  if (options.mistake) return make_mistake(scratch, x, y);

  fmt::print("\nThe gradients at the first mini-batch, and how far they are from autograd's\n");
  compare_gradients(scratch, model, x, y);
  show_activity(scratch, x);
  explain(scratch, x, y, options);
  chapter::train_alike(scratch, model, data, training, title, options.plot);
  chapter::compare_layers(scratch.parameters(), model.parameters_as_scratch());
  chapter::print_confusion(data, scratch.predict(data.x_valid));
  if (options.digits) chapter::print_mistaken(data, scratch.predict(data.x_valid));
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    const std::string title = "3.3 A deep network for classification";
    chapter::ClassOptions options({.samples = 1'100, .epochs = 32, .lr = 0.08});
    if (options.parse(title + ": depth meets cross-entropy.", argc, argv)) compare(options, title);
  });
}

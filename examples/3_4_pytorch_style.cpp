// 3.4 The same in PyTorch's style
//
// What 3.3 wrote as a loop over layers becomes a small framework: modules with a forward and a backward of
// their own, a Sequential that calls them in order and in reverse, a loss, an optimizer. eingrad's own has
// the same names, and only one backward for all.
#include <memory>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <support/class_data.hpp>
#include <support/two_models.hpp>

using namespace eingrad;
using chapter::Affine;

// ---- A framework from scratch ----

namespace scratch {

// region module
/// A function of a batch. backward takes dL/dy of the last y = forward(x) and returns dL/dx.
struct Module {
  virtual ~Module() = default;
  virtual Tensor forward(const Tensor& x) = 0;
  virtual Tensor backward(const Tensor& dy) = 0;
};

/// y_nk = x_nj w_jk + b_k
struct Linear : Module {
  Affine parameter, gradient;
  Tensor x;  // of the last forward

  Linear(std::int64_t inputs, std::int64_t outputs)
      : parameter{.b = randn({outputs}), .w = randn({inputs, outputs})}, gradient{} {}

  Tensor forward(const Tensor& input) override {
    x = input;
    return einsum("nj,jk->nk", x, parameter.w) + parameter.b;
  }
  /// dL/db_k = dy_nk 1_n,  dL/dw_jk = x_nj dy_nk,  dL/dx_nj = dy_nk w_jk
  Tensor backward(const Tensor& dy) override {
    gradient = {.b = einsum("nk->k", dy), .w = einsum("nj,nk->jk", x, dy)};
    return einsum("nk,jk->nj", dy, parameter.w);
  }
};
// endregion module

// region activations
/// An activation whose derivative is a function of its result y.
struct Activation : Module {
  Tensor y;  // of the last forward

  Tensor forward(const Tensor& x) final { return y = function(x); }
  virtual Tensor function(const Tensor& x) const = 0;
};

struct Tanh : Activation {
  Tensor function(const Tensor& x) const override { return tanh(x); }
  /// dy_nk/dx_ml = (1 - y_nk^2) delta_nm delta_kl
  Tensor backward(const Tensor& dy) override { return dy * (1 - pow(y, 2)); }
};

struct Sigmoid : Activation {
  Tensor function(const Tensor& x) const override { return 1 / (1 + exp(-x)); }
  /// dy_nk/dx_ml = y_nk (1 - y_nk) delta_nm delta_kl
  Tensor backward(const Tensor& dy) override { return dy * y * (1 - y); }
};

struct ReLU : Activation {
  Tensor function(const Tensor& x) const override { return maximum(x, 0); }
  /// dy_nk/dx_ml = [y_nk > 0] delta_nm delta_kl
  Tensor backward(const Tensor& dy) override { return dy * (y > 0); }
};

struct Softmax : Activation {
  Tensor function(const Tensor& x) const override {
    const Tensor e = exp(x - amax(x, 1, true));
    return e / sum(e, 1, true);
  }
  /// dy_nk/dx_ml = y_nk (delta_kl - y_nl) delta_nm, so dL/dx_nl = y_nl (dy_nl - dy_nk y_nk)
  Tensor backward(const Tensor& dy) override { return y * (dy - einsum("nk,nk->n", dy, y).unsqueeze(1)); }
};
// endregion activations

// region sequential
/// Modules one after the other: forward in their order, backward in reverse.
struct Sequential : Module {
  std::vector<std::unique_ptr<Module>> parts;

  Tensor forward(const Tensor& x) override {
    Tensor y = x;
    for (const auto& part : parts) y = part->forward(y);
    return y;
  }
  Tensor backward(const Tensor& dy) override {
    Tensor dx = dy;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) dx = (*part)->backward(dx);
    return dx;
  }
  std::vector<Linear*> linear() const {
    std::vector<Linear*> list;
    for (const auto& part : parts) {
      if (auto* layer = dynamic_cast<Linear*>(part.get())) list.push_back(layer);
    }
    return list;
  }
};

/// L = 1/(|n| |k|) sum_nk (yhat_nk - y_nk)^2
struct MSELoss {
  Tensor difference;  // of the last forward

  Tensor forward(const Tensor& y_pred, const Tensor& y_true) {
    difference = y_pred - y_true;
    return mean(pow(difference, 2));
  }
  Tensor backward() const { return 2 * difference / difference.numel(); }
};

struct SGD {
  std::vector<Linear*> layers;
  double lr;

  void step() const {
    for (Linear* layer : layers) {
      layer->parameter.b -= lr * layer->gradient.b;
      layer->parameter.w -= lr * layer->gradient.w;
    }
  }
};
// endregion sequential

}  // namespace scratch

// ---- The model, of these parts ----

class Network {
 public:
  // region network
  Network(std::int64_t features, std::int64_t classes) {
    add(scratch::Linear(features, 32));
    add(scratch::Tanh());
    add(scratch::Linear(32, 32));
    add(scratch::Sigmoid());
    add(scratch::Linear(32, 32));
    add(scratch::ReLU());
    add(scratch::Linear(32, classes));
    add(scratch::Softmax());
  }

  Tensor predict(const Tensor& x) const { return model_.forward(x); }
  double evaluate(const Tensor& x, const Tensor& y_true) const {
    return loss_.forward(predict(x), y_true).item();
  }

  chapter::History fit(const chapter::Split& data, const chapter::Training& training) {
    const scratch::SGD optimizer{.layers = model_.linear(), .lr = training.lr};
    const auto step = [&](const Tensor& x, const Tensor& y) {
      const Tensor batch_loss = loss_.forward(model_.forward(x), y);
      model_.backward(loss_.backward());
      optimizer.step();
      return batch_loss.item();
    };
    return chapter::descend(
        data, training, step, [&](const Tensor& x, const Tensor& y) { return evaluate(x, y); },
        [&](const Tensor& x) { return predict(x); });
  }
  // endregion network

  /// Takes the values of linear layers, whose weights are stored as (outputs, inputs).
  void copy_params(const nn::Sequential& layers) {
    const std::vector<Tensor> from = layers.parameters();  // of each layer the weight, then the bias
    std::size_t i = 0;
    for (scratch::Linear* layer : model_.linear()) {
      layer->parameter.w.copy_(from.at(i++).detach().t());
      layer->parameter.b.copy_(from.at(i++).detach());
    }
  }
  std::vector<Affine> parameters() const {
    std::vector<Affine> list;
    for (const scratch::Linear* layer : model_.linear()) list.push_back(layer->parameter);
    return list;
  }
  std::vector<Affine> gradients(const Tensor& x, const Tensor& y_true) const {
    loss_.forward(model_.forward(x), y_true);
    model_.backward(loss_.backward());
    std::vector<Affine> list;
    for (const scratch::Linear* layer : model_.linear()) list.push_back(layer->gradient);
    return list;
  }

 private:
  template <class Part>
  void add(Part part) {
    model_.parts.push_back(std::make_unique<Part>(std::move(part)));
  }

  mutable scratch::Sequential model_;  // its parts remember the last forward
  mutable scratch::MSELoss loss_;
};

// ---- The same model, of nn and optim ----

// region nn
struct Classifier : nn::Module {
  nn::Sequential layers;
  nn::MSELoss loss;

  Classifier(std::int64_t features, std::int64_t classes)
      // In braces parts are made from left to right; in parentheses g++ would make the last one first.
      : layers{nn::Linear(features, 32),
               nn::Tanh(),
               nn::Linear(32, 32),
               nn::Sigmoid(),
               nn::Linear(32, 32),
               nn::ReLU(),
               nn::Linear(32, classes),  // scores
               nn::Softmax(1)} {}

  Tensor forward(const Tensor& x) const { return layers(x); }

  double evaluate(const Tensor& x, const Tensor& y) const {
    const no_grad guard;
    return loss(forward(x), y).item();
  }
  std::vector<Affine> as_scratch(const std::vector<Tensor>& weights_and_biases) const {
    std::vector<Affine> list;
    for (std::size_t i = 0; i < weights_and_biases.size(); i += 2)
      list.push_back({.b = weights_and_biases[i + 1].detach(), .w = weights_and_biases[i].detach().t()});
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
        [&](const Tensor& x) { return forward(x); });
  }

  EINGRAD_MEMBERS(layers, loss)
};
// endregion nn

// ---- The gradients of the first mini-batch ----

void compare_gradients(const Network& network, const Classifier& model, const Tensor& x, const Tensor& y) {
  const std::vector<Affine> by_hand = network.gradients(x, y), parameters = network.parameters();
  const std::vector<Affine> autograd =
      model.as_scratch(grad(model.loss(model.forward(x), y), model.parameters()));
  const auto loss = [&] { return mean(pow(network.predict(x) - y, 2)); };
  std::vector<chapter::FourWays> ways;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    ways.push_back({by_hand[i],
                    {},
                    autograd[i],
                    {chapter::finite_differences(parameters[i].b, loss),
                     chapter::finite_differences(parameters[i].w, loss)}});
  }
  chapter::print_differences(ways);
}

/// Tanh, sigmoid and softmax with the loss, without biases.
void explain(const Network& model, const Tensor& x, const Tensor& y,
             const chapter::TrainingOptions& options) {
  const std::vector<Affine> layers = model.parameters();
  const Tensor v = layers[1].w.clone().requires_grad_(), w = layers[3].w.clone().requires_grad_();
  const Tensor t = tanh(einsum("nj,jk->nk", x, layers[0].w)), u = einsum("nj,jk->nk", t, v);
  const Tensor a = sigmoid(u), z = einsum("nj,jk->nk", a, w), p = softmax(z, 1), loss = mean(pow(p - y, 2));
  chapter::show_graph(
      options, loss,
      {{"v", v}, {"w", w}, {"t", t}, {"y", y}, {"u", u}, {"a", a}, {"z", z}, {"p", p}, {"L", loss}});
}

// region mistake
/// Two steps without zero_grad(), and backward() through a graph that is gone.
void make_mistake(const Classifier& model, const Tensor& x, const Tensor& y) {
  const Tensor bias = model.parameters().back();
  for (int pass = 1; pass <= 2; ++pass) {
    model.loss(model.forward(x), y).backward();
    fmt::print("{}dL/db[4] after {} backward without zero_grad: {}\n", pass == 1 ? "\n" : "", pass,
               max(abs(bias.grad())).item());
  }
  try {
    const Tensor loss = model.loss(model.forward(x), y);
    loss.backward();
    loss.backward();
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
  Network network(data.features(), data.classes());
  chapter::start_alike(network, model, data);
  if (options.mistake) return make_mistake(model, x, y);

  fmt::print("\nThe gradients at the first mini-batch, and how far they are from autograd's\n");
  compare_gradients(network, model, x, y);
  explain(network, x, y, options);
  chapter::train_alike(network, model, data, training, title, options.plot);
  chapter::compare_layers(network.parameters(), model.as_scratch(model.parameters()));
  chapter::print_confusion(data, network.predict(data.x_valid));
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    const std::string title = "3.4 The same in PyTorch's style";
    chapter::ClassOptions options({.samples = 10'100, .epochs = 32, .lr = 0.08, .loss = "MSE"});
    if (options.parse(title + ": modules with a backward of their own.", argc, argv)) compare(options, title);
  });
}

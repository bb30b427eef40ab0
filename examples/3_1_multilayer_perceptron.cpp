// 3.1 Multilayer perceptron
//
// Layers one behind the other. Each knows two things: what it makes of x, and how a derivative by what it
// made becomes one by x. Backpropagation is nothing but calling the second in the opposite order.
#include <algorithm>
#include <cmath>
#include <memory>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <support/element_table.hpp>
#include <support/two_models.hpp>

using namespace eingrad;

constexpr std::int64_t features = 6, hidden = 32, targets = 3;

// ---- The layers from scratch ----

// region layer
/// One layer, y = f(x), of a network with the loss L.
class Layer {
 public:
  virtual ~Layer() = default;
  virtual Tensor forward(const Tensor& x) const = 0;
  /// dL/dx of dL/dy. A layer with parameters finds the derivatives by these, too, and keeps them.
  virtual Tensor backward(const Tensor& x, const Tensor& y, const Tensor& dy) = 0;
  virtual void step(double /*lr*/) {}
};
// endregion layer

// region dense
struct Dense : Layer {
  Tensor w, b, dw, db;

  Dense(Tensor weight, Tensor bias) : w(std::move(weight)), b(std::move(bias)) {}

  /// y_nk = x_ni w_ik + b_k
  Tensor forward(const Tensor& x) const override { return einsum("ni,ik->nk", x, w) + b; }

  /// dL/dw_ik = x_ni dL/dy_nk,  dL/db_k = dL/dy_nk 1_n,  dL/dx_ni = dL/dy_nk w_ik
  Tensor backward(const Tensor& x, const Tensor&, const Tensor& dy) override {
    dw = einsum("ni,nk->ik", x, dy);
    db = einsum("nk->k", dy);
    return einsum("nk,ik->ni", dy, w);
  }

  void step(double lr) override {
    w -= lr * dw;
    b -= lr * db;
  }
};
// endregion dense

// region activations
/// y = tanh x,  dy_ni/dx_pj = (1 - y_ni^2) delta_np delta_ij
struct Tanh : Layer {
  Tensor forward(const Tensor& x) const override { return tanh(x); }
  Tensor backward(const Tensor&, const Tensor& y, const Tensor& dy) override { return dy * (1 - y * y); }
};

/// y = 1 / (1 + e^-x),  dy_ni/dx_pj = y_ni (1 - y_ni) delta_np delta_ij
struct Sigmoid : Layer {
  Tensor forward(const Tensor& x) const override { return 1 / (1 + exp(-x)); }
  Tensor backward(const Tensor&, const Tensor& y, const Tensor& dy) override { return dy * y * (1 - y); }
};

/// y = x where it is positive, else 0
struct ReLU : Layer {
  Tensor forward(const Tensor& x) const override { return where(x > 0, x, 0); }
  Tensor backward(const Tensor& x, const Tensor&, const Tensor& dy) override { return where(x > 0, dy, 0); }
};
// endregion activations

// region softmax
/// y_ni = e^x_ni / (e^x_nj 1_j),  dy_ni/dx_pj = y_ni (delta_ij - y_nj) delta_np: every y of a row depends on
/// every x of that row.
struct Softmax : Layer {
  Tensor forward(const Tensor& x) const override {
    const Tensor e = exp(x - amax(x, -1, true));  // the same quotient, without overflow
    return e / sum(e, -1, true);
  }
  /// dL/dx_nj = y_nj (dL/dy_nj - dL/dy_ni y_ni)
  Tensor backward(const Tensor&, const Tensor& y, const Tensor& dy) override {
    return y * (dy - einsum("ni,ni->n", dy, y).unsqueeze(-1));
  }
};
// endregion softmax

// region mistake
/// Softmax taken for a function of one number, as the sigmoid is: dL/dx_nj = dL/dy_nj y_nj (1 - y_nj).
struct DiagonalSoftmax : Softmax {
  Tensor backward(const Tensor&, const Tensor& y, const Tensor& dy) override { return dy * y * (1 - y); }
};
// endregion mistake

// ---- The network from scratch ----

class Network {
 public:
  /// The layers, with copies of the parameters that an nn model has, w1, b1, w2, b2, …
  explicit Network(const nn::Module& model, bool mistake = false) {
    const std::vector<Tensor> p = model.parameters();
    add_dense(p[0], p[1]);
    add<Tanh>();
    add_dense(p[2], p[3]);
    if (mistake) {
      add<DiagonalSoftmax>();
    } else {
      add<Softmax>();
    }
    add_dense(p[4], p[5]);
    add<Sigmoid>();
    add_dense(p[6], p[7]);
    add<ReLU>();
    add_dense(p[8], p[9]);
  }

  // region network
  /// x, what each layer makes of it, and at last the predictions.
  std::vector<Tensor> forward(const Tensor& x) const {
    std::vector<Tensor> values = {x};
    for (const auto& layer : layers_) values.push_back(layer->forward(values.back()));
    return values;
  }
  Tensor predict(const Tensor& x) const { return forward(x).back(); }

  /// From dL/dyhat back through all layers; what they keep are the derivatives by the parameters.
  void backward(const std::vector<Tensor>& values, const Tensor& y_true) {
    Tensor d = 2 * (values.back() - y_true) / y_true.numel();
    for (std::size_t i = layers_.size(); i-- > 0;) d = layers_[i]->backward(values[i], values[i + 1], d);
  }

  /// L = 1/(|n| |k|) sum_nk (yhat_nk - y_nk)^2
  Tensor mse_loss(const Tensor& y_true, const Tensor& y_pred) const { return mean(pow(y_pred - y_true, 2)); }

  /// A step of gradient descent, p <- p - lr dL/dp. Returns the loss before it.
  double step(const Tensor& x, const Tensor& y_true, double lr) {
    const std::vector<Tensor> values = forward(x);
    backward(values, y_true);
    for (const auto& layer : layers_) layer->step(lr);
    return mse_loss(y_true, values.back()).item();
  }
  // endregion network

  double evaluate(const Tensor& x, const Tensor& y_true) const { return mse_loss(y_true, predict(x)).item(); }

  chapter::History fit(const chapter::Split& data, const chapter::Training& training) {
    return chapter::descend(
        data, training, [&](const Tensor& x, const Tensor& y) { return step(x, y, training.lr); },
        [&](const Tensor& x, const Tensor& y) { return evaluate(x, y); });
  }

  const std::vector<Dense*>& dense() const { return dense_; }

 private:
  template <class Kind, class... Arguments>
  Kind& add(Arguments... arguments) {
    auto layer = std::make_unique<Kind>(std::move(arguments)...);
    Kind& added = *layer;
    layers_.push_back(std::move(layer));
    return added;
  }
  /// A layer of nn keeps its weight as (outputs, inputs).
  void add_dense(const Tensor& weight, const Tensor& bias) {
    dense_.push_back(&add<Dense>(weight.detach().t().clone(), bias.detach().clone()));
  }

  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<Dense*> dense_;  // those of the layers that have parameters
};

// ---- The same network, of nn and optim ----

// region nn
struct MultilayerPerceptron : nn::Module {
  // In braces the layers are made from left to right, and draw their initial values in that order.
  nn::Sequential layers{
      nn::Linear(features, hidden), nn::Tanh(),    nn::Linear(hidden, hidden), nn::Softmax(-1),
      nn::Linear(hidden, hidden),   nn::Sigmoid(), nn::Linear(hidden, hidden), nn::ReLU(),
      nn::Linear(hidden, targets)};
  nn::MSELoss loss;

  Tensor forward(const Tensor& x) const { return layers(x); }

  double evaluate(const Tensor& x, const Tensor& y) const {
    const no_grad guard;
    return loss(forward(x), y).item();
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

  EINGRAD_MEMBERS(layers, loss)
};
// endregion nn

// ---- The gradients of the first mini-batch ----

double norm(const Tensor& a) { return std::sqrt(sum(a * a).item()); }

/// How steep the loss is along its gradient, of differences. It is the gradient's length.
double slope_along(const Tensor& gradient, Tensor& p, const std::function<double()>& loss) {
  const Tensor start = p.clone(), step = 1e-4 / norm(gradient) * gradient;
  p = start + step;
  const double above = loss();
  p = start - step;
  const double below = loss();
  p = start;
  return (above - below) / 2e-4;
}

void compare_gradients(Network& scratch, const MultilayerPerceptron& model, const Tensor& x,
                       const Tensor& y) {
  scratch.backward(scratch.forward(x), y);
  const std::vector<Tensor> autograd = grad(model.loss(model.forward(x), y), model.parameters());
  const auto loss = [&] { return scratch.evaluate(x, y); };
  std::vector<chapter::TableRow> table;
  const auto add = [&](const std::string& name, Tensor& p, const Tensor& by_hand, const Tensor& expected) {
    table.push_back({fmt::format("{} {}", name, to_string(by_hand.shape())),
                     {norm(by_hand), norm(expected), slope_along(expected, p, loss),
                      norm(by_hand - expected) / norm(expected)}});
  };
  for (std::size_t i = 0; i < scratch.dense().size(); ++i) {
    Dense& layer = *scratch.dense()[i];
    add(fmt::format("dL/dw{}", i + 1), layer.w, layer.dw, autograd[2 * i].t());
    add(fmt::format("dL/db{}", i + 1), layer.b, layer.db, autograd[2 * i + 1]);
  }
  chapter::print_table({"length by hand", "by autograd", "slope, differences", "relative difference"}, table);
}

/// The graph of the nn model, with the names that its parameters have there.
void explain(const MultilayerPerceptron& model, const Tensor& x, const Tensor& y,
             const chapter::TrainingOptions& options) {
  Names names = model.layers.named_parameters();
  const Tensor yhat = model.forward(x), loss = model.loss(yhat, y);
  names.insert(names.end(), {{"x", x}, {"y", y}, {"yhat", yhat}, {"L", loss}});
  chapter::show_graph(options, loss, names);
}

/// dL/dx = dL/dy W^T without the transpose. Between layers of one size nothing tells.
void forget_transpose(Network& scratch, const Tensor& x, const Tensor& y) {
  const std::vector<Tensor> values = scratch.forward(x);
  const Tensor delta = 2 * (values.back() - y) / y.numel();
  try {
    matmul(delta, scratch.dense().back()->w);
  } catch (const error& e) {
    fmt::print("\n{}\n", e.what());
  }
}

void compare(const chapter::GeneratedOptions& options, const std::string& title) {
  const chapter::Generated data = chapter::generate(options);
  const chapter::Training training = options.training();
  const Tensor x = data.x_train.slice(0, 0, training.batch), y = data.y_train.slice(0, 0, training.batch);

  manual_seed(options.manual_seed);
  MultilayerPerceptron model;
  Network scratch(model, options.mistake);
  chapter::print_what_mape_is();
  chapter::print_mape("predictions", chapter::difference_of_predictions(scratch, model, data));

  fmt::print("\nThe gradients at the first mini-batch\n");
  compare_gradients(scratch, model, x, y);
  if (options.mistake) return forget_transpose(scratch, x, y);
  explain(model, x, y, options);
  chapter::train_alike(scratch, model, data, training, title, options.plot);
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    const std::string title = "3.1 Multilayer perceptron";
    chapter::GeneratedOptions options(
        {.samples = 10'100, .features = features, .informative = 5, .targets = targets, .train = 1'000});
    options.batch = 333;
    options.epochs = 32;
    options.valid_at_once = true;
    if (options.parse(title + ": each layer forward and backward.", argc, argv)) compare(options, title);
  });
}

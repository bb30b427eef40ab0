// 1.1 Simple linear regression
//
// A perceptron with one input predicts y from x along a line, yhat_n = b + w x_n. We build it twice: from
// scratch, with gradients derived by hand, and of eingrad's own parts, whose gradients autograd finds. From
// the same parameters both must arrive at the same parameters.
#include <autodiff/autodiff.hpp>
#include <autodiff/explain/explain.hpp>
#include <autodiff/xtensor.hpp>
#include <data/data.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <support/regression_chapter.hpp>

#include <fmt/format.h>

using namespace eingrad;

// ---- The model from scratch ----

/// The derivatives of the loss by the two parameters.
struct Gradients {
  Tensor b, w;
};

class SimpleLinearRegression {
 public:
  Tensor b = randn({1});
  Tensor w = randn({1});

  /// Takes the values of a linear layer with one input and one output.
  void copy_params(const nn::Linear& layer) {
    b.copy_(layer.bias.detach());
    w.copy_(layer.weight.detach().reshape({1}));
  }

  // region model
  /// yhat_n = b + w x_n
  Tensor predict(const Tensor& x) const { return b + w * x; }

  /// L = 1/|n| sum_n (yhat_n - y_n)^2
  Tensor mse_loss(const Tensor& y_true, const Tensor& y_pred) const { return mean(pow(y_pred - y_true, 2)); }
  // endregion model

  double evaluate(const Tensor& x, const Tensor& y_true) const { return mse_loss(y_true, predict(x)).item(); }

  // region gradients
  // By the chain rule, with delta_n the derivative of the loss by the prediction,
  //
  //   delta_n = dL/dyhat_n = 2/|n| (yhat_n - y_n)
  //   dL/db   = delta_n dyhat_n/db = delta_n 1_n
  //   dL/dw   = delta_n dyhat_n/dw = delta_n x_n
  //
  // where an index that occurs twice is summed. In Einstein's notation this is the program:
  Gradients gradients(const Tensor& x, const Tensor& y_true, const Tensor& y_pred) const {
    const Tensor delta = 2 * (y_pred - y_true) / y_true.numel();
    return {einsum("n->", delta), einsum("n,n->", delta, x)};
  }
  // endregion gradients

  // region arrays
  // And with plain arrays, as one would write it with NumPy:
  static std::array<double, 2> gradients(const xt::xarray<double>& x, const xt::xarray<double>& y_true,
                                         const xt::xarray<double>& y_pred) {
    const xt::xarray<double> delta = 2 * (y_pred - y_true) / static_cast<double>(y_true.size());
    return {xt::sum(delta)(), xt::sum(delta * x)()};
  }
  // endregion arrays

  // region update
  /// A step of gradient descent, p <- p - lr dL/dp.
  void update(const Tensor& x, const Tensor& y_true, const Tensor& y_pred, double lr) {
    const Gradients gradient = gradients(x, y_true, y_pred);
    b -= lr * gradient.b;
    w -= lr * gradient.w;
  }
  // endregion update

  chapter::History fit(const chapter::Split& data, const chapter::Training& training) {
    return chapter::epochs(training, [&] {
      std::vector<double> losses;
      for (std::int64_t start = 0; start < data.y_train.numel(); start += training.batch) {
        const Tensor x = data.x_train.slice(0, start, start + training.batch);
        const Tensor y = data.y_train.slice(0, start, start + training.batch);
        const Tensor y_pred = predict(x);
        losses.push_back(mse_loss(y, y_pred).item());
        update(x, y, y_pred, training.lr);
      }
      return chapter::EpochLoss{chapter::mean_of(losses), evaluate(data.x_valid, data.y_valid)};
    });
  }
};

// ---- The same model, of nn and optim ----

// region autograd
struct LinearRegression : nn::Module {
  nn::Linear layer{1, 1};
  nn::MSELoss loss;

  /// x (n,) -> yhat (n,); the layer itself wants a column.
  Tensor forward(const Tensor& x) const { return layer(x.unsqueeze(-1)).squeeze(-1); }

  double evaluate(const Tensor& x, const Tensor& y) const {
    const no_grad guard;
    return loss(forward(x), y).item();
  }

  chapter::History fit(const chapter::Split& data, const chapter::Training& training) {
    optim::SGD optimizer(parameters(), {.lr = training.lr});
    return chapter::epochs(training, [&] {
      std::vector<double> losses;
      for (std::int64_t start = 0; start < data.y_train.numel(); start += training.batch) {
        const Tensor x = data.x_train.slice(0, start, start + training.batch);
        const Tensor y = data.y_train.slice(0, start, start + training.batch);
        const Tensor batch_loss = loss(forward(x), y);
        losses.push_back(batch_loss.item());
        optimizer.zero_grad();
        batch_loss.backward();
        optimizer.step();
      }
      return chapter::EpochLoss{chapter::mean_of(losses), evaluate(data.x_valid, data.y_valid)};
    });
  }

  EINGRAD_MEMBERS(layer, loss)
};
// endregion autograd

// ---- What a notebook cannot show: one gradient, found in four ways ----

// region differences
/// (L(p + h) - L(p - h)) / 2h for a parameter p that holds one number.
double finite_difference(Tensor& p, const std::function<double()>& loss) {
  const double value = p.item(), h = p.dtype() == float64 ? 1e-6 : 1e-2;
  p.fill_(value + h);
  const double above = loss();
  p.fill_(value - h);
  const double below = loss();
  p.fill_(value);
  return (above - below) / (2 * h);
}
// endregion differences

void compare_gradients(SimpleLinearRegression& scratch, const LinearRegression& model,
                       const chapter::Split& data, std::int64_t batch) {
  const Tensor x = data.x_train.slice(0, 0, batch), y = data.y_train.slice(0, 0, batch);

  const Gradients by_hand = scratch.gradients(x, y, scratch.predict(x));

  const Tensor x64 = x.to(float64), y64 = y.to(float64), y_pred64 = scratch.predict(x).to(float64);
  const auto [b_arrays, w_arrays] =
      SimpleLinearRegression::gradients(x64.array<double>(), y64.array<double>(), y_pred64.array<double>());

  const std::vector<Tensor> autograd =
      grad(model.loss(model.forward(x), y), {model.layer.bias, model.layer.weight});

  const auto loss = [&] { return scratch.evaluate(x, y); };
  chapter::print_gradients(
      {{"dL/db", by_hand.b.item(), b_arrays, autograd[0].item(), finite_difference(scratch.b, loss)},
       {"dL/dw", by_hand.w.item(), w_arrays, autograd[1].item(), finite_difference(scratch.w, loss)}});
}

// ---- What autograd sees if the scratch model asks it for gradients, at the first mini-batch ----

struct NamedLoss {
  Tensor loss;
  Names names;
};

NamedLoss first_loss(SimpleLinearRegression model, const chapter::Split& data, std::int64_t batch) {
  const Tensor x = data.x_train.slice(0, 0, batch), y = data.y_train.slice(0, 0, batch);
  model.b = model.b.clone().requires_grad_();
  model.w = model.w.clone().requires_grad_();
  const Tensor yhat = model.predict(x), loss = model.mse_loss(y, yhat);
  return {loss, {{"b", model.b}, {"w", model.w}, {"x", x}, {"y", y}, {"yhat", yhat}, {"L", loss}}};
}

void draw_graph(const std::string& path, const NamedLoss& first) {
  first.loss.backward({.retain_graph = true});
  chapter::draw_graph(path, first.loss, first.names);
}

// ---- The comparison ----

void print_what_is_next(const chapter::RegressionOptions& options) {
  const bool is_raw = options.is_real() && !options.standardize;
  const char* const again = options.is_real() ? "the same with" : "./dev run 1.1";  // as many letters
  fmt::print(
      "\nNext\n"
      "  {0} {1}\n"
      "  {0} --explain       derives the two gradients, one rule a line\n"
      "  ./dev exercise                asks you for them\n"
      "  ./dev run 1.2                 goes on, with many features\n",
      again,
      is_raw              ? "--standardize   trains faster, on columns of mean 0 and deviation 1"
      : options.is_real() ? "--graph w.svg   draws the graph of the first mini-batch's loss"
                          : "--epochs 200    trains on, until the line is found");
}

void compare(chapter::RegressionOptions options) {
  const chapter::Split data = chapter::load(options);
  const chapter::Training training = options.training();

  fmt::print(
      "model           yhat_n = b + w x_n\n"
      "loss            L = 1/m sum_n (yhat_n - y_n)^2, with m rows\n");
  manual_seed(options.manual_seed);
  LinearRegression model;
  SimpleLinearRegression scratch;
  chapter::print_line("initial nn     ", model.layer.bias, model.layer.weight);
  chapter::print_line("initial scratch", scratch.b, scratch.w);
  chapter::print_what_mape_is();

  const auto compare_predictions = [&](const char* when) {
    const no_grad guard;
    chapter::print_mape(when, data::mape(scratch.predict(data.x_valid), model.forward(data.x_valid)));
  };
  compare_predictions("predictions");
  scratch.copy_params(model.layer);
  compare_predictions("predictions after copy");
  chapter::print_mape("loss", data::mape(scratch.evaluate(data.x_valid, data.y_valid),
                                         model.evaluate(data.x_valid, data.y_valid)));

  fmt::print("\nThe gradients at the first mini-batch\n");
  compare_gradients(scratch, model, data, training.batch);
  const NamedLoss first = first_loss(scratch, data, training.batch);
  if (!options.graph.empty()) draw_graph(options.graph, first);
  if (options.explain) fmt::print("\n{}", to_string(einstein::explain(first.loss, first.names)));

  fmt::print("\nTraining the nn model\n");
  const chapter::History nn_history = model.fit(data, training);
  fmt::print("\nTraining the scratch model\n");
  const chapter::History scratch_history = scratch.fit(data, training);

  fmt::print("\n");
  compare_predictions("predictions after training");
  chapter::print_mape("bias", data::mape(scratch.b, model.layer.bias.detach()));
  chapter::print_mape("weight", data::mape(scratch.w, model.layer.weight.detach().reshape({1})));
  chapter::print_line("final nn     ", model.layer.bias, model.layer.weight);
  chapter::print_line("final scratch", scratch.b, scratch.w);
  chapter::print_true_line(data);
  chapter::print_in_units(data, scratch.b, scratch.w);

  if (!options.plot.empty())
    chapter::plot(options.plot, data, scratch.b, scratch.w, nn_history, scratch_history);
  print_what_is_next(options);
}

int main(int argc, char** argv) {
  return chapter::run([&] {
    chapter::RegressionOptions options;
    if (options.parse(argc, argv)) compare(options);
  });
}

#pragma once
// What the chapters do with their two models of one kind, from scratch and of nn's parts: descend along
// mini-batches, compare gradients, start from the same parameters and compare where they arrive.
#include <functional>
#include <string>
#include <vector>

#include <autodiff/grad_mode.hpp>
#include <autodiff/tensor.hpp>
#include <data/metrics.hpp>
#include <support/generated_data.hpp>
#include <support/regression_chapter.hpp>

#include <fmt/format.h>

namespace chapter {

/// The bias and the weights of a linear model or of a layer, or the derivatives of a loss by them.
struct Affine {
  eingrad::Tensor b, w;
};

/// What is done with a mini-batch; returns its loss.
using BatchLoss = std::function<double(const eingrad::Tensor& x, const eingrad::Tensor& y)>;

/// Epochs of `step` on each mini-batch, then `evaluate` on batches of the rows to validate with, or on all of
/// them. A loss of an epoch is the mean over its batches.
History descend(const Split& data, const Training& training, const BatchLoss& step,
                const BatchLoss& evaluate);

using Predict = std::function<eingrad::Tensor(const eingrad::Tensor& x)>;

/// The same of a classifier, with the loss and the accuracy on all rows to validate with at once.
History descend(const Split& data, const Training& training, const BatchLoss& step, const BatchLoss& evaluate,
                const Predict& predict);

/// (L(p + h) - L(p - h)) / 2h for each element of a parameter p that `loss` holds.
eingrad::Tensor finite_differences(const eingrad::Tensor& p, const std::function<eingrad::Tensor()>& loss);

/// Derivatives found in four ways, and how far those by hand are from autograd's.
struct FourWays {
  Affine einsum, matrices, autograd, differences;
};
/// Each derivative in each way; of more than 100 weights as print_differences.
void print_gradients(const FourWays& gradients);
/// Of several layers, for each parameter how far the other ways are from autograd. `matrices` may be
/// undefined.
void print_differences(const std::vector<FourWays>& layers);

/// Derives the gradients of a loss, and draws its graph, as far as the options ask for it.
void show_graph(const TrainingOptions& options, const eingrad::Tensor& loss, const eingrad::Names& names);

void print_parameters(const Affine& scratch, const Affine& nn, const Generated& data);
/// Prints how far apart the parameters of layers are.
void compare_layers(const std::vector<Affine>& scratch, const std::vector<Affine>& nn);

template <class Scratch, class Model>
double difference_of_predictions(const Scratch& scratch, const Model& model, const Split& data) {
  const eingrad::no_grad guard;
  if constexpr (requires { model.predict(data.x_valid); }) {  // of a classifier forward returns the scores
    return eingrad::data::mape(scratch.predict(data.x_valid), model.predict(data.x_valid));
  } else {
    return eingrad::data::mape(scratch.predict(data.x_valid), model.forward(data.x_valid));
  }
}

/// Gives the scratch model the parameters of the other, and prints how far apart they are before and after.
template <class Scratch, class Model>
void start_alike(Scratch& scratch, const Model& model, const Split& data) {
  print_what_mape_is();
  print_mape("predictions", difference_of_predictions(scratch, model, data));
  if constexpr (requires { model.layers; }) {
    scratch.copy_params(model.layers);
  } else {
    scratch.copy_params(model.layer);
  }
  print_mape("predictions after copy", difference_of_predictions(scratch, model, data));
  print_mape("loss", eingrad::data::mape(scratch.evaluate(data.x_valid, data.y_valid),
                                         model.evaluate(data.x_valid, data.y_valid)));
}

/// Trains both models, prints how far apart they are then, and plots the losses if `plot` is a file.
template <class Scratch, class Model>
void train_alike(Scratch& scratch, Model& model, const Split& data, const Training& training,
                 const std::string& title, const std::string& plot) {
  fmt::print("\nTraining the nn model\n");
  const History nn_history = model.fit(data, training);
  fmt::print("\nTraining the scratch model\n");
  const History scratch_history = scratch.fit(data, training);

  fmt::print("\n");
  print_mape("predictions after training", difference_of_predictions(scratch, model, data));
  if (!plot.empty()) plot_losses(plot, title, training, nn_history, scratch_history);
}

/// The same, and beside the parameters of both models those that the data was made of.
template <class Scratch, class Model>
void train_both(Scratch& scratch, Model& model, const Generated& data, const Training& training,
                const std::string& title, const std::string& plot) {
  train_alike(scratch, model, data, training, title, plot);
  const Affine by_hand = scratch.parameters(), by_autograd = model.parameters_as_scratch();
  print_mape("bias", eingrad::data::mape(by_hand.b, by_autograd.b));
  print_mape("weight", eingrad::data::mape(by_hand.w, by_autograd.w));
  print_parameters(by_hand, by_autograd, data);
}

}  // namespace chapter

// Find the planted bug: a training loop.
//
// The loss of this model should fall at each step, and here it rises again. Every line is right where it
// stands; one is missing.
#include <vector>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

namespace exercise_08 {

using namespace eingrad;

/// Trains the model and returns the loss before each step.
inline std::vector<double> train(const nn::Linear& model, const Tensor& x, const Tensor& y, int steps) {
  optim::SGD optimizer(model.parameters(), {.lr = 0.1});
  std::vector<double> losses;
  for (int step = 0; step < steps; ++step) {
    // your turn: add what is missing, in its place, and delete this line
    const Tensor loss = nn::mse_loss(model(x), y);
    losses.push_back(loss.item());
    loss.backward();
    optimizer.step();
  }
  return losses;
}

}  // namespace exercise_08

#include <08_training_loop.cpp>
#include <examples/exercises/checks/check.hpp>

namespace exercise_08 {

TEST_CASE("08 the loss falls as gradient descent makes it fall") {
  set_default_dtype(float64);
  manual_seed(8);
  const Tensor x = randn({20, 2}), y = einsum("ni,i->n", x, tensor({2.0, -1.0})).unsqueeze(-1);
  const nn::Linear model(2, 1);
  const int steps = 12;

  // Gradient descent by its formula.
  std::vector<double> right;
  Tensor w = model.weight.detach().clone(), b = model.bias.detach().clone();
  for (int step = 0; step < steps; ++step) {
    w.requires_grad_();
    b.requires_grad_();
    const Tensor loss = nn::mse_loss(nn::linear(x, w, b), y);
    right.push_back(loss.item());
    const std::vector<Tensor> g = grad(loss, {w, b});
    w = (w - 0.1 * g[0]).detach();
    b = (b - 0.1 * g[1]).detach();
  }

  const std::vector<double> yours = train(model, x, y, steps);
  if (yours.size() != right.size())
    FAIL("train returns " << yours.size() << " losses for " << right.size() << " steps");
  for (std::size_t k = 0; k < right.size(); ++k) {
    if (std::abs(yours[k] - right[k]) <= 1e-9 * right[0]) continue;
    std::string words = fmt::format("the loss goes astray at step {}:\n  step    yours  gradient descent", k);
    for (std::size_t row = 0; row < right.size(); ++row)
      words += fmt::format("\n  {:4}  {:7.4f}  {:16.4f}", row, yours[row], right[row]);
    if (k == 2)
      words += "\nThe first step is right, the second one is not: it went along more than its own gradient.";
    if (yours[0] == yours[k]) words += "\nThe parameters do not move: who steps?";
    FAIL(words);
  }
}

}  // namespace exercise_08

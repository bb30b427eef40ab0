// A line is fitted, and a gradient is checked.
#include <iostream>

#include <eingrad.hpp>

using namespace eingrad;

int main() {
  set_default_dtype(float64);
  manual_seed(0);
  const Tensor x = linspace(-1, 1, 100).unsqueeze(-1);
  const Tensor y = 3 * x + 0.5 + 0.1 * randn({100, 1});

  nn::Linear model(1, 1);
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  for (int epoch = 0; epoch < 200; ++epoch) {
    const Tensor loss = nn::mse_loss(model(x), y);
    if (epoch % 50 == 0) std::cout << "epoch " << epoch << "  loss " << loss.item() << "\n";
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  std::cout << "y = " << model.weight.item() << " x + " << model.bias.item() << "\n";
  std::cout << gradcheck([&](const Tensor& w) { return nn::mse_loss(tanh(nn::linear(x, w)), y); },
                         model.weight)
            << "\n";
}

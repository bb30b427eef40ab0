// Two steps of a regression by hand-made gradient descent, as a stranger would write their first program.
#include <cstdio>
#include <cstdlib>

#include <eingrad.hpp>

#ifdef XSIMD_HPP
#error "a consumer must not need xsimd"
#endif

using namespace eingrad;

int main() {
  manual_seed(0);
  const Tensor x = tensor({{0.}, {1.}, {2.}}), t = tensor({{1.}, {3.}, {5.}});
  nn::Linear model(1, 1);
  optim::SGD sgd(model.parameters(), {.lr = 0.1});

  double first = 0, last = 0;
  for (int step = 0; step < 20; ++step) {
    const Tensor loss = nn::mse_loss(model(x), t);
    last = loss.item<double>();
    if (step == 0) first = last;
    sgd.zero_grad();
    loss.backward();
    sgd.step();
  }
  std::printf("loss %.4f, then %.4f\n", first, last);
  return last < 0.1 * first ? EXIT_SUCCESS : EXIT_FAILURE;
}

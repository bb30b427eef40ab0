// Tensors that were never given a value.
#include <tests/nn/mistakes/mistake.hpp>

using namespace eingrad;
using namespace eingrad::testing;

TEST_CASE("an undefined tensor has a message that names the cure and a line of the program", "[mistakes]") {
  check_each({
      {"the shape of nothing", [] { Tensor().shape(); }, "it is undefined"},
      {"the dtype of nothing", [] { Tensor().dtype(); }, "it is undefined"},
      {"a sum with nothing", [] { Tensor() + ones({2}); }, "add: operand A is undefined"},
      {"a product with nothing", [] { ones({2}) * Tensor(); }, "mul: operand B is undefined"},
      {"a function of nothing", [] { exp(Tensor()); }, "exp: the operand is undefined"},
      {"a product of matrices with nothing",
       [] {
         matmul(ones({2, 2}), Tensor());
       },
       "matmul: operand B is undefined"},
      {"the mean of nothing", [] { mean(Tensor()); }, "mean: the operand is undefined"},
      {"the maximum of nothing", [] { argmax(Tensor(), 0); }, "argmax: the operand is undefined"},
      {"a layer of nothing", [] { nn::Linear(2, 1)(Tensor()); }, "linear: the input is undefined"},
      {"layers of nothing",
       [] {
         nn::Sequential{nn::Linear(2, 1), nn::ReLU()}(Tensor());
       },
       "Sequential: the input is undefined"},
      {"a loss of nothing", [] { nn::mse_loss(Tensor(), ones({2})); },
       "mse_loss: the prediction is undefined"},
      {"a loss against nothing",
       [] {
         nn::cross_entropy(ones({2, 2}), Tensor());
       },
       "cross_entropy: the target is undefined"},
      {"a gradient that was never there",
       [] {
         const Tensor w = leaf({2});
         w - 0.1 * w.grad();
       },
       "grad() is undefined before the first backward()"},
      {"an optimizer of nothing at all", [] { optim::SGD({Tensor()}, {.lr = 0.1}); }, "it is undefined"},
  });
}

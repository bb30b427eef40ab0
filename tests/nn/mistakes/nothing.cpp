// Tensors that were never given a value.
#include <tests/nn/mistakes/mistake.hpp>

using namespace eingrad;
using namespace eingrad::testing;

TEST_CASE("an undefined tensor has a message that names the cure and a line of the program", "[mistakes]") {
  check_each({
      {"the shape of nothing", [] { Tensor().shape(); }, "shape: the tensor is undefined"},
      {"the dtype of nothing", [] { Tensor().dtype(); }, "dtype: the tensor is undefined"},
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
      {"an optimizer of nothing at all", [] { optim::SGD({Tensor()}, {.lr = 0.1}); },
       "SGD: a parameter is undefined"},
      {"a mask of nothing", [] { masked_fill(ones({2}), Tensor(), 0); },
       "masked_fill: the mask is undefined"},
      {"an index of nothing", [] { index(ones({2}), {Tensor()}); }, "index: an index is undefined"},
      {"rows of nothing", [] { index_select(ones({2}), 0, Tensor()); },
       "index_select: the tensor of indices is undefined"},
      {"elements of nothing", [] { take(ones({2}), Tensor()); }, "take: the index is undefined"},
      {"elements along an axis of nothing", [] { gather(ones({2}), 0, Tensor()); },
       "gather: the index is undefined"},
      {"words of nothing", [] { nn::Embedding(5, 2)(Tensor()); },
       "embedding: the tensor of indices is undefined"},
      {"classes of nothing", [] { one_hot(Tensor()); }, "one_hot: the tensor of labels is undefined"},
      {"a comparison with nothing", [] { equal(ones({2}), Tensor()); }, "equal: operand B is undefined"},
      {"another dtype of nothing", [] { Tensor().to(float64); }, "to: the tensor is undefined"},
      {"a copy of nothing", [] { Tensor().clone(); }, "clone: the tensor is undefined"},
      {"the transpose of nothing", [] { Tensor().t(); }, "t: the tensor is undefined"},
      {"the length of nothing", [] { Tensor().size(0); }, "size: the tensor is undefined"},
      {"the number of nothing", [] { static_cast<void>(Tensor().item()); }, "item: the tensor is undefined"},
      {"ones like nothing", [] { ones_like(Tensor()); }, "ones_like: the tensor is undefined"},
      {"a target that is nothing",
       [] {
         Tensor none;
         none += 1;
       },
       "+=: operand A is undefined"},
      {"a change by nothing",
       [] {
         Tensor x = ones({2});
         x -= Tensor();
       },
       "-=: operand B is undefined"},
      {"a copy from nothing", [] { ones({2}).copy_(Tensor()); }, "copy_: operand B is undefined"},
      {"nothing that is filled", [] { Tensor().fill_(1); }, "fill_: operand A is undefined"},
      {"a method with nothing",
       [] {
         ones({2, 2}).matmul(Tensor());
       },
       "matmul: operand B is undefined"},
      {"a sum down to a shape of nothing", [] { sum_to(Tensor(), {1}); }, "sum_to: the operand is undefined"},
      {"a parameter made nothing",
       [] {
         nn::Parameter p(ones({2}));
         p = Tensor();
       },
       "parameter: what is assigned is undefined"},
      {"attention to nothing",
       [] {
         nn::scaled_dot_product_attention(ones({2, 2}), Tensor(), Tensor());
       },
       "the key is undefined"},
      {"a layer without weights",
       [] {
         nn::linear(ones({2, 2}), Tensor());
       },
       "linear: the weight is undefined"},
      {"a check of nothing", [] { gradcheck([](const Tensor& a) { return a; }, Tensor()); },
       "gradcheck: an input is undefined"},
  });
}

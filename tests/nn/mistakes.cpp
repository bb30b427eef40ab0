// What a learner gets wrong, what the library says, and that it names the cure. All messages: nn_tests
// "[mistakes]" -s
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>
#include <tests/catch.hpp>

using namespace eingrad;

namespace {

struct Mistake {
  std::string what;
  std::function<void()> make;
  std::string cure;  ///< what the message has to say
};

Tensor leaf(const Shape& shape) { return ones(shape, float64).requires_grad_(); }

const std::vector<Mistake> mistakes{
    {"matrices that do not chain",
     [] {
       matmul(ones({32, 4}), ones({3, 4}));
     },
     "B.t() if you meant C_ik = A_ij B_kj"},
    {"a layer for other features",
     [] {
       nn::Linear(4, 2)(ones({8, 5}));
     },
     "nn::Linear(5, 2)"},
    {"a vector where a column is meant", [] { nn::Linear(1, 1)(ones({8})); },
     "x.unsqueeze(-1), one row a sample"},
    {"a column against a vector",
     [] {
       nn::mse_loss(ones({8, 1}), ones({8}));
     },
     "unsqueeze(-1) or squeeze(-1)"},
    {"shapes that do not broadcast",
     [] {
       ones({8, 3}) + ones({8});
     },
     "reshape or unsqueeze one of them"},
    {"an axis that is not there",
     [] {
       sum(ones({2, 3}), 2);
     },
     "0 to 1, or -2 to -1 counted from the back"},
    {"a shape of other size",
     [] {
       reshape(ones({2, 3}), {4, 2});
     },
     "one extent may be -1"},
    {"rows of other length",
     [] {
       cat({ones({2, 3}), ones({2, 4})});
     },
     "along the only one that differs"},
    {"an index beyond the end", [] { select(ones({3}), 0, 3); }, "-3 to 2"},
    {"one number of many", [] { static_cast<void>(ones({2}).item()); }, "sum() or mean()"},
    {"backward of many numbers", [] { (leaf({3}) * 2).backward(); }, "reduce it with sum() or mean()"},
    {"backward without a graph", [] { ones({1}).backward(); }, "requires_grad_() on the parameters"},
    {"backward twice",
     [] {
       const Tensor loss = sum(square(leaf({3})));
       loss.backward();
       loss.backward();
     },
     "compute the loss anew"},
    {"two losses on one graph",
     [] {
       const Tensor shared = exp(leaf({3})), first = sum(square(shared)),
                    second = sum(shared * 2 + tanh(shared));
       first.backward();
       second.backward();
     },
     "{.retain_graph = true}"},
    {"a leaf that is changed in place",
     [] {
       Tensor w = leaf({3});
       w += 1;
     },
     "no_grad"},
    {"a value that backward needs, overwritten",
     [] {
       const Tensor w = leaf({3});
       Tensor x = ones({3}, float64);
       const Tensor loss = sum(w * x);
       x += 1;
       loss.backward();
     },
     "a clone() of it"},
    {"a gradient of integers",
     [] {
       tensor({1, 2}).requires_grad_();
     },
     "to(float64)"},
    {"the mean of integers",
     [] {
       mean(tensor({1, 2}));
     },
     "to(float64)"},
    {"labels from 1 on",
     [] {
       nn::cross_entropy(ones({2, 3}), tensor({1, 3}));
     },
     "labels from 0 on"},
    {"labels that are no integers",
     [] {
       nn::cross_entropy(ones({2, 3}), tensor({0., 1.}));
     },
     "labels.to(int64)"},
    {"labels in a column",
     [] {
       nn::cross_entropy(ones({2, 3}), tensor({{0}, {1}}));
     },
     "squeeze(-1)"},
    {"logits where probabilities are meant", [] { nn::binary_cross_entropy(tensor({2.5}), tensor({1.})); },
     "sigmoid()"},
    {"an image that is no batch",
     [] {
       nn::Conv2d(3, 4, 3)(ones({3, 8, 8}));
     },
     "x.unsqueeze(0)"},
    {"a batch of one in training",
     [] {
       nn::BatchNorm1d(3)(ones({1, 3}));
     },
     "eval()"},
    {"an optimizer of nothing", [] { optim::SGD(std::vector<Tensor>{}, {.lr = 0.1}); }, "EINGRAD_MEMBERS"},
    {"an optimizer of results", [] { optim::Adam({leaf({3}) * 2}); },
     "requires_grad_() on it before it is used"},
    {"a negative learning rate", [] { optim::SGD({leaf({3})}, {.lr = -0.1}); }, "a finite number, 0 or more"},
    {"the state of another model",
     [] { nn::Linear(2, 1).load_state_dict(nn::Linear(2, 1, false).state_dict()); },
     "a state_dict of the same model"},
    {"a file that is not there", [] { load("not there.npz"); }, "load: cannot read 'not there.npz'"},
    {"labels of other samples",
     [] {
       nn::cross_entropy(ones({4, 3}), tensor({0, 1}));
     },
     "the labels of the same 4 samples"},
    {"a kernel larger than the image",
     [] {
       nn::Conv2d(1, 1, 5)(ones({1, 1, 4, 3}));
     },
     "a padding of 1 or more"},
    {"a word that the table does not have",
     [] {
       nn::Embedding(5, 2)(tensor({4, 5}));
     },
     "indices from 0 to 4"},
    {"features in another axis",
     [] {
       nn::BatchNorm1d(3)(ones({3, 8}));
     },
     "BatchNorm1d(8)"},
    {"a norm over other features",
     [] {
       nn::LayerNorm(3)(ones({8, 4}));
     },
     "shape {4}"},
    {"one letter for axes that differ",
     [] {
       einsum("ni,oi->no", {ones({8, 3}), ones({2, 4})});
     },
     "another letter"},
    {"an axis that the tensor does not have",
     [] {
       ones({8, 3}).sum(2);
     },
     "= (8, 3) float32"},
    {"heads that do not divide the features", [] { nn::MultiheadAttention(10, 3); },
     "a number of features that the heads divide"},
    {"a probability of two", [] { nn::Dropout(2); }, "0 to 1"},
    {"a schedule without steps",
     [] {
       optim::SGD sgd({leaf({3})}, {.lr = 0.1});
       optim::StepLR(sgd, 0);
     },
     "1 or more"},
    {"the extreme of nothing",
     [] {
       max(zeros({0, 3}), 0);
     },
     "a check of numel() first"},
    {"more indices than axes",
     [] {
       index(ones({2, 3}), {0, 1, 2});
     },
     "at most one index for each axis"},
    {"an index that is not there",
     [] {
       index(ones({2, 3}), {5});
     },
     "index: there is no index 5"},
    {"an index in a tensor that is not there",
     [] {
       index(ones({2, 3}), {tensor({0, 7})});
     },
     "-2 to 1"},
    {"a mask of another length",
     [] {
       index(ones({2, 3}), {tensor({true, false, true})});
     },
     "a mask of the extents of the axes"},
    {"braces that are ragged",
     [] {
       tensor({{1, 2}, {3}});
     },
     "as many numbers in each row"},
    {"a negative extent",
     [] {
       zeros({-1, 3});
     },
     "zeros: no tensor has the shape (-1, 3)"},
    {"a gradient of whole numbers", [] { ones({2}, int64).requires_grad_(); }, "to(float64)"},
    {"a gradient of another shape", [] { leaf({2}).set_grad(ones({3})); }, "a gradient of the shape of A"},
    {"a result's gradient without a leaf", [] { ones({2}).retain_grad(); }, "requires_grad_() on it"},
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
    {"a loss of nothing", [] { nn::mse_loss(Tensor(), ones({2})); }, "mse_loss: the prediction is undefined"},
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
    {"a hook on a constant", [] { register_hook(ones({2}), [](const Tensor&) { return Tensor(); }); },
     "requires_grad_() before it is used"},
    {"a learning rate that is no number", [] { optim::SGD({leaf({2})}, {.lr = -std::abs(std::nan(""))}); },
     "SGD: lr = nan"},
    {"a default dtype without fractions", [] { set_default_dtype(int64); }, "float32 or float64"},
    {"a gradient no longer than less than nothing", [] { nn::clip_grad_norm_({leaf({2})}, -1); },
     "0 or more"},
    {"numbers cut below nothing", [] { nn::clip_grad_value_({leaf({2})}, -1); }, "0 or more"},
    {"a sequence of other features",
     [] {
       nn::LSTM(3, 2)(ones({4, 1, 5}));
     },
     "nn::LSTM(5, 2)"},
    {"a sequence without features", [] { nn::GRU(1, 2)(ones({4})); }, "x.unsqueeze(-1)"},
    {"a state of another size",
     [] {
       nn::GRU(3, 2)(ones({4, 1, 3}), ones({1, 1, 3}));
     },
     "zeros({1, 1, 2})"},
    {"attention to other features",
     [] {
       nn::MultiheadAttention(4, 2)(ones({3, 4}), ones({3, 4}), ones({3, 4}));
     },
     "unsqueeze(1) for a batch of one"},
    {"an axis named twice",
     [] {
       sum(ones({2, 3}), {0, 0});
     },
     "each axis once"},
    {"a permutation that is none",
     [] {
       permute(ones({2, 3}), {0, 0});
     },
     "each axis of 0 to n - 1 once"},
    {"more of the largest than there are", [] { topk(ones({3}), 5); }, "0 to 3"},
    {"a part beyond the end", [] { narrow(ones({3}), 0, 2, 4); },
     "a start and a length that lie on the axis"},
    {"the inverse of a row",
     [] {
       inverse(ones({2, 3}));
     },
     "square matrices"},
    {"scores and labels exchanged",
     [] {
       nn::cross_entropy(tensor({0, 1}), ones({2, 3}));
     },
     "cross_entropy(scores, labels): the scores come first"},
    {"an image without channels",
     [] {
       nn::max_pool2d(ones({8, 8}), 2);
     },
     "unsqueeze(0) for the axis of channels"},
    {"tensors of other ranks side by side",
     [] {
       cat({ones({2, 3}), ones({3})});
     },
     "unsqueeze(0) on the one with fewer"},
    {"a product of elements where one of matrices is meant",
     [] {
       ones({2, 3}) * ones({3, 2});
     },
     "matmul(A, B) if you meant C_ik = A_ij B_jk"},
    {"a target that is transposed",
     [] {
       nn::mse_loss(ones({2, 3}), ones({3, 2}));
     },
     "t() on one of them"},
    {"a target for none of the predictions",
     [] {
       nn::mse_loss(ones({2, 3}), ones({4}));
     },
     "a target for each prediction"},
    {"a parameter given twice",
     [] {
       const Tensor w = leaf({2});
       optim::SGD({w, w}, {.lr = 0.1});
     },
     "each parameter once"},
    {"a parameter in two groups",
     [] {
       const Tensor w = leaf({2});
       optim::SGD({{{w}, {.lr = 0.1}}, {{w}, {.lr = 0.2}}});
     },
     "each parameter once"},
    {"the gradient of a gradient that was not recorded",
     [] {
       const Tensor w = leaf({2});
       grad(sum(square(w)), {w})[0].sum().backward();
     },
     "{.create_graph = true}"},
    {"a convolution of other channels",
     [] {
       nn::conv2d(ones({1, 3, 8, 8}), ones({4, 2, 3, 3}));
     },
     "a layer whose in is the number of channels"},
    {"a value that was overwritten since its use",
     [] {
       Tensor w = leaf({2});
       const Tensor loss = sum(square(w));
       {
         const no_grad guard;
         w.fill_(0);
       }
       loss.backward();
     },
     "call backward before the value is changed"},
    {"a file of no known format", [] { save({}, "model.bin"); }, ".safetensors or .npz"},
};

}  // namespace

TEST_CASE("each mistake has a message that names the cure and a line of the program", "[mistakes]") {
  for (const Mistake& mistake : mistakes) {
    std::string message = "nothing";
    try {
      mistake.make();
    } catch (const error& thrown) {
      message = thrown.what();
    }
    INFO(mistake.what);
    CHECK_THAT(message, ContainsSubstring(mistake.cure));
    CHECK_THAT(message.substr(0, message.find('\n')), ContainsSubstring("tests/nn/mistakes.cpp:"));
  }
}

TEST_CASE("a loss calls its operands prediction and target, below each other", "[mistakes]") {
  const Tensor column = ones({8, 1}), vector = ones({8});
  const std::function<void()> losses[] = {
      [&] { nn::mse_loss(column, vector); },
      [&] { nn::l1_loss(column, vector); },
      [&] { nn::huber_loss(column, vector); },
      [&] { nn::binary_cross_entropy(column, vector); },
      [&] { nn::binary_cross_entropy_with_logits(column, vector); },
      [&] { nn::kl_div(column, vector); },
  };
  for (const auto& loss : losses) {
    CHECK_THROWS_WITH(loss(), ContainsSubstring("\n  prediction = (8, 1) float") &&
                                  ContainsSubstring("\n  target     = (8,) float") &&
                                  ContainsSubstring("\n  try        unsqueeze(-1)"));
  }
  CHECK_THROWS_WITH(
      nn::cross_entropy(column, ones({3}, int64)),
      ContainsSubstring("\n  scores = (8, 1) float") && ContainsSubstring("\n  labels = (3,) int64 "));
}

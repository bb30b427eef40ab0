// Inputs that do not fit a layer, and layers that cannot be.
#include <tests/nn/mistakes/mistake.hpp>

using namespace eingrad;
using namespace eingrad::testing;

TEST_CASE("a mistake with a layer has a message that names the cure and a line of the program",
          "[mistakes]") {
  check_each({
      {"a layer for other features",
       [] {
         nn::Linear(4, 2)(ones({8, 5}));
       },
       "nn::Linear(5, 2)"},
      {"a vector where a column is meant", [] { nn::Linear(1, 1)(ones({8})); },
       "x.unsqueeze(-1), one row a sample"},
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
      {"heads that do not divide the features", [] { nn::MultiheadAttention(10, 3); },
       "a number of features that the heads divide"},
      {"a probability of two", [] { nn::Dropout(2); }, "0 to 1"},
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
      {"an image without channels",
       [] {
         nn::max_pool2d(ones({8, 8}), 2);
       },
       "unsqueeze(0) for the axis of channels"},
      {"a convolution of other channels",
       [] {
         nn::conv2d(ones({1, 3, 8, 8}), ones({4, 2, 3, 3}));
       },
       "a layer whose in is the number of channels"},
  });
}

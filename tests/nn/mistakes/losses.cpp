// Predictions, targets and labels that do not fit.
#include <functional>

#include <tests/nn/mistakes/mistake.hpp>

using namespace eingrad;
using namespace eingrad::testing;

TEST_CASE("a mistake with a loss has a message that names the cure and a line of the program", "[mistakes]") {
  check_each({
      {"a column against a vector",
       [] {
         nn::mse_loss(ones({8, 1}), ones({8}));
       },
       "unsqueeze(-1) or squeeze(-1)"},
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
      {"labels of other samples",
       [] {
         nn::cross_entropy(ones({4, 3}), tensor({0, 1}));
       },
       "the labels of the same 4 samples"},
      {"scores and labels exchanged",
       [] {
         nn::cross_entropy(tensor({0, 1}), ones({2, 3}));
       },
       "cross_entropy(scores, labels): the scores come first"},
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
  });
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

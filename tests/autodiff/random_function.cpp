#include "random_function.hpp"

#include <random>

#include <autodiff/contraction/contraction.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <nn/linear.hpp>
#include <nn/mse_loss.hpp>

namespace eingrad::testing {

Tensor random_function(unsigned seed, int length, const std::vector<Tensor>& inputs) {
  std::mt19937 random(seed);
  std::vector<Tensor> made = inputs;
  const auto any = [&]() -> const Tensor& { return made[random() % made.size()]; };
  for (int step = 0; step < length; ++step) {
    const Tensor a = any(), b = any(), c = any();
    // clang-format off
    switch (random() % 16) {
      case 0: made.push_back(a + b); break;
      case 1: made.push_back(a - 2 * b); break;
      case 2: made.push_back(a * b * 0.5); break;
      case 3: made.push_back(a / (2 + square(b))); break;
      case 4: made.push_back(tanh(a)); break;
      case 5: made.push_back(sigmoid(a) + b); break;
      case 6: made.push_back(exp(a * 0.1)); break;
      case 7: made.push_back(matmul(matmul(tanh(a), b.t()) * 0.3, c)); break;
      case 8: made.push_back(a - mean(a, {1}, true)); break;
      case 9: made.push_back(b + sum(a, {0}) * 0.2); break;
      case 10: made.push_back(a.t().reshape({2, 3})); break;
      case 11: made.push_back(cat({a.slice(1, 1, 3), b.slice(1, 0, 1)}, 1)); break;
      case 12: made.push_back(where(c > 0, a, b)); break;
      case 13: made.push_back(index_select(a, 0, tensor({1, 1})) + select(b, 0, 0)); break;
      case 14: made.push_back(nn::linear(tanh(a), einsum("ni,nj->ij", tanh(b), tanh(c)), sum(c, {0})) * 0.2); break;
      default: made.push_back(a * nn::mse_loss(tanh(b), tanh(c))); break;
    }
    // clang-format on
  }
  Tensor total = made.back();
  for (int i = 0; i < 3; ++i) total = total + tanh(any());
  return total;
}

}  // namespace eingrad::testing

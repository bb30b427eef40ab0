#include <04_planted_rule.cpp>
#include <examples/exercises/checks/check.hpp>

namespace exercise_04 {

TEST_CASE("04 swish has its values and its gradient") {
  set_default_dtype(float64);
  const Tensor x = tensor({-1.5, -0.5, 0.5, 2.0}).requires_grad_();
  exercise::compare("swish(x)", swish(x), x * sigmoid(x));

  const auto swish_of = [](const Tensors& inputs) { return swish(inputs[0]); };
  if (gradcheck(swish_of, {x})) return;
  const Tensor yours = grad(sum(swish(x)), {x})[0], s = sigmoid(x);
  std::string words = "the gradient of swish is not the one of its values:";
  if (allclose(yours, s)) words = "only the share of the factor x arrives, that through sigmoid(x) is lost:";
  if (allclose(yours, s + x * s))
    words = "the share through sigmoid(x) is too large: sigmoid'(x) is s (1 - s), and one factor is missing:";
  exercise::check_gradients(words, swish_of, {x});
}

}  // namespace exercise_04

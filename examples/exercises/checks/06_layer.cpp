#include <06_layer.cpp>
#include <examples/exercises/checks/check.hpp>

namespace exercise_06 {

TEST_CASE("06 the residual layer has its values, parts and gradients") {
  set_default_dtype(float64);
  manual_seed(6);
  const Residual layer(3);
  const Tensor x = randn({4, 3}).requires_grad_();
  const Tensor products = einsum("ni,oi->no", x, layer.weight), inner = products + layer.bias;
  const Tensor right = x + tanh(inner);
  exercise::compare(
      "y", layer(x), right,
      {{"x itself: the layer does nothing", x},
       {"right but for + x, the residual", tanh(inner)},
       {"right but for the bias", x + tanh(products)},
       {"right but for the bias, which is added behind tanh and not before", x + tanh(products) + layer.bias},
       {"right but for tanh", x + inner},
       {"right with i and o of W exchanged", x + tanh(matmul(x, layer.weight) + layer.bias)}},
      {{"x_no", x},
       {"x_ni W_oi", products},
       {"x_ni W_oi + b_o", inner},
       {"tanh(x_ni W_oi + b_o)", tanh(inner)},
       {"x_no + tanh(…)", right}});

  const nn::NamedTensors parts = layer.named_parameters();
  for (const char* name : {"weight", "bias"}) {
    if (std::none_of(parts.begin(), parts.end(), [&](const auto& part) { return part.first == name; }))
      FAIL("an optimizer does not see " << name << ": EINGRAD_MEMBERS does not name it");
  }
  exercise::check_gradients(
      "the values are right, the gradients are not: is something cut off the graph, by detach or item?",
      [&](const Tensors& inputs) { return layer(inputs[0]); }, {x, layer.weight, layer.bias});
}

}  // namespace exercise_06

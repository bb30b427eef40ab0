#include <06_layer.cpp>
#include <examples/exercises/checks/check.hpp>

namespace exercise_06 {

TEST_CASE("06 the residual layer has its values, parts and gradients") {
  set_default_dtype(float64);
  manual_seed(6);
  const Residual layer(3);
  const Tensor x = randn({4, 3}).requires_grad_();
  const Tensor inner = einsum("ni,oi->no", x, layer.weight);
  exercise::compare("y", layer(x), x + tanh(inner + layer.bias),
                    {{"x itself: the layer does nothing", x},
                     {"right but for + x, the residual", tanh(inner + layer.bias)},
                     {"right but for the bias", x + tanh(inner)},
                     {"right but for tanh", x + inner + layer.bias},
                     {"right with i and o of W exchanged", x + tanh(matmul(x, layer.weight) + layer.bias)}});

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

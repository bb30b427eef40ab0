#include <autodiff/check/catch.hpp>
#include <eingrad.hpp>
#include <tests/catch.hpp>

#include <examples/support/rms_norm.hpp>

using namespace eingrad;

TEST_CASE("RMSNorm has right gradients") {
  chapter::RMSNorm layer(5);
  layer.to(float64);
  const Tensor x = randn({3, 5}, float64);
  CHECK_THAT([&](const Tensors& in) { return layer(in[0]); }, HasRightGradients({x, layer.weight}));
}

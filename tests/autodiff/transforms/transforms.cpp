#include <functional>
#include <map>
#include <string>
#include <vector>

#include <autodiff/autodiff.hpp>
#include <nn/nn.hpp>
#include <tests/autodiff/elementwise/samples.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::sample;

namespace {

Tensor random(const Shape& shape) {
  static Generator generator(11);
  return randn(shape, float64, generator);
}

/// u · (J v) = (Jᵀ u) · v for any u and v: the one from forward mode, the other from reverse mode.
void check_forward_is_reverse(const TensorFunction& f, const std::vector<Tensor>& inputs) {
  std::vector<Tensor> tangents;
  for (const Tensor& input : inputs)
    tangents.push_back(is_floating(input.dtype()) ? random(input.shape()) : Tensor());
  const Jvp forward = jvp(f, inputs, tangents);
  REQUIRE(forward.tangent.shape() == forward.value.shape());
  const Tensor cotangent = random(forward.value.shape());
  const Vjp reverse = vjp(f, inputs, cotangent);
  double there = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (tangents[i].defined()) there += sum(reverse.cotangents[i] * tangents[i]).item();
  }
  CHECK(sum(cotangent * forward.tangent).item() == Approx(there).epsilon(1e-12).margin(1e-12));
}

const std::map<std::string, TensorFunction> of_matrices{
    {"matmul", [](const auto& x) { return matmul(x[0], x[1].t()); }},
    {"einsum", [](const auto& x) { return einsum("ij,ij,kj->ik", x); }},
    {"sum", [](const auto& x) { return sum(x[0] * x[1], 0); }},
    {"cat",
     [](const auto& x) {
       return cat({x[0], x[1], x[0]}, 1);
     }},
    {"index",
     [](const auto& x) {
       return index(x[0], {tensor({0, 0, 1})});
     }},
    {"index_put", [](const auto& x) { return index_put(x[0], {1}, index(x[1], {0})); }},
    {"pad",
     [](const auto& x) {
       return pad(x[0], {1, 1}, 2) * 3;
     }},
    {"amax", [](const auto& x) { return amax(x[0], 1); }},
    {"sort", [](const auto& x) { return sort(x[0], 1).values; }},
    {"softmax", [](const auto& x) { return softmax(x[0], 1) * x[1]; }},
    {"cumsum", [](const auto& x) { return cumsum(x[0], 1); }},
    {"prod", [](const auto& x) { return prod(x[0], 1); }},
    {"linear", [](const auto& x) { return nn::linear(x[0], x[1], sum(x[2], 1)); }},
    {"mse_loss", [](const auto& x) { return nn::mse_loss(x[0], x[1]); }},
    {"cross_entropy", [](const auto& x) { return nn::cross_entropy(x[0], argmax(x[1], 1)); }},
    {"one tensor twice", [](const auto& x) { return x[0] * x[0] + x[0]; }},
};

}  // namespace

TEST_CASE("forward mode is reverse mode's transpose, for each elementwise operation", "[transforms]") {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    if (!operation.differentiable) continue;
    INFO(operation.name);
    std::vector<Tensor> operands;
    for (std::size_t k = 0; k < operation.domain.size(); ++k)
      operands.push_back(sample(operation, k, k == 0 ? Shape{4, 3} : Shape{3}));
    check_forward_is_reverse(operation.call, operands);
  }
}

TEST_CASE("forward mode is reverse mode's transpose, for the other kinds and for hand-derived gradients",
          "[transforms]") {
  for (const auto& [name, f] : of_matrices) {
    INFO(name);
    check_forward_is_reverse(f, {random({2, 3}), random({2, 3}), random({2, 3})});
  }
  const Function cube(
      "cube", [](const Tensors& x) { return pow(x[0], 3); },
      [](const Tensor& ybar, const Tensors& x, const Tensor&) -> Tensors {
        return {ybar * 3 * square(x[0])};
      });
  check_forward_is_reverse([&](const auto& x) { return cube({x[0]}); }, {random({4})});
}

TEST_CASE("a tangent that is missing stands still", "[transforms]") {
  const Tensor a = random({3}), b = random({3}), v = random({3});
  const auto product = [](const Tensors& x) { return x[0] * x[1]; };
  CHECK(allclose(jvp(product, {a, b}, {v, Tensor()}).tangent, v * b));
  CHECK(equal(jvp([](const Tensors&) { return ones({2}); }, {a}, {v}).tangent, zeros({2})));
  CHECK_THROWS_AS(jvp(product, {a, b}, {v}), value_error);
  CHECK_THROWS_AS(jvp(product, {a, b}, {v, random({2})}), shape_error);
}

TEST_CASE("forward mode through a backward that cannot be differentiated is refused", "[transforms]") {
  const Function wrong(
      "wrong", [](const Tensors& x) { return x[0] * 2; },
      [](const Tensor& ybar, const Tensors&, const Tensor&) -> Tensors { return {ybar.detach() * 2}; });
  CHECK_THROWS_AS(jvp([&](const Tensors& x) { return wrong({x[0]}); }, {random({2})}, {random({2})}),
                  graph_error);
}

TEST_CASE("a jacobian has the result's axes, then the input's", "[transforms]") {
  const Tensor x = random({2, 3}), w = random({4, 3});
  const std::vector<Tensor> both =
      jacobian([](const Tensors& in) { return matmul(in[0], in[1].t()); }, {x, w});
  CHECK(allclose(both[0], einsum("ab,oi->aobi", eye(2, float64), w)));
  CHECK(allclose(both[1], einsum("op,ai->aopi", eye(4, float64), x)));
  CHECK(equal(jacobian([](const Tensor& a) { return a.sum(); }, x), ones({2, 3}, float64)));
  CHECK(jacobian([](const Tensor& a) { return slice(a, 0, 0, 0); }, x).shape() == Shape{0, 3, 2, 3});
  CHECK(equal(jacobian([](const Tensor& a) { return a.detach(); }, x), zeros({2, 3, 2, 3}, float64)));
}

TEST_CASE("hessians and their products with vectors", "[transforms]") {
  const Tensor a = random({3, 3}), x = random({3}), v = random({3});
  const auto quadratic = [&](const Tensor& y) { return dot(y, matmul(a, y)); };
  CHECK(allclose(hessian(quadratic, x), a + a.t()));
  CHECK(allclose(hvp(quadratic, x, v).product, matmul(a + a.t(), v)));
  CHECK(hvp(quadratic, x, v).value.item() == quadratic(x).item());
  const auto general = [](const Tensor& y) { return sum(exp(y) * sin(roll(y, 1))) + prod(y); };
  CHECK(allclose(matmul(hessian(general, x), v), hvp(general, x, v).product));
  const auto by_forward =
      jvp([&](const Tensor& y) { return grad(general(y), {y}, {.create_graph = true})[0]; }, x, v);
  CHECK(allclose(by_forward.tangent, hvp(general, x, v).product));
  CHECK_THROWS_AS(hessian([](const Tensor& y) { return y * y; }, x), graph_error);
}

TEST_CASE("a gradient by an intermediate result", "[transforms]") {
  const Tensor x = random({3}).requires_grad_();
  const Tensor h = tanh(x), y = sum(square(h));
  CHECK(allclose(grad(y, {h}, {.retain_graph = true})[0], 2 * h));
  CHECK(allclose(grad(y, {h, x})[1], 2 * h * (1 - square(h))));
}

#include <autodiff/autodiff.hpp>
#include <autodiff/draw_graph.hpp>
#include <tests/catch.hpp>

using namespace eingrad;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("a graph is drawn with operations, notation, shapes, values, gradients and lines", "[draw]") {
  const Tensor w = full({}, 3, float64).requires_grad_();
  const Tensor x = tensor({1., 2.}, float64);
  const Tensor loss = sum(w * x + 1);
  loss.backward({.retain_graph = true});

  const std::string dot = to_dot(loss, {{"w", w}, {"L", loss}});
  CHECK_THAT(dot, StartsWith("digraph {\n") && EndsWith("}\n"));
  CHECK_THAT(dot, ContainsSubstring(
                      "[label=\"w\\n() float64\\nvalue 3.0\\ngrad 3.0\\ntests/autodiff/draw_graph.cpp:"));
  CHECK_THAT(dot, ContainsSubstring("mul\\na * b\\n(2,) float64\\ntests/autodiff/draw_graph.cpp:"));
  CHECK_THAT(dot, ContainsSubstring("L = sum\\ni->\\n() float64\\nvalue 11.0\\n"));
  CHECK_THAT(dot, ContainsSubstring("[label=\"1.0\", style=rounded]"));
  CHECK(count(dot, " -> n") == 5);

  const std::string mermaid = to_mermaid(loss, {{"w", w}});
  CHECK_THAT(mermaid, StartsWith("flowchart BT\n") && ContainsSubstring("(\"w<br>() float64<br>value 3.0"));
  CHECK(count(mermaid, " --> ") == 5);
}

TEST_CASE("parameters stand in their module's box, names are escaped, a shared tensor is drawn once",
          "[draw]") {
  const Tensor weight = ones({1, 2}).requires_grad_(), bias = ones({1}).requires_grad_();
  const Tensor x = ones({3, 2}), h = matmul(x, weight.t()) + bias, y = sum(h * h);
  Names names{{"layer.weight", weight}, {"layer.bias", bias}};
  names.emplace_back("the \"x\"", x);
  const std::string dot = to_dot(y, names);
  CHECK_THAT(dot, ContainsSubstring("subgraph cluster_0 {\n    label=\"layer\";\n    n"));
  CHECK(count(dot, "layer.weight") == 1);
  CHECK_THAT(dot, ContainsSubstring("the \\\"x\\\""));
  CHECK(count(dot, "matmul\\n") == 1);
}

TEST_CASE("a deep graph is drawn without recursion", "[draw]") {
  Tensor y = full({}, 1, float64).requires_grad_();
  for (int i = 0; i < 100'000; ++i) y = y * 1.0001;
  CHECK(count(to_mermaid(y), "mul") == 100'000);
}

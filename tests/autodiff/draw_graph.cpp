#include <autodiff/autodiff.hpp>
#include <autodiff/draw_graph.hpp>
#include <nn/nn.hpp>
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
  CHECK_THAT(dot, ContainsSubstring("[label=\"w\\n() float64\\nvalue 3\\ngrad 3\\ndraw_graph.cpp:"));
  CHECK_THAT(dot, ContainsSubstring("mul\\nw * constant\\n(2,) float64\\ndraw_graph.cpp:"));
  CHECK_THAT(dot, ContainsSubstring("L = sum\\neinsum(\\\"i->\\\", add)\\n() float64\\nvalue 11\\n"));
  CHECK_THAT(dot, ContainsSubstring("[label=\"1\", shape=plaintext, style=solid]"));
  CHECK(count(dot, " -> n") == 5);

  CHECK(count(dot, "[label=\" ") == 0);

  const std::string mermaid = to_mermaid(loss, {{"w", w}});
  CHECK_THAT(mermaid, StartsWith("flowchart BT\n") &&
                          ContainsSubstring("(\"w<br>() float64<br>value 3<br>grad 3<br>"));
  CHECK(count(mermaid, " --> ") == 5);
}

TEST_CASE("arrows say which operand is which where two are called alike", "[draw]") {
  const Tensor x = ones({2}).requires_grad_(), difference = 2 * x - 3 * x;
  const std::string dot = to_dot(difference, {{"x", x}});
  CHECK_THAT(dot, ContainsSubstring("[label=\"sub\\na - b\\n"));
  CHECK(count(dot, "[label=\" a \"]") == 1);
  CHECK(count(dot, "[label=\" b \"]") == 1);
  CHECK_THAT(to_mermaid(difference), ContainsSubstring(" -- a --> n"));
  CHECK_THAT(to_dot(x * x, {{"x", x}}), ContainsSubstring("mul\\nx * x\\n"));
}

TEST_CASE("parameters stand in their module's box, names are escaped, a shared tensor is drawn once",
          "[draw]") {
  const Tensor weight = ones({1, 2}).requires_grad_(), bias = ones({1}).requires_grad_();
  const Tensor x = ones({3, 2}), h = matmul(x, weight.t()) + bias, y = sum(h * h);
  Names names{{"layer.weight", weight}, {"layer.bias", bias}};
  names.emplace_back("the \"x\"", x);
  const std::string dot = to_dot(y, names);
  CHECK_THAT(dot, ContainsSubstring("subgraph cluster_0 {\n    label=\"layer\";\n    n"));
  CHECK(count(dot, "[label=\"weight\\n") == 1);
  CHECK_THAT(dot, ContainsSubstring("the \\\"x\\\""));
  CHECK(count(dot, "matmul\\n") == 1);
}

TEST_CASE("an operation stands in the box of its module's parameters", "[draw]") {
  const nn::Sequential model{nn::Linear(3, 4), nn::Tanh(), nn::Linear(4, 2)};
  const Tensor y = sum(model(ones({5, 3}))), penalty = sum(square(model.named_parameters()[0].second));
  const std::string dot = to_dot(y + penalty, model.named_parameters());
  const auto box = [&](const std::string& name) {
    const std::size_t start = dot.find("    label=\"" + name + "\";\n");
    REQUIRE(start != std::string::npos);
    return dot.substr(start, dot.find("  }\n", start) - start);
  };
  for (const char* name : {"0", "2"}) {
    CHECK(count(box(name), "[label=\"weight\\n") == 1);
    CHECK(count(box(name), "[label=\"bias\\n") == 1);
    CHECK(count(box(name), "[label=\"linear(") == 1);
    CHECK(count(box(name), "[label=") == 3);
  }
  CHECK(count(dot, "subgraph") == 2);
}

TEST_CASE("a deep graph is drawn without recursion", "[draw]") {
  Tensor y = full({}, 1, float64).requires_grad_();
  for (int i = 0; i < 100'000; ++i) y = y * 1.0001;
  CHECK(count(to_mermaid(y), "\"mul<br>") == 100'000);
}

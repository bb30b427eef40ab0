#pragma once
// What the tests of explain ask an explanation for.
#include <autodiff/autodiff.hpp>
#include <autodiff/einstein/print_matrices.hpp>
#include <autodiff/explain/explain.hpp>
#include <nn/nn.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

namespace eingrad::testing {

using namespace einstein;

class Numbers {
 public:
  Numbers() : dtype_(float64) { manual_seed(0); }

 private:
  DefaultDtype dtype_;
};

inline std::string formula(const Explanation& explanation, const std::string& name) {
  return print(explanation.gradient(name).formula(), explanation.graph.problem.declarations,
               {.sums = Sums::shown});
}
inline std::string matrices(const Explanation& explanation, const std::string& name) {
  const Gradient& gradient = explanation.gradient(name);
  return print_matrices(gradient.formula(), gradient.by.indices, explanation.graph.problem.declarations)
      .value_or("none");
}
/// ∂of/∂by.
inline std::string local(const Explanation& explanation, const std::string& of, const std::string& by) {
  for (const LocalDerivative& each : explanation.gradient(by).local) {
    if (each.of.name == of)
      return print(each.derivation.result(), explanation.graph.problem.declarations, {.sums = Sums::shown});
  }
  return "none";
}
inline std::string definition(const Explanation& explanation, const std::string& name) {
  const GraphFormulas& graph = explanation.graph;
  return print(graph.problem.definitions.at(name).value, graph.problem.declarations, {.sums = Sums::shown});
}
inline void check_values(const Explanation& explanation, double differences = 1e-5) {
  for (const Agreement& each : explanation.checks) {
    INFO(each.name << "\n" << explanation);
    REQUIRE(each.autograd);
    CHECK(*each.autograd <= 1e-12);
    if (each.differences) CHECK(*each.differences <= differences);
  }
}

}  // namespace eingrad::testing

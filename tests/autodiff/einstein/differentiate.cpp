// Symbolic derivatives beside autograd's, at random points.
#include <autodiff/autodiff.hpp>
#include <autodiff/einstein/common_factors.hpp>
#include <autodiff/einstein/einstein.hpp>
#include <autodiff/einstein/functions.hpp>
#include <autodiff/einstein/indices.hpp>
#include <tests/catch.hpp>

#include "random_expr.hpp"

using namespace eingrad;
using namespace eingrad::einstein;

namespace {

/// How far a derivative is from autograd's, relative to the largest element.
double distance(const Expr& e, const Symbol& by, const Expr& derivative, Values values) {
  const Indices free = free_indices(e);
  values.tensors[by.name] = values.tensors[by.name].detach().requires_grad_();
  const Tensor y = evaluate(e, values, free);
  Generator generator(7);
  Tensor cotangent = empty(y.shape(), float64);
  uniform_(cotangent, -1, 1, generator);

  Indices both = free;
  both.insert(both.end(), by.indices.begin(), by.indices.end());
  const Tensor jacobian = evaluate(derivative, values, both).detach();
  const Shape flat{y.numel(), values.tensors[by.name].numel()};
  const Tensor symbolic = matmul(cotangent.reshape({1, -1}), jacobian.reshape(flat)).reshape({-1});
  const Tensor exact = y.requires_grad() ? grad(y, {values.tensors[by.name]},
                                                {.cotangents = {cotangent}, .allow_unused = true})[0]
                                         : Tensor();
  if (!exact.defined()) return amax(abs(symbolic)).item();
  const double scale = std::max(1.0, amax(abs(exact)).item());
  return amax(abs(symbolic - exact.reshape({-1}))).item() / scale;
}

}  // namespace

// 1 - tanh² loses digits where tanh is near 1, and others on each way: hence not 1e-12.
TEST_CASE("the derivative of a random expression is autograd's, and simplifying changes no value",
          "[einstein]") {
  const Declarations declarations = RandomExpr::declarations();
  int dependent = 0;
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    RandomExpr random(seed);
    const Expr e = random.of_depth(2 + static_cast<int>(seed % 7));
    const Symbol by = random.target();
    const Values values = RandomExpr::values(seed);
    INFO(seed << ": d(" << print(e, declarations) << ")/d" << by.name);

    const Indices free = free_indices(e);
    const Tensor before = evaluate(e, values, free), after = evaluate(simplified(e), values, free);
    CHECK(allclose(after, before, 1e-10, 1e-10));
    CHECK(allclose(evaluate(factored(simplified(e)), values, free), before, 1e-10, 1e-10));

    const Expr raw = differentiate(e, by);
    if (!raw.is_number(0)) ++dependent;
    CHECK(distance(e, by, raw, values) < 1e-8);
    const Expr simple = simplified(raw);
    INFO(print(simple, declarations));
    CHECK(distance(e, by, simple, values) < 1e-8);
  }
  CHECK(dependent > 200);
}

TEST_CASE("the derivative of every elementwise operation is autograd's", "[einstein]") {
  Generator generator(1);
  for (const ElementwiseFacts& facts : elementwise_operations()) {
    const KnownFunction* known = find_function(facts.name);
    REQUIRE(known != nullptr);
    if (!facts.differentiable) continue;
    std::vector<Expr> arguments;
    Values values{{}, {{"n", 5}}};
    for (std::size_t k = 0; k < facts.domain.size(); ++k) {
      const std::string name(1, static_cast<char>('a' + k));
      Tensor drawn = empty({5}, float64);
      uniform_(drawn, facts.domain[k].low, facts.domain[k].high, generator);
      values.tensors[name] = drawn;
      arguments.push_back(Symbol{name, {{"n", "n"}}});
    }
    const Expr y = known->of(arguments);
    for (std::size_t k = 0; k < arguments.size(); ++k) {
      const Symbol by{std::string(1, static_cast<char>('a' + k)), {{"p", "n"}}};
      INFO(facts.name << " by " << by.name);
      const Expr dy = simplified(differentiate(y, by));
      CHECK(distance(y, by, dy, values) < 1e-12);
    }
  }
}

namespace {

/// A derivation from the definitions to the simplified derivative, each line with its rule.
std::string derivation(const std::string& of, const Symbol& by, const Definitions& definitions,
                       const Declarations& declarations) {
  Expr e = derivative(Symbol{of, definitions.at(of).indices}, by);
  const PrintOptions shown{Spelling::unicode, Sums::shown};
  std::string text = print(e, declarations, shown) + "\n";
  const auto add = [&](const Step& step) {
    e = step.result;
    text += "= " + print(e, declarations, shown) + "   " + rule_text(step.rule, declarations, Format::text) +
            "\n";
  };
  while (const auto step = differentiation_step(e, definitions)) add(*step);
  while (const auto step = simplification_step(e)) add(*step);
  return text;
}

Definitions definitions_of(std::initializer_list<const char*> lines, const Declarations& declarations) {
  Definitions all;
  for (const char* line : lines) {
    const Statement read = parse_statement(line, declarations);
    const auto& target = *read.target.as<Symbol>();
    all[target.name] = {target.indices, read.value};
  }
  return all;
}

}  // namespace

TEST_CASE("the gradient of a simple linear regression is derived one rule a line", "[einstein]") {
  const Declarations declarations = Declarations::parse("x[n] y[n] yhat[n] w[] b[] L[] m = |n|");
  const Definitions definitions =
      definitions_of({"yhat_n = b + w x_n", "L = 1/m (yhat_p - y_p)^2"}, declarations);
  CHECK(derivation("L", {"w", {}}, definitions, declarations) ==
        "∂L/∂w\n"
        "= ∂(Σₚ 1/m (ŷₚ - yₚ)²)/∂w   the definition of L\n"
        "= Σₚ ∂(1/m (ŷₚ - yₚ)²)/∂w   the derivative of a sum is the sum of derivatives\n"
        "= Σₚ 1/m ∂((ŷₚ - yₚ)²)/∂w   constant factors\n"
        "= Σₚ 2/m (ŷₚ - yₚ) ∂(ŷₚ - yₚ)/∂w   the power rule\n"
        "= Σₚ 2/m (ŷₚ - yₚ) ∂ŷₚ/∂w   linearity\n"
        "= Σₚ 2/m (ŷₚ - yₚ) ∂(b + w xₚ)/∂w   the definition of ŷ\n"
        "= Σₚ 2/m (ŷₚ - yₚ) ∂(w xₚ)/∂w   linearity\n"
        "= Σₚ 2/m (ŷₚ - yₚ) ∂w/∂w xₚ   constant factors\n"
        "= Σₚ 2/m (ŷₚ - yₚ) xₚ   an element by another one is δ\n"
        "= 2/m Σₚ (ŷₚ - yₚ) xₚ   constants leave Σ\n");
}

TEST_CASE("the derivation of a softmax with the cross-entropy arrives at the difference", "[einstein]") {
  const Sheet sheet = read_sheet(
      "X[n,i] W[i,k] Z[n,k] P[n,k] L[]  T[n,k] onehot(k)  m = |n|\n"
      "Z = X W\n"
      "P = softmax(Z)\n"
      "L = -1/m sum(T * ln(P))\n");
  const auto result = [&](const char* by, const Indices& letters) {
    const Derivation all = derive(derivative(Symbol{"L", {}}, {by, letters}), sheet.problem);
    return print(all.result(), sheet.problem.declarations, {.sums = Sums::shown});
  };
  const einstein::Index n{"n", "n"}, i{"i", "i"}, k{"k", "k"};
  CHECK(result("Z", {n, k}) == "1/m * (P_nk - T_nk)");
  CHECK(result("W", {i, k}) == "1/m * (sum_n P_nk * X_ni - sum_n T_nk * X_ni)");
}

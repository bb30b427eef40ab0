// Graphs of all kinds are explained as backward has them.
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/parse.hpp>
#include <tests/autodiff/random_function.hpp>

#include "explained.hpp"

using namespace eingrad;
using namespace eingrad::testing;

namespace {

/// Whether a letter is summed inside of a sum over the same letter, or where it is free.
bool uses_a_letter_twice(const Expr& e, Indices outer) {
  const auto* r = e.as<Reduction>();
  if (r != nullptr) {
    for (const einstein::Index& index : r->over) {
      if (contains_letter(outer, index)) return true;
    }
    outer.insert(outer.end(), r->over.begin(), r->over.end());
  }
  return std::ranges::any_of(parts(e), [&](const Expr& part) { return uses_a_letter_twice(part, outer); });
}
void check_letters(const Derivation& derivation, const Declarations& declarations) {
  for (const Step& step : derivation.steps) {
    INFO(print(step.result, declarations, {.sums = Sums::shown}));
    CHECK(!uses_a_letter_twice(step.result, free_indices(step.result)));
  }
}

}  // namespace

TEST_CASE("every elementwise operation is explained", "[explain]") {
  const Numbers numbers;
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    if (!operation.differentiable) continue;
    INFO(operation.name);
    std::vector<Tensor> operands;
    Names names;
    for (std::size_t i = 0; i < operation.domain.size(); ++i) {
      const auto [low, high] = operation.domain[i];
      operands.push_back((rand({4, 3}) * (high - low) + low).requires_grad_());
      names.emplace_back(std::string(1, static_cast<char>('u' + i)), operands.back());
    }
    const Tensor loss = sum(operation.call(operands) * randn({4, 3}));
    if (!loss.requires_grad()) continue;
    std::vector<std::string> of;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (grad(loss, {operands[i]}, {.retain_graph = true, .allow_unused = true})[0].defined())
        of.push_back(names[i].first);
    }
    for (const Agreement& each : explain(loss, names, {.of = of}).checks)
      CHECK(each.autograd.value() <= 1e-12);
  }
}

TEST_CASE("random graphs are explained as backward has them", "[explain]") {
  const Numbers numbers;
  for (unsigned seed = 0; seed < 60; ++seed) {
    INFO("seed " << seed);
    const Tensor x = randn({2, 3}).requires_grad_(), w = randn({2, 3}).requires_grad_();
    const Tensor loss = sum(testing::random_function(seed, 8, {x, w}) * randn({2, 3}));
    const std::vector<Tensor> exact = grad(loss, {x, w}, {.retain_graph = true, .allow_unused = true});
    if (!exact[0].defined() || !exact[1].defined()) continue;
    const Explanation all = explain(loss, {{"x", x}, {"w", w}});
    for (const Agreement& each : all.checks) CHECK(each.autograd.value() <= 1e-11);
    for (const Gradient& each : all.gradients) {
      check_letters(each.product, all.graph.problem.declarations);
      for (const LocalDerivative& local : each.local)
        check_letters(local.derivation, all.graph.problem.declarations);
    }
  }
}

TEST_CASE("an operation without index notation is one factor, and says so", "[explain]") {
  const Numbers numbers;
  const Tensor x = randn({6}).requires_grad_();
  const Explanation all = explain(mean(square(cumsum(tanh(x), 0))), {{"x", x}});
  CHECK(formula(all, "a") == "2/m * sum_p u_p * partial u_p/partial a_r");
  CHECK_THAT(to_string(all), ContainsSubstring("uₚ = cumsum(a)    no index notation"));
  CHECK_THAT(to_string(all), ContainsSubstring("∂u/∂a, of shape (m)×(d), stays as it is"));
  REQUIRE(all.checks.size() == 1);
  CHECK(all.checks[0].autograd.value() <= 1e-12);
  CHECK(!all.checks[0].differences.has_value());
}

TEST_CASE("an operation without index notation may follow a fused one, or have a tensor twice", "[explain]") {
  const Numbers numbers;
  const Tensor x = randn({3, 2}).requires_grad_(), w = randn({4, 2}).requires_grad_();
  const Tensor h = nn::linear(x, w);
  const Tensor weights = randn({3, 12}), u = h.slice(1, 0, 2);
  for (const Tensor& y :
       {cumsum(h, 0), cat({h, x}, 1), cat({h, h}, 1), cat({u, tanh(h), h}, 1), cat({x, x}, 1)}) {
    const Explanation all = explain(sum(y * weights.slice(1, 0, y.size(1))), {{"x", x}});
    INFO(to_string(all));
    CHECK(all.checks.at(0).autograd.value() <= 1e-12);
  }
}

TEST_CASE("a derivation that backward contradicts says so", "[explain]") {
  const Numbers numbers;
  const Tensor x = randn({3}).requires_grad_();
  Explanation all = explain(sum(square(x)), {{"x", x}});
  CHECK_THAT(to_string(all), !ContainsSubstring("DIFFERS"));
  all.checks.at(0) = {"x", 0, 1.8e-8};
  CHECK_THAT(to_string(all),
             ContainsSubstring("x: differs by 0 from backward's, by 1.8e-08 from differences\n"));
  all.checks.at(0) = {"x", 0.5, {}};
  CHECK_THAT(to_string(all), ContainsSubstring("x: DIFFERS by 5.0e-01 from backward's; no differences, "));
  all.checks.at(0) = {"x", 0, 0.5};
  CHECK_THAT(to_string(all),
             ContainsSubstring("x: differs by 0 from backward's, DIFFERS by 5.0e-01 from differences"));
}

TEST_CASE("what only looks like a softmax or a mean is not taken for one", "[explain]") {
  const Numbers numbers;
  const Tensor a = randn({3, 3}).requires_grad_(), r = randn({3, 3});
  const Tensor e = exp(a - 1), z = a - amax(a.detach(), {1}, true), c = randn({3, 1});
  for (const Tensor& result : {e / sum(e, {1}), z - log(sum(exp(z), {1})), log(sum(exp(a - c), {1})) + c})
    check_values(explain(sum(result * r), {{"a", a}}));
  for (const Tensor& result : {e / sum(e, {1}, true), z - log(sum(exp(z), {1}, true))}) {
    const Explanation all = explain(sum(result * r), {{"a", a}});
    CHECK(definition(all, "sigma") == "softmax_r(a_pr)");
    check_values(all);
  }
  check_values(explain(einsum("ii->", a) / 9.0, {{"a", a}}));
  check_values(explain(einsum("ii->", a) / 3.0, {{"a", a}}));
  check_values(explain(sum(matmul(ones({4, 3}), a)), {{"a", a}}));
  const Tensor q = amax(log_softmax(a, 1), {0});
  check_values(explain(sum(q * randn({3})), {{"a", a}, {"q", q}}), 1);
}

TEST_CASE("a formula in matrices can be read again, and is the gradient", "[explain]") {
  const Numbers numbers;
  const Tensor A = randn({4, 3}).requires_grad_(), B = randn({3, 2}).requires_grad_(), C = randn({4, 2}),
               v = randn({3}).requires_grad_(), u = randn({3}), a = randn({}).requires_grad_(),
               c = randn({2}).requires_grad_();
  const Tensor losses[] = {sum(square(matmul(A, B) - C)),
                           mean(square(matmul(A, B) + c - C)),
                           mean(square(tanh(matmul(A, B)) * C)),
                           sum((a + 1) * v * u),
                           sum((-a - 2) * v * u),
                           sum(square((a + 1) * C + matmul(A, B))),
                           sum(matmul(A, v) * matmul(A, u)),
                           sum(outer(v, u) * matmul(A.t(), A))};
  const Names names{{"A", A}, {"B", B}, {"C", C}, {"v", v}, {"u", u}, {"a", a}, {"c", c}};
  int read_again = 0;
  for (const Tensor& loss : losses) {
    const Explanation all = explain(loss, names);
    check_values(all);
    Declarations declarations;  // with the names as they are written
    Values values{{}, all.graph.values.sizes};
    const auto declare = [&](const std::string& name, const Tensor& value) {
      std::string written = name;
      if (value.dim() == 2) written[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
      declarations.tensor(written, *all.graph.problem.declarations.axes_of(name));
      values.tensors[written] = value;
    };
    for (const auto& [name, value] : all.graph.values.tensors) declare(name, value);
    for (const auto& [axis, extent] : all.graph.values.sizes) declarations.size(axis, axis);
    for (const Gradient& each : all.gradients) {
      const auto text =
          print_matrices(each.formula(), each.by.indices, all.graph.problem.declarations, Spelling::ascii);
      if (!text || text->find("dL/d") != std::string::npos || each.by.indices.empty()) continue;
      INFO(each.by.name << " = " << *text);
      ++read_again;
      const std::string target = all.graph.output().name + "_by_" + each.by.name;
      declarations.tensor(target, *all.graph.problem.declarations.axes_of(each.by.name));
      const Statement statement = parse_statement(target + " = " + *text, declarations, Broadcast::anywhere);
      const Tensor read = evaluate(statement.value, values, statement.target.as<Symbol>()->indices);
      CHECK(allclose(read, all.values.at(each.by.name), 1e-12, 1e-12));
    }
  }
  CHECK(read_again >= 10);
}

TEST_CASE("names of parameters that the loss does not depend on are refused", "[explain]") {
  const Tensor w = randn({3}).requires_grad_(), stranger = randn({3}).requires_grad_();
  const Tensor loss = sum(square(w));
  CHECK_THROWS_WITH(explain(loss, {{"w", stranger}}), ContainsSubstring("the loss does not depend on w"));
  CHECK(explain(loss, {{"w", w}, {"v", stranger}}).of == std::vector<std::string>{"w"});
}

TEST_CASE("a float32 graph is explained in float64", "[explain]") {
  manual_seed(0);
  const nn::Linear layer(4, 2);
  const Tensor x = randn({7, 4}), y = randn({7, 2});
  const Explanation all = explain(nn::mse_loss(layer(x), y), {{"w", layer.weight}});
  CHECK(all.checks[0].autograd.value() < 1e-5);
  CHECK(all.checks[0].autograd.value() > 0);
  CHECK_THAT(to_string(all, Format::text), ContainsSubstring(" from differences, in float32\n"));
}

// Derivations from graphs: the course's models, and their formulas beside what the engine computes.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <autodiff/autodiff.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/einstein/parse.hpp>
#include <autodiff/einstein/print_matrices.hpp>
#include <autodiff/explain/explain.hpp>
#include <nn/nn.hpp>
#include <tests/autodiff/random_function.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using namespace eingrad::einstein;

namespace {

class Numbers {
 public:
  Numbers() : dtype_(float64) { manual_seed(0); }

 private:
  testing::DefaultDtype dtype_;
};

std::string formula(const Explanation& explanation, const std::string& name) {
  return print(explanation.gradient(name).formula(), explanation.graph.problem.declarations,
               {.sums = Sums::shown});
}
std::string matrices(const Explanation& explanation, const std::string& name) {
  const Gradient& gradient = explanation.gradient(name);
  return print_matrices(gradient.formula(), gradient.by.indices, explanation.graph.problem.declarations)
      .value_or("none");
}
/// ∂of/∂by.
std::string local(const Explanation& explanation, const std::string& of, const std::string& by) {
  for (const LocalDerivative& each : explanation.gradient(by).local) {
    if (each.of.name == of)
      return print(each.derivation.result(), explanation.graph.problem.declarations, {.sums = Sums::shown});
  }
  return "none";
}
std::string definition(const Explanation& explanation, const std::string& name) {
  const GraphFormulas& graph = explanation.graph;
  return print(graph.problem.definitions.at(name).value, graph.problem.declarations, {.sums = Sums::shown});
}
void check_values(const Explanation& explanation, double differences = 1e-5) {
  for (const Agreement& each : explanation.checks) {
    INFO(each.name << "\n" << explanation);
    REQUIRE(each.autograd);
    CHECK(*each.autograd <= 1e-12);
    if (each.differences) CHECK(*each.differences <= differences);
  }
}

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

/// Compares all but the figures at the end, which vary from one processor to another, with the file, and
/// leaves what was printed beside the tests if it differs.
void check_recorded(const std::string& name, std::string text) {
  text.erase(text.rfind("Check"));
  std::ifstream file(EINGRAD_EXPLAIN_DIR "/" + name);
  const std::string recorded{std::istreambuf_iterator<char>(file), {}};
  const std::filesystem::path printed = std::filesystem::temp_directory_path() / name;
  if (text != recorded) std::ofstream(printed) << text;
  INFO("what was printed is in " << printed.string());
  CHECK(text == recorded);
}

}  // namespace

TEST_CASE("a linear regression explains itself", "[explain]") {
  const Numbers numbers;
  const Tensor x = randn({33}), y = randn({33});
  const Tensor b = randn({1}).requires_grad_(), w = randn({1}).requires_grad_();
  const Tensor loss = nn::mse_loss(b + w * x, y);
  const Explanation all = explain(loss, {{"w", w}, {"b", b}});
  CHECK(formula(all, "w") == "2/m * sum_p (yhat_p - y_p) * x_p");
  CHECK(matrices(all, "w") == "2/m (ŷ - y)ᵀ x");
  CHECK(formula(all, "b") == "2/m * sum_p (yhat_p - y_p)");
  CHECK(local(all, "yhat", "w") == "x_p");
  check_values(all);
  REQUIRE(all.checks.size() == 2);
  CHECK(all.checks[0].differences.has_value());

  check_recorded("linear_regression.txt", to_string(all));
  check_recorded("linear_regression.md", to_string(all, Format::markdown));
  check_recorded("linear_regression.tex", to_string(all, Format::latex));

  CHECK(!w.grad().defined());  // nothing was changed
  loss.backward();
  CHECK(w.grad().item() == all.values.at("w").item());
}

TEST_CASE("many outputs: the matrix form, and the shape in mixed layout on the way", "[explain]") {
  const Numbers numbers;
  const Tensor x = randn({15, 5}), y = randn({15, 3});
  const Tensor w = randn({5, 3}).requires_grad_(), b = randn({3}).requires_grad_();
  const Explanation all = explain(mean(square(matmul(x, w) + b - y)), {{"w", w}, {"b", b}});
  CHECK(definition(all, "yhat") == "sum_r x_pr * w_rq + b_q");
  CHECK(local(all, "yhat", "w") == "x_pr * delta_qs");
  CHECK(formula(all, "w") == "2/(m * c) * sum_p (yhat_ps - y_ps) * x_pr");
  CHECK(matrices(all, "w") == "2/(m c) Xᵀ (Ŷ - Y)");
  CHECK(matrices(all, "b") == "2/(m c) (Ŷ - Y)ᵀ 1");
  CHECK_THAT(to_string(all), ContainsSubstring("∂ŷ/∂w, of shape (m×c)×(d×c)"));
  CHECK_THAT(to_string(all), ContainsSubstring("m = 15, d = 5, c = 3"));
  check_values(all);
  check_recorded("multi_output.txt", to_string(all));
}

TEST_CASE("L2 regularisation adds 2 lambda w", "[explain]") {
  const Numbers numbers;
  const Tensor x = randn({15, 5}), y = randn({15, 3}), lambda = tensor(0.01);
  nn::Linear layer(5, 3);
  const Tensor loss = nn::mse_loss(layer(x), y) + lambda * sum(square(layer.weight));
  const Explanation all = explain(loss, {{"w", layer.weight}, {"b", layer.bias}, {"lambda", lambda}});
  CHECK(formula(all, "w") == "2/(m * c) * sum_p (yhat_pr - y_pr) * x_ps + 2 * lambda * w_rs");
  CHECK(matrices(all, "w") == "2/(m c) (Ŷ - Y)ᵀ X + 2 λ W");
  CHECK(formula(all, "b") == "2/(m * c) * sum_p (yhat_pr - y_pr)");
  check_values(all);
}

TEST_CASE("a softmax with the cross-entropy, of labels and of probabilities", "[explain]") {
  const Numbers numbers;
  const Tensor z = randn({7, 3}).requires_grad_();
  const Tensor labels = tensor(std::vector<std::int64_t>{0, 1, 2, 1, 0, 2, 2});
  const Tensor p = softmax(randn({7, 3}), 1), hot = one_hot(labels).to(float64);
  for (const Tensor& target : {labels, hot, p}) {
    const Explanation all = explain(nn::cross_entropy(z, target), {{"z", z}});
    CHECK(definition(all, "sigma") == "softmax_q(z_pq)");
    CHECK(local(all, "sigma", "z") == "sigma_pq * delta_pr * (delta_qs - sigma_ps)");
    CHECK(formula(all, "z") == "1/m * (sigma_rs - y_rs)");
    REQUIRE(all.graph.seen.size() == 1);
    const bool is_hot = target.get() != p.get();
    CHECK_THAT(all.graph.seen[0], ContainsSubstring(is_hot ? "one-hot along q" : "sums to 1 along q"));
    CHECK_THAT(to_string(all), ContainsSubstring(is_hot ? "for it is one-hot" : "for it sums to 1"));
    check_values(all);
    if (target.get() == labels.get()) check_recorded("cross_entropy.txt", to_string(all));
  }
}

TEST_CASE("two layers through each activation", "[explain]") {
  const Numbers numbers;
  using Function = Tensor (*)(const Operand&);
  static constexpr std::pair<const char*, Function> activations[] = {
      {"relu", relu},         {"tanh", tanh},
      {"sigmoid", sigmoid},   {"gelu", gelu},
      {"silu", silu},         {"softplus", softplus},
      {"elu", elu},           {"leaky_relu", leaky_relu},
      {"hardtanh", hardtanh}, {"logsigmoid", logsigmoid}};
  for (const auto& [name, f] : activations) {
    INFO(name);
    const Tensor x = randn({9, 4}), y = randn({9, 2});
    const nn::Linear first(4, 6), second(6, 2);
    const Tensor loss = nn::mse_loss(second(f(first(x))), y);
    const Explanation all = explain(loss, {{"w1", first.weight}, {"w2", second.weight}});
    CHECK(formula(all, "w2") == "2/(m * c) * sum_p (yhat_pr - y_pr) * a_ps");
    CHECK(formula(all, "a") == "2/(m * c) * sum_q (yhat_rq - y_rq) * w2_qs");
    CHECK(formula(all, "w1") == "sum_p dL/dz_pr * x_ps");
    CHECK(matrices(all, "w1") == "(∂L/∂Z)ᵀ X");
    check_values(all);
    if (f == static_cast<Function>(tanh)) CHECK(formula(all, "z") == "dL/da_rs * (1 - a_rs^2)");
    if (f == static_cast<Function>(relu)) CHECK(matrices(all, "z") == "(∂L/∂A) ⊙ relu'(Z)");
  }
}

TEST_CASE("batch normalisation: three paths of a gradient", "[explain]") {
  const Numbers numbers;
  const Tensor X = randn({8, 3}).requires_grad_(), G = randn({8, 3});
  const Tensor mu = mean(X, {0}), D = X - mu, v = mean(square(D), {0}), Y = D / sqrt(v + 0.125);
  const Names names{{"X[n,f]", X}, {"G", G}, {"mu", mu}, {"D", D}, {"v", v}, {"Y", Y}};
  const Explanation all = explain(sum(G * Y), names, {.declare = "m = |n|"});
  CHECK(definition(all, "mu") == "1/m * sum_n X_nf");
  CHECK(formula(all, "X") == "1/m * dL/dmu_f + dL/dD_nf");
  CHECK(formula(all, "D") == "2/m * dL/dv_f * D_nf + G_nf/sqrt(v_f + 0.125)");
  check_values(all);

  const nn::BatchNorm1d layer(3);
  check_values(explain(nn::mse_loss(layer(X), G), {{"X", X}, {"gamma", layer.weight}, {"beta", layer.bias}}));
  const nn::LayerNorm over_features(Shape{3});
  check_values(explain(nn::mse_loss(over_features(X), G), {{"X", X}}));
}

TEST_CASE("the scores of self-attention", "[explain]") {
  const Numbers numbers;
  const Tensor X = randn({5, 4}), G = randn({5, 2});
  const Tensor Wq = randn({4, 3}).requires_grad_(), Wk = randn({4, 3}).requires_grad_(),
               Wv = randn({4, 2}).requires_grad_();
  const Tensor Q = matmul(X, Wq), K = matmul(X, Wk), V = matmul(X, Wv), S = matmul(Q, K.t());
  const Tensor loss = nn::mse_loss(matmul(softmax(S, 1), V), G);
  const Explanation all =
      explain(loss, {{"Wq", Wq}, {"Wk", Wk}, {"Wv", Wv}, {"Q", Q}, {"K", K}, {"V", V}, {"S", S}});
  CHECK(definition(all, "S") == "sum_r Q_pr * K_qr");
  CHECK(formula(all, "S") == "sigma_rs * (dL/dsigma_rs - sum_q dL/dsigma_rq * sigma_rq)");
  CHECK(matrices(all, "Q") == "(∂L/∂S) K");
  CHECK(matrices(all, "K") == "(∂L/∂S)ᵀ Q");
  CHECK(matrices(all, "Wq") == "Xᵀ (∂L/∂Q)");
  check_values(all);
  check_values(explain(nn::mse_loss(nn::scaled_dot_product_attention(Q, K, V), G), {{"Wq", Wq}, {"Wk", Wk}}));
}

TEST_CASE("an operation without index notation is one factor, and says so", "[explain]") {
  const Numbers numbers;
  const Tensor x = randn({6}).requires_grad_();
  const Explanation all = explain(mean(square(cumsum(tanh(x), 0))), {{"x", x}});
  CHECK(formula(all, "a") == "2/m * sum_p u_p * partial u_p/partial a_q");
  CHECK_THAT(to_string(all), ContainsSubstring("u_{p} = cumsum(a)    no index notation"));
  CHECK_THAT(to_string(all), ContainsSubstring("∂u/∂a, of shape (m)×(d), stays as it is"));
  REQUIRE(all.checks.size() == 1);
  CHECK(all.checks[0].autograd.value() <= 1e-12);
  CHECK(!all.checks[0].differences.has_value());
}

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

TEST_CASE("a deep model's blocks are printed once, and one parameter needs only its own way", "[explain]") {
  const Numbers numbers;
  Tensor h = randn({7, 4});
  Names names;
  std::vector<nn::Linear> layers;
  for (int i = 1; i <= 6; ++i) layers.emplace_back(i == 1 ? 4 : 5, 5);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    names.emplace_back("w" + std::to_string(i + 1), layers[i].weight);
    h = tanh(layers[i](h));
  }
  const Tensor loss = nn::mse_loss(h, randn({7, 5}));
  const Explanation all = explain(loss, names);
  check_values(all);
  const std::string text = to_string(all);
  CHECK_THAT(text, ContainsSubstring("z1_{pq} = ") && ContainsSubstring("times more in the same way"));
  CHECK(text.find("z4_{pq} = ") == std::string::npos);

  const std::string one = to_string(explain(loss, names, {.of = {"w6"}}));
  CHECK(one.find("w5") == std::string::npos);
  CHECK(one.size() < text.size() / 2);
}

TEST_CASE("a module's parameters are named by their modules", "[explain]") {
  const Numbers numbers;
  const nn::Sequential net(nn::Linear(4, 6), nn::Tanh(), nn::Linear(6, 3));
  const Tensor x = randn({7, 4});
  const Explanation all = explain(nn::mse_loss(net(x), randn({7, 3})), net.named_parameters());
  CHECK(all.of.size() == 4);
  CHECK(definition(all, "z") == "sum_r x_pr * w1_qr + b1_q");
  CHECK(definition(all, "yhat") == "sum_r a_pr * w2_qr + b2_q");
  check_values(all);
}

TEST_CASE("a float32 graph is explained in float64", "[explain]") {
  manual_seed(0);
  const nn::Linear layer(4, 2);
  const Tensor x = randn({7, 4}), y = randn({7, 2});
  const Explanation all = explain(nn::mse_loss(layer(x), y), {{"w", layer.weight}});
  CHECK(all.checks[0].autograd.value() < 1e-5);
  CHECK(all.checks[0].autograd.value() > 0);
}

TEST_CASE("claims are checked against the formulas of a graph", "[explain]") {
  const Numbers numbers;
  const Tensor x = randn({9, 4}), y = randn({9});
  const Tensor w = randn({4}).requires_grad_(), b = randn({1}).requires_grad_();
  const Tensor yhat = matmul(x, w) + b, loss = mean(square(yhat - y));
  const Names names{{"x[n,i]", x}, {"y", y}, {"w", w}, {"b", b}, {"yhat", yhat}};
  CHECK(check("dL/dw_i = 2/|n| (yhat_n - y_n) x_ni", loss, names).is_right());
  CHECK(check("dL/dw_i = dL/dyhat_n * dyhat_n/dw_i", loss, names).is_right());
  CHECK(check("dL/dw_i = 2 (yhat_n - y_n) x_ni", loss, names).mistake == Mistake::factor);
  CHECK(check("dL/dw_i = 2/|n| (yhat_n - y_n) x_in", loss, names).mistake == Mistake::axis);

  const Tensor opaque = mean(cumsum(w, 0));
  CHECK_THAT(testing::error_text<value_error>([&] {
               check("dL/dw_i = 1", opaque, {{"w", w}});
             }),
             ContainsSubstring("cumsum has no index notation"));
}

TEST_CASE("what cannot be explained is refused", "[explain]") {
  const Numbers numbers;
  const Tensor x = randn({5}), w = randn({1}).requires_grad_();
  const auto refusal = [&](const Tensor& loss, const Names& names, const ExplainOptions& options = {}) {
    return testing::error_text<error>([&] { explain(loss, names, options); });
  };
  CHECK_THAT(refusal(tensor(2.0).requires_grad_(), {}), ContainsSubstring("not computed from anything"));
  CHECK_THAT(refusal(mean(square(x)), {}), ContainsSubstring("no no_grad around it"));
  CHECK_THAT(refusal(mean(w * x), {{"w", w}, {"v", w}}), ContainsSubstring("w and v are the same tensor"));
  CHECK_THAT(refusal(mean(w * x), {{"w", w}}, {.of = {"L"}}), ContainsSubstring("L is the loss itself"));
  CHECK_THAT(refusal(w * x, {}),
             ContainsSubstring("more than one element") && ContainsSubstring("mean(loss)"));
  const Tensor loss = mean(square(w * x));
  CHECK_THAT(refusal(loss, {{"w", w}, {"w", x}}), ContainsSubstring("\"w\" cannot be a name"));
  CHECK_THAT(refusal(loss, {{"2w", w}}), ContainsSubstring("cannot be a name"));
  CHECK_THAT(refusal(loss, {{"x[n,i]", x}}), ContainsSubstring("x has not 2 axes"));
  CHECK_THAT(refusal(loss, {{"w", w}}, {.of = {"v"}}), ContainsSubstring("v is not part of the graph"));
  CHECK_THAT(refusal(loss, {{"x[n] positive", x}}), ContainsSubstring("not true of its values"));
  const Tensor a = randn({4, 3}).requires_grad_();
  CHECK_THAT(refusal(sum(square(matmul(a, randn({3, 2})))), {{"a[n,n]", a}}),
             ContainsSubstring("the letter n names an axis of 4 elements and one of 3"));

  const Tensor freed = mean(square(w * x));
  freed.backward();
  CHECK_THAT(refusal(freed, {{"w", w}}), ContainsSubstring("a backward pass has freed the graph") &&
                                             ContainsSubstring("explain before backward"));
  const Tensor stale = mean(square(w * x));
  {
    const no_grad guard;
    Tensor in_place = w;
    in_place += 1;
  }
  CHECK_THAT(refusal(stale, {{"w", w}}), ContainsSubstring("was overwritten since"));
}

TEST_CASE("what only looks like a softmax or a mean is not taken for one", "[explain]") {
  const Numbers numbers;
  const Tensor a = randn({3, 3}).requires_grad_(), r = randn({3, 3});
  const Tensor e = exp(a - 1), z = a - amax(a.detach(), {1}, true), c = randn({3, 1});
  for (const Tensor& result : {e / sum(e, {1}), z - log(sum(exp(z), {1})), log(sum(exp(a - c), {1})) + c})
    check_values(explain(sum(result * r), {{"a", a}}));
  for (const Tensor& result : {e / sum(e, {1}, true), z - log(sum(exp(z), {1}, true))}) {
    const Explanation all = explain(sum(result * r), {{"a", a}});
    CHECK(definition(all, "sigma") == "softmax_q(a_pq)");
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

TEST_CASE("a name may cancel away, be data, or be computed on the way", "[explain]") {
  const Numbers numbers;
  const Tensor x = randn({3}), u = randn({3}).requires_grad_(), w = randn({3}).requires_grad_();
  const Explanation zero = explain(sum(square(u)) + 0.0 * sum(square(w)), {{"u", u}, {"w", w}});
  CHECK(formula(zero, "w") == "0");
  check_values(zero);
  const Explanation of_data = explain(sum(u * x), {{"u", u}, {"x", x}}, {.of = {"x", "x"}});
  REQUIRE(of_data.checks.size() == 1);
  CHECK(!of_data.checks[0].autograd);
  CHECK(of_data.checks[0].differences.value() < 1e-6);
  const Tensor z = randn({4, 3}).requires_grad_();
  const Tensor labels = tensor(std::vector<std::int64_t>{0, 1, 2, 1});
  const Explanation inside = explain(nn::cross_entropy(z, labels), {{"z", z}}, {.of = {"sigma"}});
  CHECK(!inside.checks[0].autograd);
  CHECK(inside.checks[0].differences.value() < 1e-6);
}

TEST_CASE("letters of the user's join axes and stay with what is asked for", "[explain]") {
  const Numbers numbers;
  const Tensor w = randn({3, 3}).requires_grad_(), u = randn({3}).requires_grad_();
  const Explanation all = explain(sum(square(matmul(w, u))), {{"w[i,i]", w}, {"u[i]", u}});
  CHECK(all.graph.problem.declarations.axes_of("w")->at(1) == "i");
  CHECK(all.gradient("u").by.indices[0].letter == "i");
  check_values(all);
  const Tensor h = tanh(matmul(w, u));
  const Explanation small = explain(0.1 * mean(h.to(float32)), {{"w", w}});
  CHECK_THAT(definition(small, "L"), StartsWith("0.1"));
}

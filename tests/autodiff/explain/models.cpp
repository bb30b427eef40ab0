// The course's models explain themselves.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "explained.hpp"

using namespace eingrad;
using namespace eingrad::testing;

namespace {

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
  CHECK(definition(all, "yhat") == "sum_s x_ps * w_sr + b_r");
  CHECK(local(all, "yhat", "w") == "x_ps * delta_rt");
  CHECK(formula(all, "w") == "2/(m * c) * sum_p (yhat_pt - y_pt) * x_ps");
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
  CHECK(formula(all, "w") == "2/(m * c) * sum_p (yhat_ps - y_ps) * x_pt + 2 * lambda * w_st");
  CHECK(matrices(all, "w") == "2/(m c) (Ŷ - Y)ᵀ X + 2 λ W");
  CHECK(formula(all, "b") == "2/(m * c) * sum_p (yhat_ps - y_ps)");
  CHECK_THAT(to_string(all),
             ContainsSubstring("L has w in its formula, too; with ŷ held constant:\n  ∂L/∂wₛₜ|ŷ\n"));
  for (const Format format : {Format::markdown, Format::latex})
    CHECK_THAT(to_string(all, format),
               ContainsSubstring("with $\\hat{y}$ held constant:") &&
                   ContainsSubstring("\\left.\\frac{\\partial L}{\\partial w_{st}}\\right|_{\\hat{y}} &= "));
  check_values(all);
}

TEST_CASE("a softmax with the cross-entropy, of labels and of probabilities", "[explain]") {
  const Numbers numbers;
  const Tensor z = randn({7, 3}).requires_grad_();
  const Tensor labels = tensor(std::vector<std::int64_t>{0, 1, 2, 1, 0, 2, 2});
  const Tensor p = softmax(randn({7, 3}), 1), hot = one_hot(labels).to(float64);
  for (const Tensor& target : {labels, hot, p}) {
    const Explanation all = explain(nn::cross_entropy(z, target), {{"z", z}});
    CHECK(definition(all, "sigma") == "softmax_r(z_pr)");
    CHECK(local(all, "sigma", "z") == "sigma_pr * delta_ps * (delta_rt - sigma_pt)");
    CHECK(formula(all, "z") == "1/m * (sigma_st - y_st)");
    REQUIRE(all.graph.seen.size() == 1);
    const bool is_hot = target.get() != p.get();
    CHECK_THAT(all.graph.seen[0], ContainsSubstring(is_hot ? "one-hot along r" : "sums to 1 along r"));
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
    CHECK(formula(all, "w2") == "2/(m * c) * sum_p (yhat_ps - y_ps) * a_pt");
    CHECK(formula(all, "a") == "2/(m * c) * sum_r (yhat_sr - y_sr) * w2_rt");
    CHECK(formula(all, "w1") == "sum_p dL/dz_ps * x_pt");
    CHECK(matrices(all, "w1") == "(∂L/∂Z)ᵀ X");
    check_values(all);
    if (f == static_cast<Function>(tanh)) CHECK(formula(all, "z") == "dL/da_st * (1 - a_st^2)");
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
  CHECK(definition(all, "S") == "sum_s Q_ps * K_rs");
  CHECK(formula(all, "S") == "sigma_st * (dL/dsigma_st - sum_r dL/dsigma_sr * sigma_sr)");
  CHECK(matrices(all, "Q") == "(∂L/∂S) K");
  CHECK(matrices(all, "K") == "(∂L/∂S)ᵀ Q");
  CHECK(matrices(all, "Wq") == "Xᵀ (∂L/∂Q)");
  check_values(all);
  check_values(explain(nn::mse_loss(nn::scaled_dot_product_attention(Q, K, V), G), {{"Wq", Wq}, {"Wk", Wk}}));
}

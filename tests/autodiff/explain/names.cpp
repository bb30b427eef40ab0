// What explain calls things, what it leaves out, and what it refuses.
#include "explained.hpp"

using namespace eingrad;
using namespace eingrad::testing;

TEST_CASE("a module's parameters are named by their modules", "[explain]") {
  const Numbers numbers;
  const nn::Sequential net(nn::Linear(4, 6), nn::Tanh(), nn::Linear(6, 3));
  const Tensor x = randn({7, 4});
  const Explanation all = explain(nn::mse_loss(net(x), randn({7, 3})), net.named_parameters());
  CHECK(all.of.size() == 4);
  CHECK(definition(all, "z") == "sum_s x_ps * w1_rs + b1_r");
  CHECK(definition(all, "yhat") == "sum_s a_ps * w2_rs + b2_r");
  check_values(all);
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
  CHECK_THAT(text, ContainsSubstring("z1ₚᵣ = ") && ContainsSubstring("times more in the same way"));
  CHECK(text.find("z4_{pq} = ") == std::string::npos);

  const std::string one = to_string(explain(loss, names, {.of = {"w6"}}));
  CHECK(one.find("w5") == std::string::npos);
  CHECK(one.size() < text.size() / 2);
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

TEST_CASE("1 - y of data is written as that, and what else has no name is told", "[explain]") {
  const Numbers numbers;
  const Tensor x = randn({9, 4}), y = gt(randn({9}), 0).to(float64), w = randn({4}).requires_grad_();
  const Tensor p = sigmoid(matmul(x, w));
  const Tensor loss = -mean(y * log(p) + (1 - y) * log(1 - p));
  for (const Names& names : {Names{{"x", x}, {"y", y}, {"w", w}, {"p", p}}, Names{{"w", w}, {"p", p}}}) {
    const Explanation all = explain(loss, names);
    CHECK(definition(all, "L") == "-1/m * sum_p (y_p * log(p_p) + (1 - y_p) * log(1 - p_p))");
    CHECK(formula(all, "z") == "1/m * (p_r - y_r)");
    CHECK(matrices(all, "w") == "1/m Xᵀ (p - y)");
    CHECK_THAT(to_string(all),
               ContainsSubstring("assumed, as the values show: a tensor of data is 1 - y\n") &&
                   !ContainsSubstring("without a name"));
    check_values(all);
  }
  // y itself has no part in this loss.
  const Tensor z = matmul(x, w), other = mean((1 - y) * z - logsigmoid(z));
  CHECK(definition(explain(other, {{"y", y}, {"w", w}, {"x", x}}), "L") ==
        "1/m * sum_p ((1 - y_p) * z_p - logsigmoid(z_p))");

  const Tensor twice = 2 * y, unlike = -mean(y * log(p) + twice * log(1 - p));
  CHECK(formula(explain(unlike, {{"y", y}, {"w", w}, {"p", p}}), "z") ==
        "1/m * (y1_r * p_r + y_r * (p_r - 1))");
  const Tensor weighted = mean(twice * square(z));
  CHECK_THAT(to_string(explain(weighted, {{"y", y}, {"x", x}, {"w", w}})),
             ContainsSubstring("  x1: data without a name, computed from no parameter\n"));
  CHECK_THAT(to_string(explain(weighted, {{"w", w}})), !ContainsSubstring("without a name"));
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

// Definitions whose names are not declared above.
#include <autodiff/einstein/einstein.hpp>
#include <autodiff/einstein/new_names.hpp>
#include <tests/catch.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace eingrad;
using namespace eingrad::einstein;

namespace {

/// The axes with which a definition declares a name; what it is told if it cannot be read.
std::string declared_by(const std::string& definition, const std::string& name) {
  const Sheet sheet = read_sheet("X[n,i] Yhat[n,o] W[i,o] A[i,i] w[i] x[i] y[n] b[] m = |n|\n" + definition);
  if (!sheet.refused.empty()) return sheet.refused[0].message;
  const auto* axes = sheet.problem.declarations.axes_of(name);
  return axes == nullptr ? "not declared" : fmt::format("[{}]", fmt::join(*axes, ","));
}

}  // namespace

TEST_CASE("a definition declares its name, by its letters or by the axes of its value", "[einstein]") {
  const std::vector<std::array<std::string, 3>> cases{
      {"r_n = X_ni w_i + b - y_n", "r", "[n]"},
      {"r_p = X_pi w_i - y_p", "r", "[n]"},  // p takes the axis that it runs over
      {"Z_{n,o} = X_ni W_io", "Z", "[n,o]"},
      {"Z[o,n] = X_ni W_io", "Z", "[o,n]"},
      {"ẑₙₒ = Xₙᵢ Wᵢₒ", "zhat", "[n,o]"},
      {"\\hat{z}_{no} = X_{ni} W_{io}", "zhat", "[n,o]"},
      {"H1_no = relu(X_ni W_io)", "H1", "[n,o]"},
      {"loss = (y_n)^2", "loss", "[]"},
      {"my_loss = y_n y_n", "my_loss", "[]"},
      {"y_pred_n = X_ni w_i", "y_pred", "[n]"},
      {"y_pred = X w", "y_pred", "[n]"},
      {"Z = X W", "Z", "[n,o]"},
      {"r = X w - y", "r", "[n]"},
      {"f = x^T A x", "f", "[]"},
      {"L = 1/m sum((X w - y)^2)", "L", "[]"},
      {"z := b^2", "z", "[]"},
      {"B = b^2", "B", "[]"},
      {"f(b) = b^2", "f", "[]"},
      {"R_d = b^2", "R_d", "[]"},
      {"v = (X w - y)^T", "v", "[n]"},   // a row
      {"xbar = mean(x)", "xbar", "[]"},  // there is no loss whose gradient it could be
      {"bin_n = y_n", "bin", "[n]"},
      {"delta = X w - y", "delta", "[n]"},
      {"J = sum(x) + b", "J", "[]"},
      {"h1_n = X_ni w_i", "h1", "[n]"},
      {"  & f(w, b) = b sum(w)", "f", "[]"},
  };
  for (const auto& [definition, name, axes] : cases) {
    CAPTURE(definition);
    CHECK(declared_by(definition, name) == axes);
  }
}

TEST_CASE("what is hardly a name of its own is not declared by its definition", "[einstein]") {
  for (const auto& [definition, message] : std::vector<std::pair<std::string, std::string>>{
           {"yhat_n = X_ni w_i", "try   Yhat, which is declared"},
           {"Yht = X W", "Yht is not declared"},
           {"n = 3 b", "n is the letter of an axis"},
           {"grad_i = X_ni y_n", "dL/dw or nabla_w L"},
           {"r_nq = X_ni w_i", "q stands on the left, but no term on the right has it"},
           {"r_n = X_ni v_i", "column 12: v is not declared"},
           {"Z = X v", "column 7: v is not declared"},
           {"L = (X w - y)^2", "n is neither on the left nor summed"},
           {"w_io = X_ni W_io", "w has 1 axis, not 2"},
           {"r = r^2 + b", "r is defined by itself"},
           {"tanh = b^2", "tanh is not declared"},
           {"delta_ij = x_i x_j", "expected a name or a derivative in front of '='"},
           {"J = (X w - y)^2", "n is neither on the left nor summed"},
           {"Yaht = X W", "try   Yhat, which is declared"},
           {"Yhst = X W", "try   Yhat, which is declared"},
           {"gradw = X^T y", "try   dL/dw"},
       }) {
    CAPTURE(definition);
    CHECK_THAT(declared_by(definition, "r"), ContainsSubstring(message));
  }
}

TEST_CASE("what a refused line would define is not told as undeclared", "[einstein]") {
  const Sheet sheet = read_sheet("x[n] w[]\nyhat_n = w x_n + c\nL = yhat_n yhat_n\ndL/dw = 2 x_n yhat_n\n");
  REQUIRE(sheet.refused.size() == 2);
  CHECK_THAT(sheet.refused[0].message, ContainsSubstring("c is not declared"));
  CHECK(sheet.refused[1].message == "it may need line 2");
  CHECK(sheet.missing_for(sheet.claims[0]) == &sheet.refused[1]);
  CHECK(sheet.problem.declarations.axes_of("yhat") == nullptr);  // nothing is left of what was refused
}

TEST_CASE("claims hold of what is declared by its definition", "[einstein]") {
  const Sheet sheet = read_sheet(
      "X[n,i] w[i] y[n] m = |n|\nr = X w - y\nL = 1/m sum(r^2)\ndL/dw = 2/m X^T r\ndL/dw_i = 1/m X_ni r_n\n");
  REQUIRE(sheet.claims.size() == 2);
  CHECK(check(sheet.claims[0].text, sheet.problem).is_right());
  CHECK(check(sheet.claims[1].text, sheet.problem).mistake == Mistake::factor);
}

TEST_CASE("a sum from 1 names the size of its axis", "[einstein]") {
  const Sheet sheet = read_sheet(
      "x[n] y[n] w[]\nL = \\frac{1}{2N} \\sum_{n=1}^{N} (w x_n - y_n)^2\n"
      "dL/dw = \\frac{1}{N} \\sum_{p = 1}^N (w x_p - y_p) x_p\ndL/dw = 1/N sum_{n=1}^N (w x_n - y_n)\n");
  REQUIRE(sheet.claims.size() == 2);
  CHECK(check(sheet.claims[0].text, sheet.problem).is_right());
  CHECK(check(sheet.claims[1].text, sheet.problem).mistake == Mistake::missing_factor);
  CHECK(*read_sheet("x[n] w[]\nw = 2\ndw/dx_n = sum_{n=1}^M x_n").problem.declarations.sized_axis("M") ==
        "n");
  CHECK(read_sheet("x[n]\nL = sum_{k=1}^K x_k").problem.declarations.sized_axis("K") == nullptr);
}

TEST_CASE("functions may be written as such, with primes for their derivatives", "[einstein]") {
  const Sheet sheet =
      read_sheet("x[] y[]\nf(x) = x^3\nf'(x) = 3 x^2\nf''(x) = 6 x\nf'(x) = x^2\nf'(y) = 0\nf'(z) = 1\n");
  CHECK(sheet.refused.empty());
  REQUIRE(sheet.claims.size() == 5);
  const auto mistake = [&](std::size_t k) { return check(sheet.claims[k].text, sheet.problem).mistake; };
  CHECK(mistake(0) == Mistake::none);
  CHECK(mistake(1) == Mistake::none);
  CHECK(mistake(2) == Mistake::factor);
  CHECK(mistake(3) == Mistake::none);
  CHECK(mistake(4) == Mistake::name);
  const Sheet logistic = read_sheet(
      "x[]; X[n,i] w[i] y[n]\nf(x) = 1/(1 + exp(-x))\nf'(x) = f(x) (1 - f( x ))\n"
      "h(w) = X w\nL(w) = 1/2 ||h(w) - y||^2\ndL/dw = X^T (h(w) - y)\n");
  CHECK(logistic.refused.empty());
  REQUIRE(logistic.claims.size() == 2);
  for (const Claim& claim : logistic.claims)
    CHECK(check(claim.text, logistic.problem).message == "it is right");
}

TEST_CASE("what is called like a gradient is no definition", "[einstein]") {
  for (const char* line : {"w_grad = 5 x_n y_n", "L_grad = x_n", "w_bar = 3", "gradw = 5", "Lw = 5",
                           "Ldw = 5", "dLdw = 5", "DLDw = 5", "gradient = 5"}) {
    CAPTURE(line);
    const Sheet sheet = read_sheet("w[] x[n] y[n]\nL = w x_n y_n\n" + std::string(line) + "\n");
    CHECK(sheet.refused.size() + sheet.claims.size() == 1);
    CHECK(sheet.problem.definitions.size() == 1);
  }
}

TEST_CASE("names resemble each other if one letter makes the difference", "[einstein]") {
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{{"yhat", "yht"},
                                                                             {"yhat", "yaht"},
                                                                             {"yhat", "yhst"},
                                                                             {"yhat", "y_hat"},
                                                                             {"Yhat", "yhat"},
                                                                             {"phi", "phii"}})
    CHECK((resemble(a, b) && resemble(b, a)));
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{{"x", "X"},
                                                                             {"h1", "H1"},
                                                                             {"W1", "W2"},
                                                                             {"what", "yhat"},
                                                                             {"dev", "den"},
                                                                             {"loss", "losses"},
                                                                             {"z", "zz"},
                                                                             {"H10", "H1"}})
    CHECK_FALSE((resemble(a, b) || resemble(b, a)));
}

TEST_CASE("a definition may have derivatives, which are worked out", "[einstein]") {
  const Sheet sheet = read_sheet(
      "x[n] w[]\nL = w^2 x_n x_n\ng = dL/dw\nw_new = w - 0.1 dL/dw\ndg/dw = 2 x_n x_n\ndL/dw = g\n");
  CHECK(sheet.refused.empty());
  REQUIRE(sheet.claims.size() == 2);
  for (const Claim& claim : sheet.claims) CHECK(check(claim.text, sheet.problem).message == "it is right");
}

// What a claim is told whose letters do not fit together, and in which notation.
#include <autodiff/einstein/einstein.hpp>
#include <tests/catch.hpp>

using namespace eingrad;
using namespace eingrad::einstein;

TEST_CASE("what is wrong in itself comes before a letter that the right side lacks", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("x[n,d] D = |d| m = |n|");
  problem.define("mu_n = 1/D sum_d x_nd");
  problem.define("c_nd = x_nd - mu_n");
  const auto mistake = [&](const char* claim) { return check(claim, problem).mistake; };
  CHECK(mistake("dc_nd/dx_ne = delta_de - 1/D") == Mistake::none);
  CHECK(mistake("dc_nd/dx_ne = delta_de") == Mistake::path_cut);
  CHECK(mistake("dc_nd/dx_nd = 1") == Mistake::path_cut);
  CHECK(mistake("dc_nd/dx_ne = 3 delta_de - 1/D") == Mistake::term_factor);
}

TEST_CASE("letters that do not fit are told by the factor that is to blame", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("X[n,d] w[d] b[] z[n] p[n] y[n] L[] N = |n|");
  problem.define("z_n = X_nd w_d + b");
  problem.define("p_n = sigmoid(z_n)");
  problem.define("L = -1/N sum_n (y_n log(p_n) + (1 - y_n) log(1 - p_n))");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK(told("dL/dw_d = 1/N (p_n - y_n)") == "the factor X_nd is missing");
  CHECK(told("dL/dw_d = 1/N sum_n (p_n - y_n)") == "the factor X_nd is missing");
  CHECK(told("dL/db = 1/N (p_n - y_n) X_nd") ==
        "the factor X_nd is one too many; it is right as sum_n 1/N * (p_n - y_n)");
  CHECK(told("dL/dw_d = 1/N (p_n - y_n) X_ne") == "the letter e stands where d should, which is on the left");
  CHECK(told("dL/dz_q = 1/N (p_n - y_n)") == "the letter n stands where q should, which is on the left");
  CHECK(told("dL/db = 1/N (p_n - y_n)") ==
        "it is right as sum_n 1/N * (p_n - y_n): no sum is understood over a letter that stands in one "
        "factor alone");
  // What is not one factor away is told by its letters, as before.
  CHECK_THAT(told("dL/db = 3/N (p_n - y_n)"), ContainsSubstring("the letter n stands in one factor alone"));
  // What was meant, rather than what could be.
  CHECK_THAT(told("dL/dw_d = 1/N (p_n - y_n) X_dn"), ContainsSubstring("try   X_nd"));
  CHECK_THAT(told("dL/dw_d = 3/N (p_n - y_n) X_dn"),
             ContainsSubstring("try   X_nd, or another letter there"));
  CHECK_THAT(told("dL/dw_d = 1/N X_nd (p_n - w_n)"), ContainsSubstring("try   y_n"));
  CHECK(told("dL/dz_n = 1/N sum_n (p_n - y_n)").ends_with("try   no sum over n"));
  CHECK_THAT(told("dL/db = sum_N 1/N (p_n - y_n)"),
             ContainsSubstring("N is a number, the size of the axis n") && ContainsSubstring("sum_n"));
  CHECK_THAT(told("dL/dw = 1/N (p - y)"), ContainsSubstring("try   1/N X^T (p - y)"));
  CHECK_THAT(told("dL/db = p - y"), ContainsSubstring("try   mean(p - y)"));
}

TEST_CASE("a claim in matrix form is told in matrices, which can be read again", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("x[n,d] w[d] y[n] lambda[] N = |n|");
  problem.define("L = 1/N norm(x w - y)^2 + lambda norm(w)^2");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK(told("dL/dw = 2 x^T (x w - y) + 2 lambda w") ==
        "the term 2 x^T (x w - y) should be 2/N x^T (x w - y)");
  CHECK(told("dL/dw = 2/N x^T (x w - y) + lambda w") == "the term lambda w should be 2 lambda w");
  CHECK(told("dL/dw = 2/N x^T (x w - y)") == "the term 2 lambda w is missing");
  CHECK(told("dL/dw = 2/N x^T (x w + y) + 2 lambda w") == "the sign of y is wrong");
  // What has no form in matrices is told with letters, none of which is free in one place and summed in
  // another.
  CHECK(told("dL/dw_d = 2 sum_n x_nd (x_ni w_i - y_n) + 2 lambda w_d") ==
        "the term 2 * sum_n x_nd * (sum_i x_ni * w_i - y_n) should be "
        "2/N * sum_n x_nd * (sum_i x_ni * w_i - y_n)");
}

TEST_CASE("factors that each hold a pair of a letter are summed each by itself", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("X[n,d] t[n] w[d] L[] N = |n|");
  problem.define("p_n = sigma(X_nd w_d)");
  problem.define("L = -1/N (t_n log p_n + (1 - t_n) log(1 - p_n))");
  problem.define("J = 1/N sum_n p_n");
  const std::string slope = "sigma(X_ni w_i) (1 - sigma(X_ni w_i))";
  CHECK(check("dL/dw_d = -1/N (t_n/p_n - (1 - t_n)/(1 - p_n)) " + slope + " X_nd", problem).is_right());
  CHECK(check("dJ/dw_d = 1/N " + slope + " X_nd", problem).is_right());
  const Verdict reused = check("dJ/dw_d = 1/N sigma(w_d X_nd) (1 - sigma(w_d X_nd)) X_nd", problem);
  CHECK(reused.mistake == Mistake::reused_letter);
  CHECK_THAT(reused.message, ContainsSubstring("1 - sigmoid(sum_s w_s * X_ns)"));
}

TEST_CASE("a mean whose sum would stand inside of a function is asked about", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("X[n,d] t[n] z[n] w[d] L[] N = |n|");
  const auto refused = [&](const char* definition) -> std::string {
    try {
      problem.define(definition);
      return "";
    } catch (const value_error& refusal) {
      return refusal.what();
    }
  };
  CHECK_THAT(refused("L = 1/N log(1 + exp(-t_n z_n))"),
             ContainsSubstring("is the sum over n meant around log") && ContainsSubstring("sum_n log(…)"));
  CHECK(refused("L = 1/N sum_n log(1 + exp(-t_n z_n))").empty());
  CHECK(refused("p_n = sigma(X_nd w_d)").empty());
}

TEST_CASE("right sides that differ from the right one by a tensor in front are proposed", "[einstein]") {
  Problem problem;
  problem.declarations =
      Declarations::parse("X[n,i] y[n] w[i] b[] lam[] L[] N = |n| W[i,k] T[n,k] onehot(k) J[]");
  problem.define("yhat = X w + b");
  problem.define("L = 1/N sum((yhat - y)^2) + lam w^T w");
  problem.define("Z = X W");
  problem.define("P_nk = softmax_k(Z_nk)");
  problem.define("J = -1/N T_nk log(P_nk)");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK_THAT(told("dL/dw = 2/N (yhat - y) + 2 lam w"),
             ContainsSubstring("try   2/N X^T (yhat - y) + 2 lam w"));
  CHECK(told("dL/dw = 2/N X^T X w - 2/N X^T y + 2 lam w") == "the term 2/N * b X^T 1 is missing");
  CHECK_THAT(told("dL/dw = 2/N (yhat - y)"),
             ContainsSubstring("try   2/N X^T (yhat - y), which fits, but is not right yet"));
  CHECK_THAT(told("dJ/dW_ik = 1/N X_ni (P_ni - T_nk)"), ContainsSubstring("try   P_nk"));
  CHECK_THAT(told("dJ/dW_ik = 1/N X_nk (P_nk - T_nk)"), ContainsSubstring("try   X_ni"));
}

TEST_CASE("proposals are judged by their own left side, and a bare expression has none", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("X[n,i] V[i,n] Y[n,i] U[i,n] L[]");
  problem.define("L = 1/2 sum_ni X_ni^2 Y_ni + sum_ni V_in U_in");
  CHECK(check("dL/dX_in = X_ni Y_ni", problem).message.ends_with("try   X_ni"));
  CHECK(check("dL/dX_in = U_in", problem).message.ends_with("try   V_in"));
  const auto declarations = Declarations::parse("X[n,i] w[i] b[n] bcdefg[n]");
  CHECK_THROWS_AS(parse("X_ni + bcdefg_n", declarations, {{"n", "i"}, {"i", "n"}}), value_error);
}

TEST_CASE("a coincidence is no explanation", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("w[] z[n] L[]");
  problem.define("u = w^2");
  problem.define("J = sum_n abs(z_n) + relu(w)");
  CHECK_THAT(check("dJ/dw = w", problem).message, !ContainsSubstring("du/dw"));
}

TEST_CASE("a proposal that needs targets to sum to 1 is one, and is told so when it is claimed",
          "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("h[j] W[k,j] t[k] L[]");
  problem.define("p = softmax(W h)");
  problem.define("L = -t^T log(p)");
  CHECK(check("dL/dh = W (p - t)", problem).message.ends_with("try   W^T (p - t)"));
  CHECK_THAT(check("dL/dh = W^T (p - t)", problem).message, ContainsSubstring("t[k] simplex(k)"));
  CHECK_THAT(check("dL/dh = W (p + t)", problem).message, ContainsSubstring("not right yet"));
}

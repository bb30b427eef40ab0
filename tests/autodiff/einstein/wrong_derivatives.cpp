// What a claim is told that takes one derivative for another.
#include <autodiff/einstein/einstein.hpp>
#include <tests/catch.hpp>

using namespace eingrad;
using namespace eingrad::einstein;

TEST_CASE("what is often taken for the derivative of a function is told", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("x[n] v[n] L[] M[] K[]");
  problem.define("h_n = sigmoid(x_n)");
  problem.define("t_n = tanh(2 x_n) + x_n");
  problem.define("r_n = relu(x_n)");
  problem.define("L = v_n h_n");
  problem.define("M = v_n t_n + h_n^2");
  problem.define("K = v_n r_n");
  const auto told = [&](const char* claim) {
    const Verdict verdict = check(claim, problem);
    CHECK(verdict.mistake == Mistake::prime);
    return verdict.message;
  };
  const std::string sigmoid = "the derivative of sigmoid(x_n) is h_n * (1 - h_n), not ";
  CHECK(told("dL/dx_n = v_n h_n") == sigmoid + "h_n");
  CHECK(told("dL/dx_n = v_n (1 - h_n)") == sigmoid + "1 - h_n");
  CHECK(told("dL/dx_n = v_n (1 - h_n^2)") == sigmoid + "1 - h_n^2");
  CHECK(told("dL/dx_n = v_n x_n (1 - x_n)") == sigmoid + "x_n * (1 - x_n)");
  CHECK(told("dL/dx_n = v_n sigmoid(h_n) (1 - sigmoid(h_n))") ==
        sigmoid + "sigmoid(h_n) * (1 - sigmoid(h_n))");
  // One of two paths, and a function that is only a term of what is defined.
  CHECK(told("dM/dx_n = 2 v_n tanh(2 x_n) + v_n + 2 h_n h_n (1 - h_n)") ==
        "tanh(2 * x_n) stands where tanh'(2 * x_n) should");
  CHECK(told("dK/dx_n = v_n r_n") == "the derivative of relu(x_n) is relu'(x_n), not r_n");
}

TEST_CASE("the rule of another function is told, of one that is written out", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("x[n] v[n] L[] M[]");
  problem.define("s_n = 1/(1 + exp(-x_n))");
  problem.define("t_n = (exp(x_n) - exp(-x_n))/(exp(x_n) + exp(-x_n))");
  problem.define("u_n = (exp(x_n) - exp(-x_n))/(exp(x_n) + exp(-v_n))");
  problem.define("L = v_n s_n t_n");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK(told("dL/ds_n = v_n t_n") == "it is right");
  CHECK(told("ds_n/dx_n = 1 - s_n^2") == "1 - s_n^2 would be the derivative of s_n if it were tanh(x_n)");
  CHECK(told("dt_n/dx_n = t_n (1 - t_n)") ==
        "t_n * (1 - t_n) would be the derivative of t_n if it were sigmoid(x_n)");
  CHECK(told("dL/dx_n = v_n t_n (1 - s_n^2) + v_n s_n (1 - t_n^2)") ==
        "1 - s_n^2 would be the derivative of s_n if it were tanh(x_n)");
  problem.define("r_n = 1/(1 + exp(-2 x_n))");
  problem.define("q_n = 1/(1 + exp(-2 x_n))");  // of the same value
  problem.define("M = v_n r_n x_n");
  CHECK(told("dM/dx_n = v_n r_n + v_n x_n r_n (1 - r_n)") ==
        "r_n * (1 - r_n) would be the derivative of r_n if it were sigmoid(x_n)");
  CHECK(check("du_n/dx_n = 1 - u_n^2", problem).mistake == Mistake::different);  // of two tensors
}

TEST_CASE("a softmax that is differentiated element by element is told", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("X[n,i] W[i,k] T[n,k] onehot(k) L[] m = |n|");
  problem.define("Z_nk = X_ni W_ik");
  problem.define("P_nk = softmax_k(Z_nk)");
  problem.define("L = -1/m T_nk log(P_nk)");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  const std::string softmax = "the derivative of softmax_k(Z_nk) by Z_np is P_nk * (delta_kp - P_np), not ";
  CHECK(told("dL/dW_ik = -1/m X_ni T_nk/P_nk") ==
        "the derivative of softmax_k(Z_nk) by Z_np is missing, which is P_nk * (delta_kp - P_np)");
  CHECK(told("dL/dW_ik = -1/m X_ni T_nk/P_nk P_nk (1 - P_nk)") == softmax + "P_nk * (1 - P_nk)");
  CHECK(told("dL/dW_ik = -1/m X_ni T_nk (1 - P_nk)") == softmax + "P_nk * (1 - P_nk)");
  CHECK(told("dP_nk/dZ_nj = delta_kj P_nk (1 - P_nk)") == softmax + "P_nk * (1 - P_nk)");
}

TEST_CASE("the derivative by another tensor, or of another one, is told as what it is", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("Z[n,k] P[n,k] T[n,k] onehot(k) L[] m = |n|");
  problem.define("P_nk = softmax_k(Z_nk)");
  problem.define("L = -1/m T_nk log(P_nk)");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK(told("dL/dZ_nk = -1/m T_nk/P_nk") == "it is dL/dP_nk; the step from P to Z is missing");
  CHECK(told("dL/dZ_nk = -T_nk/P_nk") == "it is m times dL/dP_nk; the step from P to Z is missing");
  CHECK(told("dL/dP_nk = 1/m (P_nk - T_nk)") == "it is dL/dZ_nk, not dL/dP_nk");
}

TEST_CASE("a power whose derivative is forgotten is told, and a comparison the wrong way round",
          "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("u[] a[] y[n] x[n] w[] z[n] v[n] m = |n|");
  problem.define("f = u^2 a + u");
  problem.define("yhat_n = w x_n");
  problem.define("L = 1/m (yhat_n - y_n)^2");
  problem.define("K = v_n relu(z_n)");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK(told("df/du = a + 1") == "the derivative of u^2 by u is 2 * u, not 1");
  CHECK(told("dL/dw = 1/m sum_n x_n") ==
        "the derivative of (yhat_n - y_n)^2 by yhat_n - y_n is 2 * (yhat_n - y_n), not 1");
  CHECK(told("dK/dz_n = v_n [z_n < 0]") == "[z_n < 0] is the wrong way round: it should be [z_n > 0]");
  CHECK(told("dK/dz = v * (z < 0)") == "[z_n < 0] is the wrong way round: it should be [z_n > 0]");
  CHECK(check("dK/dz_n = v_n where(z_n > 0, 1, 0)", problem).is_right());
  CHECK_THAT(told("dK/dz_n = v_n if z_n > 0 else 0"), ContainsSubstring("[z > 0], which is 1"));
}

TEST_CASE("a claim that speaks of derivatives by name is told of them by name", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("x[n,i] w[i,h] y[n,h] L[] m = |n|");
  problem.declarations.tensor("b", {"h"});
  problem.define("z_nh = x_ni w_ih + b_h");
  problem.define("a_nh = tanh(z_nh)");
  problem.define("L = 1/m sum_nh (a_nh - y_nh)^2");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK(check("dL/dw_ih = x_ni dL/dz_nh", problem).is_right());
  CHECK(told("dL/dw_ih = 2 x_ni dL/dz_nh") == "it is 2 times the right one");
  CHECK(told("dL/dz_nh = dL/da_nh (1 - a_nh)") == "the derivative of tanh(z_nh) is 1 - a_nh^2, not 1 - a_nh");
  CHECK(told("dL/dz_nh = dL/da_nh") == "the factor tanh'(z_nh) is missing");
  CHECK(told("dL/db_h = dL/dz_nh") ==
        "it is right as sum_n dL/dz_nh: no sum is understood over a letter that "
        "stands in one factor alone");
  CHECK(told("dL/dw = x^T dL/dz + x^T dL/da") == "the term x^T dL/da is one too many");
}

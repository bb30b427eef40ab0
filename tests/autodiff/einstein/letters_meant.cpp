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
  CHECK(mistake("dc_nd/dx_ne = 3 delta_de - 1/D") != Mistake::free_letter);
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
  CHECK(told("dL/db = 1/N (p_n - y_n) X_nd") == "the factor X_nd is one too many");
  CHECK(told("dL/dw_d = 1/N (p_n - y_n) X_ne") == "X_ne stands where X_nd should");
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

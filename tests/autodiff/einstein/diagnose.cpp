// What wrong claims are told.
#include <chrono>

#include <autodiff/einstein/einstein.hpp>
#include <tests/catch.hpp>

using namespace eingrad;
using namespace eingrad::einstein;

TEST_CASE("what is right of targets that sum to 1 is told to declare them so", "[einstein]") {
  for (const bool is_declared : {false, true}) {
    Problem problem;
    problem.declarations = Declarations::parse(std::string("Z[n,k] P[n,k] L[] m = |n| Y[n,k]") +
                                               (is_declared ? " onehot(k)" : ""));
    problem.define("P = softmax(Z)");
    problem.define("L = -1/m sum(Y * log(P))");
    const Verdict verdict = check("dL/dZ = 1/m (P - Y)", problem);
    CHECK(verdict.mistake == (is_declared ? Mistake::none : Mistake::special_case));
    if (!is_declared) CHECK_THAT(verdict.message, ContainsSubstring("Y[n,k] simplex(k) or Y ∈ … onehot(k)"));
    CHECK(check("dL/dZ = 1/m (P - 2 Y)", problem).mistake != Mistake::special_case);
  }
}

TEST_CASE("a factor that is missing or too many is told with its term", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("X[n,d] W[d,h] G[n,h] Z[n,h] H[n,h] z[k] p[k] y[k] L[] M[]");
  problem.define("Z = X W");
  problem.define("H = tanh(Z)");
  problem.define("L = tr(G^T H)");
  problem.define("p = exp(z)/sum(exp(z))");
  problem.define("M = sum(y * log(p) + p)");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK(told("dL/dZ = G * (1 - H)") == "the derivative of tanh(Z_nh) is 1 - H_nh^2, not 1 - H_nh");
  CHECK(told("dL/dZ = Z * (1 - H^2)") == "Z stands where G should");
  CHECK(told("dL/dZ = G * H * (1 - H^2)") == "the factor H is one too many");
  CHECK_THAT(told("dL/dZ = G * H * (1 - H)"), !ContainsSubstring("1/H_nh") && !ContainsSubstring("division"));
  CHECK(told("dL/dW = X^T G") == "the factor tanh'(Z) is missing");
  CHECK(told("dp_i/dz_j = p_i (1 - p_j)") == "in 1 - p_j, 1 should be delta_ij");
  CHECK(told("dp_i/dz_j = p_i - p_i p_j") == "the term p_i should be p_i * delta_ij");
  CHECK(told("dp_i/dz_j = p_i delta_ij - p_i p_j p_j") ==
        "the factor p_j is one too many in the term -p_i * p_j * p_j");
  CHECK(told("dL/dZ = G * (1 - H^3)") == "the factor H is one too many in the term -H * H * H");
  CHECK(told("partial M/partial p_k = y_k + 1") == "the term y_k should be y_k/p_k");
}

TEST_CASE("a forgotten inner derivative is told, and a wrong argument", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse(
      "u[] X[n,i] w[i] z[n] E[] S[] P[] F[] K[] V[] M[] N[] Q[] L[], axis n: p, axis i: j");
  problem.define("E = exp(3 u)");
  problem.define("S = sin(u^2)");
  problem.define("M = u^2");
  problem.define("N = sin(M)");
  problem.define("Q = exp(M)");
  problem.define("P = log(1 + exp(u^2))");
  problem.define("F = (u^2 + 1)^3");
  problem.define("z_n = tanh(X_ni w_i)");
  problem.define("V = sum_n log(1 + z_n^2) + sum_n z_n");
  problem.define("K = z_n^2 + sum_i exp(w_i u) + u");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK(told("dS/du = cos(u^2)") == "the inner derivative 2 * u is missing");
  CHECK(told("dP/du = exp(u^2)/(1 + exp(u^2))") == "the inner derivative 2 * u is missing");
  CHECK(told("dP/du = 1/(1 + exp(u^2))") == "the inner derivative 2 * exp(M) * u is missing");
  CHECK(told("dF/du = 3 (u^2 + 1)^2") == "the inner derivative 2 * u is missing");
  CHECK(told("dK/du = sum_i exp(w_i u) + 1") ==
        "the term sum_i exp(w_i * u) should be sum_i exp(w_i * u) * w_i");
  CHECK(told("dV/dz_n = 1/(1 + z_n^2) + 1_n") == "the term 1/(z_n^2 + 1) should be 2 * z_n/(z_n^2 + 1)");
  CHECK(told("dE/du = 3 exp(u)") == "exp(u) stands where exp(3 * u) should");
  CHECK(told("dN/du = cos(M)") == "the inner derivative 2 * u is missing");
  CHECK(told("dQ/du = exp(M)") == "the inner derivative 2 * u is missing");
  CHECK(check("dX_ni/dX_pj = delta_np delta_ij", problem).is_right());
  CHECK(check("dX_ni/dw_j = 1_n 1_i w_j", problem).mistake == Mistake::name);
}

TEST_CASE("a term without a sum that it should have is told", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("x[n] y[n] w[] b[] L[] m = |n|");
  problem.define("L = 1/(2 m) (w x_n + b - y_n)^2");
  CHECK(check("dL/dw = 1/m (w x_n^2 + b - y_n x_n)", problem).message ==
        "in w * x_n^2 + b - y_n * x_n, b should be b * sum_p x_p");
}

TEST_CASE("a softmax of which only the diagonal is taken is told, and what is right of the diagonal",
          "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("Z[n,k] Y[n,k] G[n,k]");
  problem.define("P_nk = softmax_k(Z_nk)");
  problem.define("A_nk = tanh(Z_nk)");
  problem.define("L = -1/|n| Y_nk log(P_nk)");
  problem.define("M = G_nk P_nk");
  const std::string sum = "but P_np depends on Z_nk, too: sum dL/dP_np * dP_np/dZ_nk";
  for (const char* claim : {"dL/dZ_nk = -1/|n| Y_nk (1 - P_nk)", "dL/dZ_nk = dL/dP_nk dP_nk/dZ_nk"}) {
    CHECK(check(claim, problem).mistake == Mistake::path_cut);
    CHECK_THAT(check(claim, problem).message, ContainsSubstring(sum));
  }
  CHECK(check("dL/dZ_nk = dL/dP_np dP_np/dZ_nk", problem).message == "it is right");
  CHECK_THAT(check("dM/dZ = P * (1 - P) * G", problem).message,
             ContainsSubstring("P_np depends on Z_nk, too"));
  CHECK(check("dP_nk/dZ_nk = P_nk (1 - P_nk)", problem).message ==
        "it is right, on the diagonal: dP_nk/dZ_np has other elements, too");
  CHECK(check("dP_nk/dZ_np = P_nk (delta_kp - P_np)", problem).message == "it is right");
  CHECK(check("dA_nk/dZ_nk = 1 - A_nk^2", problem).message == "it is right");  // there are none beside it
  CHECK(check("dM/dZ = P * (G - sum(G * P))", problem).message ==
        "sum_pr G_rp * P_rp is summed over n, too: it should be sum_p G_np * P_np");
}

TEST_CASE("a mistake beside targets that sum to 1 is told with that", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("Z[n,k] Y[n,k] m = |n|");
  problem.define("P_nk = exp(Z_nk)/sum_j exp(Z_nj)");
  problem.define("L = -1/m Y_nk log P_nk");
  const auto told = [&](const char* claim) { return check(claim, problem); };
  const std::string given = "if Y sums to 1 along k, which Y[n,k] simplex(k) or onehot(k) declares: ";
  CHECK(told("dL/dZ_nk = P_nk - Y_nk").message == given + "it is m times the right one");
  CHECK(told("dL/dZ_nk = P_nk - Y_nk").mistake == Mistake::factor);
  CHECK(told("dL/dZ_nk = 1/m (Y_nk - P_nk)").message ==
        given + "the sign is wrong: it is -1 times the right one");
  CHECK(told("dL/dZ_nk = 1/m (P_nk - 1)").message == given + "in P_nk - 1, -1 should be -Y_nk");
  CHECK(told("dL/dZ_nk = Z_nk Z_nk").mistake == Mistake::different);
}

TEST_CASE("what learners slip on is told", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("X[n,i] w[i] y[n] u[n] lambda[] m = |n|");
  problem.define("z_n = X_ni w_i");
  problem.define("q = tanh(u_n) y_n");
  problem.define("h_n = tanh(z_n)");
  problem.define("L = 1/m norm(z_n - y_n)^2 + lambda/2 norm(w_i)^2");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK(told("dh_n/dz_n = (1 - h_n)^2") ==
        "the exponent belongs to the terms: (1 - h_n)^2 should be 1 - h_n^2");
  CHECK(told("dq/dy_n = u_n") == "u_n stands where tanh(u_n) should");
  CHECK(told("dL/dw_i = 2/m (z_n - y_n) X_ni + lambda norm(w_j)") ==
        "the term lambda * sqrt(sum_j w_j^2) is the same for all i, unlike the others");
}

TEST_CASE("∂ is the total derivative where there is no direct one", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("X[n,d] w[d] y[n]");
  problem.define("z_n = w_d X_nd");
  problem.define("p_n = sigmoid(z_n)");
  problem.define("l_n = -y_n log(p_n) - (1 - y_n) log(1 - p_n)");
  problem.define("q_n = p_n z_n");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK(told("∂lₙ/∂zₙ = pₙ - yₙ") == "it is right");
  CHECK(told("∂pₙ/∂w_d = pₙ (1 - pₙ) X_nd") == "it is right");
  CHECK(told("∂lₙ/∂w_d = ∂lₙ/∂zₙ X_nd") == "it is right");
  CHECK(told("∂qₙ/∂zₙ = pₙ") ==
        "it is right, as the direct derivative: dq_n/dz_n goes through all definitions");
  CHECK(told("∂qₙ/∂zₙ = pₙ + zₙ pₙ (1 - pₙ)") ==
        "it is dq_n/dz_n, through all definitions; ∂ is direct, through that of q alone");
}

TEST_CASE("what is missing is told by the names of the sheet", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("Z[n,k] T[n,k] m = |n|");
  problem.define("P_nk = exp(Z_nk)/sum_j exp(Z_nj)");
  problem.define("L = -1/m T_nk log(P_nk)");
  CHECK(check("dP_nk/dZ_nj = -P_nk P_nj", problem).message == "the term delta_kj * P_nk is missing");
}

TEST_CASE("of large numbers nothing may be left but what was rounded", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("Q[t,d] K[s,d] V[s,c] G[t,c] u[n]");
  problem.define("S = Q K^T");
  problem.define("A = softmax(S)");
  problem.define("O = A V");
  problem.define("L = sum(G * O)");
  problem.define("f_n = log(1 + exp(u_n))");
  CHECK(check("dL/dQ = (A * (G V^T - sum_s(A * (G V^T)))) K", problem).message == "it is right");
  CHECK(check("df_n/du_n = sigmoid(u_n) [u_n < 5]", problem).mistake ==
        Mistake::special_case);  // no rounding
}

TEST_CASE("a term is missing in a factor, by its name, and what is meant to be summed is told",
          "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("X[n,i] w[i] b[] y[n] x[n] u[]");
  problem.define("yhat_n = X_ni w_i + b");
  problem.define("L = 1/|n| (yhat_n - y_n)^2");
  problem.define("p = x_n^2 * sum_n y_n");
  problem.define("g = u^2");
  problem.define("h = exp(g)");
  problem.define("f = h^2");
  problem.define("s_n = sigmoid(x_n)");
  problem.define("q_n = s_n - y_n s_n");
  const auto told = [&](const char* claim) { return check(claim, problem).message; };
  CHECK(told("dL/dw_i = 2/|n| (X_nk w_k - y_n) X_ni") == "the term b is missing in X_nk * w_k - y_n");
  CHECK(told("dL/db = 2/|n| sum_n (X_nk w_k + 2 b - y_n)") == "the term 2 * b should be b");
  CHECK(told("dp/dx_n = 2 x_n y_n") ==
        "n in y_n is meant to be summed, but stands on the left: sum_r y_r");  // p is a tensor
  CHECK(told("df/du = 2 h 2 u") == "the factor h is missing");  // not that h stands where f should
  CHECK(told("df/du = 2 h") == "the inner derivative 2 * h * u is missing");
  CHECK(told("dq_n/ds_p = delta_np (1 - y_n)") == "it is right");
}

TEST_CASE("a wrong claim about what does not depend on a long formula is told in time", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("a[] b[] u[] L[] M[]");
  problem.define("L = sin(a u)");
  std::string nested = "a";
  for (int k = 0; k < 90; ++k) nested = "tanh(a " + nested + " + b)";
  problem.define("M = " + nested);
  const auto start = std::chrono::steady_clock::now();
  CHECK(check("dL/da = 1 + u", problem).mistake == Mistake::different);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}

TEST_CASE("a wrong exponent is told with what it should be", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("a[] x[n] w[i] y[i] L[] M[] N[] R[] S[] U[] m = |n|");
  problem.define("S = a^5 + a");
  problem.define("U = sin(a^2)");
  problem.define("L = a^3 + 2");
  problem.define("M = 1/m sum_n tanh(x_n)");
  problem.define("N = 1/2 x_n x_n - 4 a^4");
  problem.define("R = 1/4 ||w_i||^4");
  problem.define("y_i = w_i/||w_p||");
  const auto told = [&](const char* claim) {
    const Verdict verdict = check(claim, problem);
    CHECK(verdict.mistake == Mistake::exponent);
    return verdict.message;
  };
  CHECK(told("dL/da = 2 a^3") == "the exponent and the factor are exchanged: 2 * a^3 should be 3 * a^2");
  CHECK(told("dN/da = -3 a^16") ==
        "the exponent and the factor are exchanged: -3 * a^16 should be -16 * a^3");
  CHECK(told("dR/dw_i = w_i ||w_p||") == "a square is missing: sqrt(sum_p w_p^2) should be sum_p w_p^2");
  CHECK(told("dy_i/dw_p = delta_ip/||w_j||^2 - w_i w_p/||w_j||^3") ==
        "a square is one too many: 1/(sum_j w_j^2) should be 1/sqrt(sum_j w_j^2) in the term "
        "delta_ip/(sum_j w_j^2)");
  CHECK(told("dy_i/dw_p = delta_ip/||w_j|| - w_i w_p/||w_j||") ==
        "the exponent is wrong: 1/sqrt(sum_j w_j^2) should be 1/(sum_j w_j^2)^(3/2) in the term "
        "-w_i * w_p/sqrt(sum_j w_j^2)");
  // Only what was written is told: no base of a power, and of two a's the one that is meant.
  CHECK(told("dS/da = 5 a^2 + 1") == "a square is missing: a^2 should be a^4 in the term 5 * a^2");
  CHECK(told("dS/da = 5 a^8 + 1") == "a square is one too many: a^8 should be a^4 in the term 5 * a^8");
  CHECK(told("dS/da = 5 a^12 + 1") == "the exponent is wrong: a^12 should be a^4 in the term 5 * a^12");
  CHECK(told("dU/da = 2 a cos(a)") == "a square is missing: a should be a^2 in cos(a)");
  CHECK(check("dL/da = 5 a^5", problem).mistake == Mistake::different);
}

TEST_CASE("a matrix product that is meant element by element is told", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("U[h,h] A[h,h] T[h,h] L[], axis h: i p");
  problem.define("A = relu(U)");
  problem.define("L = 1/2 sum((A - T) * (A - T))");
  const Verdict verdict = check("dL/dU = dL/dA [U > 0]", problem);
  CHECK(verdict.mistake == Mistake::letters);
  CHECK_THAT(
      verdict.message,
      EndsWith("is a matrix product, where dL/dA_hp * [U_hp > 0] should be, which is element by element"));
  CHECK(check("dL/dU = [U > 0]^T dL/dA", problem).mistake == Mistake::different);
}

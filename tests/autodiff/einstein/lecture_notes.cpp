// What lectures and papers write, which is no index notation in the strict sense.
#include <autodiff/einstein/einstein.hpp>
#include <tests/catch.hpp>

using namespace eingrad;
using namespace eingrad::einstein;

TEST_CASE("lecture notes are read as they are written", "[einstein]") {
  const auto verdicts = [](const std::string& text) {
    const Sheet sheet = read_sheet(text);
    for (const RefusedLine& line : sheet.refused) UNSCOPED_INFO(line.text << ": " << line.message);
    CHECK(sheet.refused.empty());
    std::vector<Mistake> all;
    for (const Claim& claim : sheet.claims) all.push_back(check(claim.text, sheet.problem).mistake);
    return all;
  };
  const auto right = Mistake::none;
  // Samples are numbered above, features below.
  CHECK(verdicts(
            "w[d] x[n,d] y[n] N = |n|\n"
            "L = \\frac{1}{N} \\sum_{i=1}^N (\\sum_j w_j x^{(i)}_j - y^{(i)})^2\n"
            "\\frac{\\partial L}{\\partial w_j} = \\frac{2}{N} \\sum_i (w_k x_k^{(i)} - y^{(i)}) x_j^{(i)}\n"
            "dL/dw_j = \\frac{1}{N} \\sum_i (w_k x_{k}^{(i)} - y^{(i)}) x_{j}^{(i)}\n") ==
        std::vector{right, Mistake::factor});
  // The sign of a derivative in front of a bracket.
  CHECK(verdicts("w[i] X[n,i] y[n] N = |n|\nL = 1/N (X_ni w_i - y_n)^2\n"
                 "dL/dw_i = 1/N sum_n d/dw_i (X_nj w_j - y_n)^2\n"
                 "dL/dw_i = 1/N \\frac{\\partial}{\\partial w_i} (X_nj w_j - y_n)^2\n"
                 "∂L/∂wᵢ = 1/N ∂/∂wᵢ (Xₙⱼ wⱼ + yₙ)²\n"
                 "\\frac{\\partial}{\\partial w_i} L = 2/N X_ni (X_nj w_j - y_n)\n") ==
        std::vector{right, right, Mistake::sign, right});
  // Indicators, whatever braces they have, and ones beside a condition.
  CHECK(verdicts("z[n,j] v[j]\nL = sum_n relu(z_nj) v_j\ndL/dz_nj = 1_n v_j [z_nj > 0]\n"
                 "dL/dz_{nj} = v_j \\mathbf{1}_{z_{nj} > 0}\ndL/dz_nj = 1_{n} v_j 1_{z_nj >= 0}\n") ==
        std::vector{right, right, right});
  // Hessians, the 1-norm and indicators.
  CHECK(verdicts("w[i] x[n,i] y[n] lambda[]\nL = 1/2 (x_ni w_i - y_n)^2\nK = lambda ‖w_i‖₁\nM = ||w||_1\n"
                 "∂²L/∂w_i∂w_j = x_ni x_nj\n∂²L/∂w∂wᵀ = xᵀ x\nd^2L/(dw dw^T) = 2 x^T x\n"
                 "dK/dw_i = lambda (\\mathbf{1}_{w_i > 0} - 1_{w_i < 0})\ndM/dw = sign(w)\n") ==
        std::vector{right, right, Mistake::factor, right, right});
}

TEST_CASE("what stands in front of a bracket and cannot be read says why", "[einstein]") {
  const auto told = [](const std::string& line) {
    const Sheet sheet = read_sheet("w[i] X[n,i] y[n] z[n] s[]\nL = (X_ni w_i - y_n)^2\n" + line + "\n");
    return sheet.refused.empty() ? check(sheet.claims.at(0).text, sheet.problem).message
                                 : sheet.refused[0].message;
  };
  CHECK_THAT(told("dL/dw_i = d/dw_i (X_ni w_i - y_n)^2"),
             ContainsSubstring("another letter for what is summed"));
  CHECK_THAT(told("d/dw_i (X_nj w_j)^2 = 2 X_nj w_j X_ni"),
             ContainsSubstring("what is differentiated has no name"));
  CHECK_THAT(told("dL/dw = d/dw ||X w - y||^2"), ContainsSubstring("with letters d/dw_i"));
  CHECK_THAT(told("p_n = softmax(z)_n"), ContainsSubstring("softmax_k(z_nk)"));
  for (const char* line : {"z_n^2 = 2", "z^2_n = 2", "z² = 2 z", "v_n^3 = z_n"})
    CHECK_THAT(told(line), ContainsSubstring("a power stands on the left side"));
  CHECK_THAT(told("n = 3"), ContainsSubstring("n is the letter of an axis already"));
  CHECK_THAT(told("dL/dw_i = \\begin{cases} 1 & w_i > 0"),
             ContainsSubstring("a condition for each of the cases"));
}

TEST_CASE("max(0, z) is a relu, and sum (…) a sum", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("z[n] v[n] w[] u[] t[n] m = |n|");
  problem.define("h_n = max(0, z_n)");
  problem.define("k = max(w, u)");
  problem.define("L = v_n h_n");
  problem.define("M = 1/m sum ((h_n - t_n)^2)");
  CHECK(check("dL/dz_n = v_n [z_n > 0]", problem).is_right());
  CHECK(check("dL/dz_n = v_n h_n", problem).message == "the derivative of relu(z_n) is relu'(z_n), not h_n");
  CHECK(check("dk/dw = [w > u]", problem).is_right());
  CHECK(check("dM/dz_n = 2/m (h_n - t_n) [z_n > 0]", problem).is_right());
}

TEST_CASE("the argument of a function is a number, and dZ stands on both sides", "[einstein]") {
  const Sheet sheet = read_sheet(
      "f(x) = 1/(1 + e^{-x})\nf'(x) = f(x) (1 - f(x))\nX[n,i] W[i,k] t[n,k] s[n]\nZ = X W\n"
      "L = 1/2 sum((Z - t)^2)\ndZ = Z - t\ndW = X^T dZ\ndW_ik = 2 X_ni dZ_nk\n"
      "dX_ni = 1/s_n (Z_nk - t_nk) W_ik s_n\n");
  for (const RefusedLine& line : sheet.refused) UNSCOPED_INFO(line.text << ": " << line.message);
  CHECK(sheet.refused.empty());
  std::vector<Mistake> all;
  for (const Claim& claim : sheet.claims) all.push_back(check(claim.text, sheet.problem).mistake);
  CHECK(all == std::vector{Mistake::none, Mistake::none, Mistake::none, Mistake::factor, Mistake::none});
  const Sheet differential = read_sheet("w[] u[]\nL = w^2 u\ndL = 1\ndL = 2 w u dw\n");
  CHECK(check(differential.claims.at(0).text, differential.problem).is_right());
  CHECK_THAT(check(differential.claims.at(1).text, differential.problem).message,
             ContainsSubstring("of a differential, write the derivative, dL/dw"));
  const Sheet blamed = read_sheet("q[n]\nz_n = q_n + u\np_n = softmax(z)_n\n");
  REQUIRE(blamed.refused.size() == 2);
  CHECK(read_sheet("q[n]\nz₂ = q_n + u\np = softmax(z₂)\n").refused.at(1).message == "it may need line 2");
  CHECK(blamed.refused[1].message == "it may need line 2");
}

TEST_CASE("the norm of a whole tensor needs no letters", "[einstein]") {
  const Sheet sheet = read_sheet(
      "X[n,i] W[i,k] t[n,k] lambda[] m = |n|\n"
      "L = 1/m sum_n sum_k (X_ni W_ik - t_nk)^2 + lambda \\lVert \\mathbf{W} \\rVert_F^2 + lambda ‖W‖²\n"
      "dL/dW_ik = 2/m X_ni (X_np W_pk - t_nk) + 4 lambda W_ik\n");
  for (const RefusedLine& line : sheet.refused) UNSCOPED_INFO(line.text << ": " << line.message);
  REQUIRE(sheet.claims.size() == 1);
  CHECK(check(sheet.claims[0].text, sheet.problem).is_right());
  CHECK(check("dL/dW_ik = 2/m X_ni (X_nj W_jk - t_nk) + 4 lambda W_ik", sheet.problem).is_right());
  CHECK(check("dL/dW_ik = 2/m X_ni (X_nj W_jk - t_nk) + 2 lambda W_ik", sheet.problem).mistake ==
        Mistake::term_factor);
}

TEST_CASE("bars around a vector are asked about, and a conclusion is a claim", "[einstein]") {
  const Sheet sheet = read_sheet(
      "X[n,i] w[i] y[n] L[] m = |n|\nK = 1/m |X w - y|^2\nL = 1/m ||X w - y||^2\n"
      "\\Rightarrow dL/dw = 2/m X^T (X w - y)\n=> dL/dw = 1/m X^T (X w - y)\n"
      "dL/dw = 2 X^T mean(X w - y)\n");
  REQUIRE(sheet.refused.size() == 1);
  CHECK_THAT(sheet.refused[0].message, ContainsSubstring("try   norm(X w - y)^2, or abs(X w - y)"));
  REQUIRE(sheet.claims.size() == 3);
  CHECK(check(sheet.claims[0].text, sheet.problem).is_right());
  CHECK(check(sheet.claims[1].text, sheet.problem).mistake == Mistake::factor);
  CHECK_THAT(check(sheet.claims[2].text, sheet.problem).message, EndsWith("2 X^T (1/|n|) (X w - y)"));
}

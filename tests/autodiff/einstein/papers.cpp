// Names that papers give: sigma^2 for a variance, delta for a gradient, Y for the elements y_nk.
#include <autodiff/einstein/spelling.hpp>

#include "told.hpp"

using namespace eingrad;
using namespace eingrad::einstein;
using eingrad::testing::is_right;
using eingrad::testing::readable;
using eingrad::testing::told;

TEST_CASE("a variance is called sigma^2, and is differentiated by", "[einstein]") {
  CHECK(told("x[n,j] γ[j] β[j] ε[] g[n,j]\nμ_j = 1/n Σ_n x_nj\nσ_j^2 = 1/n Σ_n (x_nj - μ_j)^2\n"
             "xhat_nj = (x_nj - μ_j) / sqrt(σ_j^2 + ε)\ny_nj = γ_j xhat_nj + β_j\nL = Σ_nj g_nj y_nj\n"
             "∂L/∂σ_j^2 = Σ_n ∂L/∂xhat_nj (x_nj - μ_j) (-1/2) (σ_j^2 + ε)^{-3/2}\n"
             "∂L/∂\\sigma^2_j = -1/2 Σ_n g_nj γ_j (x_nj - μ_j) (σ²_j + ε)^(-3/2)\n"
             "dL/dx_nj = dL/dxhat_nj / sqrt(\\sigma_{j}^{2} + ε) + dL/dσ_j^2 2/n (x_nj - μ_j)"
             " - 1/n Σ_p dL/dxhat_pj / sqrt(σ_j^2 + ε)\n"
             "dσ_j^2/dx_nj = 2/n (x_nj - μ_j)\n"
             "∂L/∂σ_j^2 = Σ_n ∂L/∂xhat_nj (x_nj - μ_j) (σ_j^2 + ε)^{-3/2}\n") ==
        std::vector<std::string>{is_right, is_right, is_right, is_right, "it is -2 times the right one"});
  // Of a batch B, and in matrix form.
  CHECK(told("x[i] \\epsilon[] m = |i|\n\\mu_B = \\frac{1}{m} \\sum_i x_i\n"
             "\\sigma_B^2 = \\frac{1}{m} \\sum_i (x_i - \\mu_B)^2\nL = \\sum_i x_i / \\sqrt{\\sigma_B^2 + "
             "\\epsilon}\n"
             "\\frac{\\partial L}{\\partial \\sigma_B^2} = -\\frac{1}{2} \\sum_i x_i (\\sigma_B^2 + "
             "\\epsilon)^{-3/2}\n") == std::vector{is_right});
  CHECK(told("x[n]\ns² = x^T x\nL = s²^2 + s²\ndL/ds^2 = 2 s² + 1\ndL/dx = (2 s^2 + 1) 2 x\n") ==
        std::vector{is_right, is_right});
  const Declarations declarations = Declarations().tensor("sigma^2", {"j"});
  const Expr variance = parse("sigma_j^2", declarations, {{"j", "j"}});
  CHECK(print(variance, declarations) == "sigma^2_j");
  CHECK(print(variance, declarations, {Spelling::unicode}) == "σ²ⱼ");
  CHECK(print(variance, declarations, {Spelling::latex}) == "\\sigma^{2}_{j}");
  CHECK(same(parse(print(raised(variance, {3, 2}), declarations), declarations, {{"j", "j"}}),
             raised(variance, {3, 2})));
  // Its root has no name, and what is needed is said of a line that is refused.
  const Sheet refused = read_sheet("x[n]\nσ^2 = 1/n Σ_n (x_n - q)^2\nL = σ^2 + 1\ndL/dx_n = 2/n x_n\n");
  REQUIRE(refused.refused.size() == 2);
  CHECK(refused.refused[1].message == "it may need line 2");
}

TEST_CASE("what a named derivative is said to be is a claim", "[einstein]") {
  const std::string network =
      "W1[h,d] x[d] W2[k,h] y[k]\nz1 = W1 x\nh = tanh(z1)\nz2 = W2 h\nL = 1/2 ||z2 - y||^2\n";
  CHECK(told(network +
             "δ2 = dL/dz2 = z2 - y\ndL/dW2 = δ2 h^T\nδ1 = dL/dz1\n  = W2^T δ2 * (1 - h^2)\nδ1 = W2^T δ2\n"
             "dL/dW1 = δ1 x^T\n") ==
        std::vector<std::string>{is_right, is_right, is_right, "the factor tanh'(z1) is missing", is_right});
  CHECK(told("x[n] w[] y[n]\np_n = w x_n\nL = 1/2 sum_n (p_n - y_n)^2\ne_n = dL/dp_n = p_n + y_n\ne_n = p_n "
             "- y_n\n") == std::vector<std::string>{"the sign of y_n is wrong", is_right});
  for (const char* line : {"q = z1 = z2", "δ3 = dL/dz3 = 2", "z1 = W1 x = 2"}) {
    const Sheet sheet = read_sheet(network + line + "\n");
    REQUIRE(sheet.refused.size() == 1);
    CHECK(sheet.claims.empty());
    CHECK_THAT(sheet.refused[0].message, ContainsSubstring("a definition has one right side"));
  }
}

TEST_CASE("definitions of functions and sets of values are told, or read, as papers write them",
          "[einstein]") {
  CHECK(told("X \\in \\mathbb{R}^{N \\times D}, T \\in \\{0,1\\}^{N \\times K}, W ∈ ℝ^{D×K}\nΔ = X W - T\n"
             "L = 1/2 sum(Δ * Δ)\ndL/dW = X^T \\Delta\n∂L/∂W = Xᵀ∆\n") == std::vector{is_right, is_right});
  CHECK(readable("M ∈ {0,1}^{N×K}; p ∈ [0,1]^N; q ∈ {0,1}\nL = q sum(p)\ndL/dq = sum(p)\n").claims.size() ==
        1);
  const auto refused = [](const std::string& line) { return read_sheet(line + "\n").refused.at(0).message; };
  CHECK_THAT(refused("J(\\theta) = \\frac{1}{m} \\sum_i \\theta_j x_{ij}"),
             ContainsSubstring("theta is not declared"));
  const std::string number = "J(\\theta) = \\theta + q";
  CHECK_THAT(refused(number), ContainsSubstring("q is not declared") && ContainsSubstring(number));
}

TEST_CASE("even powers of a variance's root are powers of the variance", "[einstein]") {
  CHECK(
      told("x[n] μ[]\nσ^2 = 1/n sum_n (x_n - μ)^2\nL = n/2 log(σ^2) + 1/(2σ^2) sum_n (x_n - μ)^2\n"
           "∂L/∂σ^2 = n/(2σ^2) - 1/(2σ^4) sum_n (x_n-μ)^2\n∂L/∂(σ²) = n/(2σ²) - 1/2 σ^{-4} sum_n (x_n-μ)^2\n"
           "dσ^2 = n/(2σ²) - 1/σ⁴ sum_n (x_n-μ)^2\n") ==
      std::vector<std::string>{is_right, is_right, "the term |n|/(2 * sigma^2) is missing"});
}

TEST_CASE("a square is a name where nothing else has it", "[einstein]") {
  const auto refused = [](const std::string& text) {
    const Sheet sheet = read_sheet(text);
    return sheet.refused.empty() ? "" : sheet.refused[0].message;
  };
  for (const char* text : {"x[n]\ns^2 = sum_n x_n^2\ns = sqrt(s^2)\n", "x[n]\ns^2 = sum_n x_n^2\ns[]\n",
                           "x[j]\nσ_j^2 = x_j\nsigma[j]\n", "x[n]\nq^2 = sum_n x_n^2\nA[q,n]\n"}) {
    INFO(text);
    CHECK_THAT(refused(text), ContainsSubstring("is a tensor of its own"));
  }
  for (const char* text : {"x[n]\nm = |n|\nm^2 = 7\n", "X[n,d]\nd^2 = 3\n", "y[n]\ntanh^2 = sum_n y_n^2\n",
                           "x[n]\nx^2 = 3\n", "x[n]\ndelta_ij^2 = 3\n"}) {
    INFO(text);
    CHECK(!refused(text).empty());
  }
  // The square of the function sigma, in the same sheet.
  CHECK_THAT(refused("z[k]\nsigma^2 = sum_k z_k^2\nL = sum_k sigma^2(z_k)\n"),
             ContainsSubstring("a power stands on the left side"));
  CHECK_THAT(refused("z[k]\nsigma^2 = sum_k z_k^2\nL = sum_k sigma^2 (z_k)\n"),
             ContainsSubstring("is it the function, or are they factors?"));
  CHECK(told("z[n] x[n]\nL = sum_n σ(x_n)\nK = sum_n σ^2(z_n)\ndK/dz_n = 2 σ^2(z_n) (1 - σ(z_n))\n") ==
        std::vector{is_right});
  // The names of a batch's and of all.
  CHECK(told("x[n] y[n]\nσ_B^2 = sum_n x_n^2\nL = 3 σ_B^2\ndL/dσ_B^2 = 3\nσ^2 = sum_n y_n^2\n") ==
        std::vector{is_right});
  // Names that only end with it, and what stands in front of it.
  CHECK(
      told("loss[j] eps[j] z[j]\ns_j^2 = z_j^4\nL = sum_j eps_j^2 z_j + sum_j 2s_j^2\ndL/dz_j = eps_j^2 + 8 "
           "z_j^3\n") == std::vector{is_right});
}

TEST_CASE("a named gradient is that of the loss that it was named for", "[einstein]") {
  CHECK(told("w[i]\nJ = sum_i w_i^2\ng_i = dw_i\nK = sum_i w_i^3\ng_i = 2 w_i\ng_j = 3 w_j^2\ndJ/dw_i = "
             "g_i\n") ==
        std::vector<std::string>{is_right, "at a random point it is 5.202 where the derivative is -2.634",
                                 is_right});
  for (const char* text :
       {"w[]\ng = d/dw (w^2)\ng = 2 w\n", "X[n,i] W[i,k]\nL = sum((X W)^2)\nD = (dL/dW)^T\nD = 2 W\n",
        "x[] y[]\nz = x + y\n= (y + x) = (x + y)\n", "x[] y[]\nz &= x + y \\\\\n&= (y + x) \\\\\n"}) {
    INFO(text);
    const Sheet sheet = read_sheet(text);
    CHECK(sheet.refused.size() == 1);
    CHECK(sheet.claims.empty());
  }
}

TEST_CASE("letters are other letters' tensors only where no line says what they are", "[einstein]") {
  // Declared below, or given a gradient, or a part of a longer name.
  const Sheet below = read_sheet("y[n,k] q[n,k]\nL = sum(q * Y)\nY ∈ ℝ^{n×k}\ndL/dq = y\n");
  REQUIRE(below.refused.size() == 1);
  CHECK(below.missing_for(below.claims.at(0)) == &below.refused[0]);
  CHECK(told("W[d,k] X[n,d] T[n,k]\nz_nk = x_nd w_dk\nL = 1/2 sum_nk (z_nk - t_nk)^2\ndw_dk = x_nd (t_nk - "
             "z_nk)\n") == std::vector<std::string>{"the sign is wrong: it is -1 times the right one"});
  CHECK(told("t[n,k] X[n,d] w[d,k]\ny = X w\nL = 1/2 sum((y - T)^2)\ndW = 3 X^T (y - T)\n") ==
        std::vector<std::string>{"it is 3 times the right one"});
  CHECK(told("x[n,d] w[d,k] t[n,k] η[]\nZ = X W\nL = 1/2 sum((Z - T)^2)\ndL/dW = X^T (Z - T)\nW_new = W - η "
             "dL/dW\n") == std::vector{is_right});
  // The T of a transpose and a norm are not the matrix beside its elements.
  CHECK(told("T[n,k] X[n,d] W[k,d] λ[]\nL = 1/2 sum_nk (w_k^T x_n - t_nk)^2 + λ ‖W‖²\n"
             "dL/dw_kd = sum_n (w_k^T x_n - t_nk) x_nd + 2 λ w_kd\n") == std::vector{is_right});
}

TEST_CASE("a tensor over the axis that it is called like", "[einstein]") {
  CHECK(told("W[h,d] x[d] W2[k,h] y[k]\nh = tanh(W x)\nL = 1/2 ||W2 h - y||^2\ndL/dh = W2^T (W2 h - y)\n"
             "dL/dW = (W2^T (W2 h - y) * (1 - h^2)) x^T\ndL/dW = (W2^T (W2 h - y)) x^T\n"
             "dL/dW2 = 2 (W2 h - y) h^T\n") == std::vector<std::string>{is_right, is_right,
                                                                        "the factor tanh'(W x) is missing",
                                                                        "it is 2 times the right one"});
  const Sheet sheet = read_sheet("W[h,d] x[d]\nh = tanh(W x)\nL = sum(|h|)\ndL/dh = 0\n");
  REQUIRE(sheet.refused.size() == 1);
  CHECK_THAT(sheet.refused[0].message,
             ContainsSubstring("try   abs(h); a line above names the size, m = |h|"));
}

TEST_CASE("a capital alone is the matrix of elements that have the small letter", "[einstein]") {
  CHECK(
      told("% softmax regression\nx[n,d] w[k,d] t[n,k] onehot(k)\n\\mathbf{A} = \\mathbf{X} \\mathbf{W}^T % "
           "scores\n"
           "y_{nk} = \\frac{\\exp(a_{nk})}{\\sum_j \\exp(a_{nj})}\nE = -\\sum_n \\sum_k t_{nk} \\log y_{nk}\n"
           "\\nabla_{\\mathbf{W}} E = (\\mathbf{Y} - \\mathbf{T})^T \\mathbf{X}\n") == std::vector{is_right});
  CHECK_THAT(read_sheet("y[n,k]\nL = sum(Y * y)\n").refused.at(0).message,
             ContainsSubstring("Y is not declared"));
}

TEST_CASE("what is forgotten and what is declared otherwise is told as such", "[einstein]") {
  CHECK(told("mu[j] v[j] eps[j] g[j]\nz_j = mu_j + exp(v_j/2) eps_j\nL = g_j z_j\ndz_j/dv_j = eps_j\ndL/dv_j "
             "= g_j eps_j\n") ==
        std::vector<std::string>{"the inner derivative 1/2 * exp(1/2 * v_j) is missing",
                                 "the inner derivative 1/2 * exp(1/2 * v_j) is missing"});
  const Problem problem = readable("mu[d] x[d]\nL = mu_d x_d\n").problem;
  CHECK_THAT(check("dL/dmu = x_j", problem).message, ContainsSubstring("try   mu_j; letters"));
  CHECK_THAT(read_sheet("s[i] J[i,j]\nE = s_i J_ij s_j\n").refused.at(0).message,
             ContainsSubstring("if j and i are one axis, it has one name: J[i,i], with axis i: j"));
  CHECK_THAT(check("dL/dmu = rowsum(x)", problem).message, ContainsSubstring("sum(X) of all elements"));
  CHECK(readable("x ∈ {-1,1}^N; u ∈ {-1, +1}^N\n").problem.declarations.axes_of("u")->size() == 1);
  CHECK(!read_sheet("d ∈ 3\n").refused.empty());
  CHECK_THAT(check("dL/dmu_d = 100% x_d", readable("mu[d] x[d]\nL = mu_d x_d\n").problem).message,
             ContainsSubstring("not '%'"));
  CHECK(read_sheet("x[d] # 100%\nL = 2 \\\\ % two\n").refused.empty());
}

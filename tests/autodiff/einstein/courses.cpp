// Sheets as well-known courses write them: sizes by their letters, samples in columns, rows, a gradient by an
// argument.
#include <autodiff/einstein/spelling.hpp>

#include "told.hpp"

using namespace eingrad;
using namespace eingrad::einstein;
using eingrad::testing::is_right;
using eingrad::testing::readable;
using eingrad::testing::told;

TEST_CASE("the letter of an axis alone is its size", "[einstein]") {
  CHECK(told("Q[n,d] K[m,d] V[m,e] G[n,e]\nS = Q K^T / sqrt(d)\nO = softmax(S) V\nL = sum(G * O)\n"
             "dL/dQ = dL/dS K / sqrt(d)\ndL/dQ = dL/dS K\ndL/dQ = dL/dS K / \\sqrt{|d|}\n") ==
        std::vector<std::string>{is_right, "it is sqrt(|d|) times the right one", is_right});
  CHECK(told("w[d] x[n,d] y[n]\nL = 1/(2n) (x_nd w_d - y_n)^2\n"
             "dL/dw_d = 1/n \\sum_{i=1}^n (x_ij w_j - y_i) x_id\n"
             "dL/dw_d = 1/(n d) (x_nj w_j - y_n) x_nd\ndL/dw_d = \\frac{2}{2n} (x_nj w_j - y_n) x_nd\n") ==
        std::vector<std::string>{is_right, "it is 1/|d| times the right one", is_right});
  // It stays a letter where it is compared, has letters, or is a differential.
  CHECK_THAT(
      check("dp_i/dz_j = p_i ([i = j] - p_j)", readable("z[i] axis i: j\np_i = softmax_i(z_i)\n").problem)
          .message,
      ContainsSubstring("i is the letter of an axis, not a number"));
}

TEST_CASE("a letter that may be a number for each element is no size", "[einstein]") {
  const auto refused = [](const std::string& line) {
    const Sheet sheet = read_sheet("x[t] g[] v[k] A[n,k]\n" + line + "\n");
    return sheet.refused.empty() ? "" : sheet.refused[0].message;
  };
  for (const char* line :
       {"L = sum_t t g x_t", "y_n = n A_nk v_k", "M = sum_k v_k/k", "N = sum_k exp(-k) v_k",
        "P = sum_n sum_k k n A_nk", "L = k v_k v_k", "y = A v k"}) {
    INFO(line);
    CHECK_THAT(refused(line), ContainsSubstring("is the letter of an axis, not a number"));
  }
  CHECK(refused("Q = 1/k sum_k v_k + k g").empty());
  CHECK(refused("y = A v/(2k)").empty());
  // Nor is one that stands for something of its own in the sheet.
  const Sheet hidden =
      read_sheet("W1[h,d] x[d] W2[k,h] y[k]\nh = 3\nz = W2 h\nL = 1/2 ||z - y||^2\ndL/dz = z - y\n");
  REQUIRE(hidden.refused.size() == 3);
  CHECK(hidden.missing_for(hidden.claims.at(0)) != nullptr);
}

TEST_CASE("small letters are a matrix' elements only where nothing else is called so", "[einstein]") {
  CHECK(told("X[n,d] w[d]\nL = 1/2 (x_nd w_d) (x_nj w_j)\ndL/dw_d = x_nd x_nj w_j\n") ==
        std::vector{is_right});
  // A prediction that is refused, or defined below, and targets that are called by the capital.
  const std::string names = "X[n,d] W[d,k] Y[n,k]\n";
  for (const char* lines : {"y_nk = tanh(X_nd W_dk\nL = 1/2 (y_nk - Y_nk)^2\n", "L = 1/2 (y_nk - Y_nk)^2\n",
                            "L = 1/2 y_nk y_nk\ny_nk = softmax_k(X_nd W_dk)\n"}) {
    const Sheet sheet = read_sheet(names + lines + "dL/dW_dk = 0\n");
    CHECK(!sheet.refused.empty());
    CHECK(sheet.missing_for(sheet.claims.at(0)) != nullptr);
  }
}

TEST_CASE("samples in columns make a row of what they are multiplied by", "[einstein]") {
  const std::string names = "X ∈ ℝ^{n×m}, w ∈ ℝ^n, b ∈ ℝ, y ∈ ℝ^{1×m}\n",
                    problem = names +
                              "z = w^T X + b\na = σ(z)\n"
                              "J = -1/m sum(y * log(a) + (1 - y) * log(1 - a))\n";
  CHECK(told(problem +
             "dz = 1/m (a - y)\ndw = 1/m X (a - y)^T\ndw = X dz^T\ndb = sum(dz)\ndw = 1/m X (a + y)^T\n"
             "dw = 1/m X a^T\ndJ/da = -1/m (y/a - (1 - y)/(1 - a))\n") ==
        std::vector<std::string>{is_right, is_right, is_right, is_right, "the sign of y is wrong",
                                 "the term -1/|m| X y^T is missing", is_right});
  const auto refused = [&](const char* claim) { return check(claim, readable(problem).problem).message; };
  CHECK_THAT(refused("dw = 1/m X (a - y)"), ContainsSubstring("try   1/m X (a - y)^T"));
  CHECK_THAT(refused("dw = X dz"), ContainsSubstring("try   X dz^T"));
  CHECK_THAT(refused("dz = 1/m (a - y)^T"), ContainsSubstring("dz is [1,m] and the right side [m]") &&
                                                ContainsSubstring("try   the transpose"));
  CHECK_THAT(refused("dz = 1/m (a - y^T)"), ContainsSubstring("try   1/m (a - y)"));
  // With letters, and with brackets, it is the same.
  CHECK(told("X[n,m] w[n] y[1,m]\nz = w^T X\nL = 1/2 (z_m - y_m)^2\ndL/dw = X (z - y)^T\ndL/dw_n = X_nm (z_m "
             "- y_m)\n") == std::vector<std::string>{is_right, is_right});
  // A column that is declared stays one.
  const Sheet column = read_sheet("X[n,m] w[n] z[m]\nz = w^T X\n");
  REQUIRE(column.refused.size() == 1);
  CHECK_THAT(column.refused[0].message,
             ContainsSubstring("z is [m] and the right side the row [1,m]") &&
                 ContainsSubstring("try   the transpose of the right side: X^T w"));
  CHECK_THAT(
      check("dz = 1/m (a - y)", readable("X[n,m] w[n] y[m]\na = w^T X\nJ = sum((a - y^T)^2)\n").problem)
          .message,
      ContainsSubstring("z is not declared"));
  CHECK_THAT(check("da = 2 (a - y)", readable("X[n,m] w[n] y[m]\na = w^T X\nJ = sum((a - y^T)^2)\n").problem)
                 .message,
             ContainsSubstring("a [1,m] plus y [m,1]: they have different axes") &&
                 ContainsSubstring("try   2 (a - y^T); y[1,m] declares a row"));
}

TEST_CASE("a gradient is by the one argument of its loss", "[einstein]") {
  CHECK(told("X[n,d] w[d] y[n] λ[]\nL(w) = ||X w - y||^2 + λ ||w||^2\n∇L(w) = 2 X^T (X w - y) + 2 λ w\n"
             "∇_w L(w) = 2 X^T (X w - y) + 2 λ w\n\\nabla L(w) = 2 X^T (X w - y)\n"
             "d^2L/dw^2 = 2 X^T X + 2 λ I\nd^2L/dw^2 = 2 X^T X + 2 λ\n") ==
        std::vector<std::string>{is_right, is_right, "the term 2 lambda w is missing", is_right,
                                 "the term 2 lambda should be 2 lambda I"});
  CHECK(told("X[n,d] w[d] y[n]\nL(w) = ||X w - y||^2\n∇²L(w) = 2 Xᵀ X\n∇_w^2 L(w) = 2 X^T X\n\\nabla^2_w L = "
             "X^T X\n") == std::vector<std::string>{is_right, is_right, "it is 1/2 times the right one"});
  const Problem of_two = readable("x[n] w[] b[]\nL(w, b) = sum_n (w x_n + b)^2\n").problem;
  CHECK_THAT(check("∇L(w, b) = 2", of_two).message, ContainsSubstring("try   nabla_w L"));
  CHECK_THAT(check("∇L = 2", of_two).message, ContainsSubstring("try   nabla_w L"));
  CHECK_THAT(check("∇L(q) = 2", of_two).message, ContainsSubstring("q is not declared"));
}

TEST_CASE("a model's value for a sample has no parameters in its name", "[einstein]") {
  CHECK(told("X[i,j] theta[j] y[i]  m = |i|\nh_\\theta(x^{(i)}) = \\theta^T x^{(i)}\n"
             "J(\\theta) = \\frac{1}{2m} \\sum_{i=1}^m (h_\\theta(x^{(i)}) - y^{(i)})^2\n"
             "\\frac{\\partial J}{\\partial \\theta_j} = \\frac{1}{m} \\sum_{i=1}^m (h_\\theta(x^{(i)}) - "
             "y^{(i)}) x_j^{(i)}\n"
             "\\frac{\\partial J}{\\partial \\theta_j} = \\frac{1}{m} \\sum_{i=1}^m (h_\\theta(x^{(i)}) - "
             "y^{(i)})\n") == std::vector<std::string>{is_right, "the factor X_ij is missing"});
  // The columns of an error are those of what is written; letters stay letters.
  CHECK_THAT(check("dJ/dy_i = h_\\theta(x^{(i)}) q", readable("y[i] h[i]\nJ = h_i y_i\n").problem).message,
             ContainsSubstring("column 29: q is not declared"));
  CHECK(canonical("A_pi(x_i) + h_theta(x)").text == "A_pi(x_i) + h_theta(x)");
}

TEST_CASE("of another sample or other parameters it is another value", "[einstein]") {
  for (const char* value : {"f_\\theta(z_i)", "f_\\phi(x_i)"}) {
    const Sheet sheet =
        read_sheet(std::string("x[i,d] z[i,d] w[d]\nf_\\theta(x_i) = w^T x_i\nL = sum_i (f_\\theta(x_i) - ") +
                   value + ")^2\ndL/dw = 0\n");
    REQUIRE(sheet.refused.size() == 1);
    CHECK(sheet.missing_for(sheet.claims.at(0)) == &sheet.refused[0]);
  }
  CHECK(canonical("\\nabla_\\theta(x_i)").text == "nabla_theta(x_i)");
}

TEST_CASE("claims wait for a loss that was refused", "[einstein]") {
  const Sheet sheet =
      read_sheet("X[n,i] w[i] y[n]\nJ = 1/N sum((X w - y)^2)\ndw = 2/N X^T (X w - y)\nJ2 = w^T w\n");
  REQUIRE(sheet.refused.size() == 1);
  REQUIRE(sheet.claims.size() == 1);
  CHECK(sheet.missing_for(sheet.claims[0]) == nullptr);  // J2 could be what it is of
  const Sheet alone = read_sheet("X[n,i] w[i] y[n]\nJ = 1/N sum((X w - y)^2)\ndw = 2/N X^T (X w - y)\n");
  REQUIRE(alone.claims.size() == 1);
  CHECK(alone.missing_for(alone.claims[0]) == &alone.refused.at(0));
}

TEST_CASE("a sign within a function and an exponent below a line are told as such", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("x[n,i] w[i] t[n] s[j] L[] K[] axis i: k");
  problem.define("L = mean_n log(1 + exp(-t_n x_ni w_i))");
  problem.define("K = 1/2 sum_j (s_j^2 - log(s_j^2))");
  CHECK(check("dL/dw_i = -mean_n t_n x_ni sigmoid(t_n w_k x_nk)", problem).message ==
        "sigmoid(t_n * w_k * x_nk) stands where sigmoid(-t_n * w_k * x_nk) should");
  CHECK(check("dK/ds_j = s_j - 1/s_j^2", problem).message ==
        "a square is one too many: 1/s_j^2 should be 1/s_j in the term -1/s_j^2");
  CHECK(check("dK/ds_j = s_j - 1/s_j", problem).is_right());
}

TEST_CASE("a claim that is right with a wrong one above is told so", "[einstein]") {
  const Sheet sheet = readable(
      "X[d,m] Y[o,m] W1[h,d] W2[o,h]\nA1 = tanh(W1 X)\nZ1 = W1 X\nZ2 = W2 tanh(Z1)\n"
      "J = -1/m sum(Y * log(sigmoid(Z2)) + (1 - Y) * log(1 - sigmoid(Z2)))\n");
  ClaimsAbove above(sheet.problem);
  const auto made_good = [&](const std::string& claim) {
    std::string all;
    for (const auto& [left, line] : above.made_good_by(claim))
      all += (all.empty() ? "" : ", ") + left + " of " + std::to_string(line);
    return all;
  };
  const std::string layer = "dW2 = 1/m dZ2 tanh(Z1)^T", before = "dW1_hd = 1/m dZ1_hm X_dm";
  CHECK(made_good(layer).empty());
  above.add("dZ2 = sigmoid(Z2) - Y", 6, false);
  CHECK(made_good(layer) == "dZ2 of 6");
  CHECK(made_good("dW2_oh = 1/m dJ/dZ2_om tanh(Z1_hm)") == "dZ2 of 6");
  CHECK(made_good("dW2 = 2/m dZ2 tanh(Z1)^T").empty());
  CHECK(made_good("dW2 = 1/m dZ2").empty());  // which cannot be read
  CHECK(made_good(before).empty());
  above.add("dZ1 = W2^T dZ2 * (1 - tanh(Z1)^2)", 8, true);  // which rests on line 6
  CHECK(made_good(before) == "dZ2 of 6");
  above.add("dZ2 = 1/m (sigmoid(Z2) - Y)", 9, true);  // the last one holds
  CHECK(made_good(layer).empty());
}

TEST_CASE("wrong claims above are told together only where all are needed, and soon", "[einstein]") {
  const Sheet sheet = readable("a[] b[]\nc = a b\ng = a + b\nL = c^2 g\n");
  ClaimsAbove above(sheet.problem);
  above.add("dL/dc = c g", 5, false);
  above.add("dL/dg = 2 c^2", 6, false);
  CHECK(above.made_good_by("dL/db = 2 dL/dc a + 1/2 dL/dg").size() == 2);
  REQUIRE(above.made_good_by("dL/db = 2 dL/dc a + c^2").size() == 1);
  CHECK(above.made_good_by("dL/db = 2 dL/dc a + c^2")[0].line == 5);
  CHECK(above.made_good_by("dL/db = 3 dL/dc a + 3 dL/dg").empty());
  // Each of them has the one above twice: all of it would be long.
  std::string names, value = "v0";
  for (int i = 1; i < 60; ++i) value += " + v" + std::to_string(i);
  for (int i = 0; i < 60; ++i) names += "v" + std::to_string(i) + "[] ";
  const Sheet chain = readable(names + "\nL = " + value + "\n");
  ClaimsAbove many(chain.problem);
  many.add("dL/dv0 = 2", 3, false);
  for (int i = 1; i < 60; ++i) {
    const std::string before = "dL/dv" + std::to_string(i - 1);
    many.add("dL/dv" + std::to_string(i) + " = " + before + " v0 + " + before + " - v0", 3, true);
  }
  CHECK(many.made_good_by("dL/dv3 = 3 dL/dv59").empty());
}

TEST_CASE("matrices that are printed of rows and columns are read again", "[einstein]") {
  // A product of vectors needs no brackets where it stands alone.
  const Sheet vectors = readable("z[n] v[n]\nL = v_n sigmoid(z_n)\n");
  const Derivation by_z =
      derive(parse_statement("dL/dz_n = 0", vectors.problem.declarations).target, vectors.problem);
  CHECK(print_matrices(by_z.result(), {{"n", "n"}}, vectors.problem.declarations, Spelling::ascii,
                       MatrixNames::declared, Lying::column) == "v * sigmoid(z) * (1 - sigmoid(z))");
  const Sheet sheet = readable("X[n,m] w[n] b[] c[m]\nz = w^T X + b\nM = sum(z * c^T)\n");
  const Declarations& declarations = sheet.problem.declarations;
  for (const auto& [name, lying] : {std::pair("z", Lying::row), {"c", Lying::column}, {"w", Lying::column}}) {
    const std::string left = std::string("dM/d") + name;
    const Statement read = parse_statement(left + " = 0", declarations);
    const Derivation derivation = derive(read.target, sheet.problem);
    const auto text = print_matrices(derivation.result(), read.free, declarations, Spelling::ascii,
                                     MatrixNames::declared, lying);
    REQUIRE(text);
    INFO(*text);
    CHECK(check(left + " = " + *text, sheet.problem).is_right());
  }
}

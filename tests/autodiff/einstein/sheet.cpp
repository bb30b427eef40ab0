// Lines of a sheet that cannot be read, and the claims that need them.
#include <autodiff/einstein/einstein.hpp>
#include <tests/catch.hpp>

using namespace eingrad;
using namespace eingrad::einstein;

namespace {

/// The refused line that the only claim of a sheet needs; 0 if it can be checked.
std::size_t missing_line(const std::string& definitions, const std::string& claim) {
  const Sheet sheet = read_sheet("x[n] y[n] yhat[n] w[] b[] L[] K[]\n" + definitions + claim);
  REQUIRE(sheet.claims.size() == 1);
  const RefusedLine* missing = sheet.missing_for(sheet.claims[0]);
  return missing == nullptr ? 0 : missing->line;
}

}  // namespace

TEST_CASE("a claim is not checked if it may need a line that cannot be read", "[einstein]") {
  const std::string loss = "L = (yhat_n - y_n)^2\nK = w^2\n";
  CHECK(missing_line("yhat_n = w x_n + b\n" + loss, "dL/dw = 2") == 0);
  CHECK(missing_line("yhat_n = w x_n + c\n" + loss, "dL/dw = 2") == 2);
  CHECK(missing_line("yhat_n = w x_n + c\n" + loss, "dK/dw = 2 w") == 0);
  CHECK(missing_line("yhat_n = w x_n + c\n" + loss, "dK/dw = yhat_n y_n") == 2);
  CHECK(missing_line("yhat_n = w x_n\n" + loss + "yhat_n = c x_n\n", "dL/dw = 2") == 5);
  CHECK(missing_line("yhat_n = w x_n\n" + loss, "dL/dw = 2\nyhat_n = b x_n\nyht_n = b\n") == 0);
  CHECK(missing_line(loss, "dL/dw = 2\nyhat_n = c x_n") == 5);  // its only definition, behind the claim
  CHECK(missing_line("yht_n = w x_n + b\n" + loss, "dK/dw = 2 w") == 2);  // it may have been any name
  CHECK(missing_line(loss, "K'(w) = 2 w") == 0);                          // the claim is refused itself
  CHECK(missing_line("this is prose\n" + loss, "dL/dw = 2") == 0);
  CHECK(missing_line("yhat_n = w x_n + c\n" + loss, "dL/dv = 2") == 0);  // the claim is refused itself
  CHECK(missing_line("yhat_n = w x_n + c\n" + loss, "dK/dw = 2\n = yhat_n y_n") == 2);  // a later step
}

TEST_CASE("the first definition of a name holds, and what defines itself has none", "[einstein]") {
  const std::string loss = "yhat_n = w x_n\nL = (yhat_n - y_n)^2\n";
  CHECK(missing_line(loss + "yhat_n = b x_n\n", "dL/dw = 2") == 0);
  CHECK(missing_line(loss + "L = w^2\n", "dL/dw = 2") == 0);
  CHECK(missing_line(loss, "dL/dw = 2\nw = w - b dL/dw") == 0);
  CHECK(read_sheet("w[] L[]\nL = w^2\nL_w = 2\ndL/dw = 2 w\n").claims.size() == 2);
  const Sheet sheet = read_sheet("x[n] w[] L[]\nL = w x_n x_n\nL = 2\nw = w - dL/dw\n");
  REQUIRE(sheet.refused.size() == 2);
  CHECK_THAT(sheet.refused[0].message, ContainsSubstring("L is defined twice; its first definition stays"));
  CHECK_THAT(sheet.refused[1].message, ContainsSubstring("w is defined by itself; it stays what it was"));
  CHECK(check("dL/dw = x_n x_n", sheet.problem).is_right());
}

TEST_CASE("names that are missing since their declaration cannot be read are not told one by one",
          "[einstein]") {
  const Sheet sheet = read_sheet("x[n] w[] b[n y[n] L[]\nL = w x_n y_n\ndL/dw = x_n y_n\ndx_n/dw = (x_n\n");
  REQUIRE(sheet.refused.size() == 2);
  CHECK(sheet.refused[1].message == "it may need line 1");
  CHECK(sheet.missing_for(sheet.claims[0]) == &sheet.refused[0]);
  CHECK(sheet.missing_for(sheet.claims[1]) == nullptr);  // its own mistake is told
}

TEST_CASE("a left side may stand above its formula", "[einstein]") {
  const Sheet sheet = read_sheet(
      "x[n] y[n] w[] L[] m =\n|n|\nL =  # of a line\n  1/m (w x_n - y_n)^2\n"
      "dL/dw\n  = 2/m (w x_n - y_n) x_n\n  = 2/m w x_n x_n - 2/m y_n x_n\n"
      "\\frac{dL}{dw} &=\\\\\n\\frac 2m (w x_n - y_n) x_n\n= 2/m w x_n^2 -\ny_n\n"
      "dL/dw =\n= 2\ndL/dw =\ndL/dx_n = w\n");
  CHECK(sheet.problem.definitions.contains("L"));
  std::vector<std::vector<std::string>> texts;
  for (const Claim& claim : sheet.claims) texts.push_back(claim.texts());
  CHECK(texts == std::vector<std::vector<std::string>>{
                     {"dL/dw = 2/m (w x_n - y_n) x_n", "= 2/m w x_n x_n - 2/m y_n x_n"},
                     {"\\frac{dL}{dw} &= \\frac 2m (w x_n - y_n) x_n", "= 2/m w x_n^2 -"},
                     {"dL/dw = 2"},
                     {"dL/dw ="},
                     {"dL/dx_n = w"}});
  CHECK(sheet.claims[0].line == 5);
  CHECK(sheet.claims[0].continued[0].line == 7);
}

TEST_CASE("a claim without a right side leaves the declaration below it alone", "[einstein]") {
  const Sheet sheet = read_sheet(
      "x[n] b[] L[]\ndL/db =\nz[n]\nL = z_n x_n b\ndL/db = z_n x_n\n"
      "dL/dx_n =\nz[n] b\ndL/dz_n =\n[b > 0] x_n\ndL/db =\naxis n: p\n");
  CHECK(sheet.refused.empty());
  CHECK(sheet.problem.declarations.axes_of("z") != nullptr);
  CHECK(sheet.problem.declarations.axis_of("p") != nullptr);
  std::vector<std::string> texts;
  for (const Claim& claim : sheet.claims) texts.push_back(claim.text);
  CHECK(texts == std::vector<std::string>{"dL/db =", "dL/db = z_n x_n", "dL/dx_n = z[n] b",
                                          "dL/dz_n = [b > 0] x_n", "dL/db ="});
  CHECK(check(texts[1], sheet.problem).is_right());
}

TEST_CASE("a tensor is not declared without what is known of it", "[einstein]") {
  const Sheet sheet = read_sheet("x[n] T[n,k] onehot(o) y[n]\n");
  REQUIRE(sheet.refused.size() == 1);
  CHECK(!sheet.refused[0].defines);
  CHECK(sheet.problem.declarations.names() == std::vector<std::string>{"x"});
}

TEST_CASE("names are declared in LaTeX and Unicode as they are read in formulas", "[einstein]") {
  const Sheet sheet = read_sheet(
      "\\mathbf{X}[n,i] w[i] \\hat{y}[n] y[n] \\mathcal{L}[] m = |n|\n\\theta[i] β[i]\nẑ[n]\n"
      "yhat = X w\nL = 1/m (\\hat{y}_n - y_n)^2\ndL/dw =\n\\mathbf{X}[n,i] 2/m (ŷ_n - y_n)\n");
  CHECK(sheet.refused.empty());
  CHECK(sheet.problem.declarations.names() ==
        std::vector<std::string>{"L", "X", "beta", "theta", "w", "y", "yhat", "zhat", "m"});
  REQUIRE(sheet.claims.size() == 1);
  CHECK(sheet.claims[0].text == "dL/dw = \\mathbf{X}[n,i] 2/m (ŷ_n - y_n)");
}

TEST_CASE("a line of bare names says how they are declared, and what lacks them is not told one by one",
          "[einstein]") {
  for (const auto& [line, meant] : {std::pair<std::string, std::string>{"x w b L", "x[] w[] b[] L[]"},
                                    {"x, w, b, \\mathcal{L}", "x[] w[] b[] L[]"},
                                    {"float x; float w[]; float b, L;", "x[] w[] b[] L[]"}}) {
    const Sheet sheet = read_sheet(line + "\nL = w x\ndL/dw = x\n");
    INFO(line);
    REQUIRE(sheet.refused.size() == 2);
    CHECK_THAT(sheet.refused[0].message, ContainsSubstring(meant + ": a number is declared with brackets"));
    CHECK(sheet.refused[1].message == "it may need line 1");
    CHECK(sheet.missing_for(sheet.claims[0]) == &sheet.refused[0]);
  }
  const Sheet prose = read_sheet("this is prose\nL[] w[]\nL = w x\n");
  CHECK_THAT(prose.refused[0].message, ContainsSubstring("try   X[n,i], y_n = X_ni w_i"));
  CHECK_THAT(prose.refused.back().message, ContainsSubstring("x is not declared"));
  const Sheet half = read_sheet("x[n], w, L[]\nL = w x_n\n");
  REQUIRE(half.refused.size() == 2);
  CHECK_THAT(half.refused[0].message, ContainsSubstring("w[] for a number"));
  CHECK(half.refused[1].message == "it may need line 1");
}

TEST_CASE("a block of LaTeX is read as it was pasted, and a sentence may end behind a formula",
          "[einstein]") {
  const Sheet sheet = read_sheet(
      "x[n], y[n];\nw[] L[] m = |n|.\nL = \\frac{1}{m} (w x_n - y_n)^2, \n\n\\begin{equation*}\n"
      "\\begin{aligned}\n\\label{eq:w}\n\\frac{\\partial L}{\\partial w} &= 2/m (w x_n - y_n) x_n, "
      "\\nonumber\\\\\n&= 2/m w x_n x_n - 2/m y_n x_n. \\tag{1} \\label{eq:x}\n\\end{aligned}\n"
      "\\end{equation*}\n\\[\ndL/dw = 2.\n\\]\n$dL/dw = 2/m (w x_n - y_n) x_n.$,\n"
      "dL/dw = x_n \\,\ndL/dw = x_n + ...\n"
      "\\begin{align} dL/dw = 3 \\\\[4pt] \\end{align}\n\\begin{equation}\\begin{alignat}{2} dL/dw = "
      "4\\\\[1ex]\n\\end{alignat}\\end{equation}\n");
  CHECK(sheet.refused.empty());
  std::vector<std::vector<std::string>> texts;
  for (const Claim& claim : sheet.claims) texts.push_back(claim.texts());
  CHECK(texts ==
        std::vector<std::vector<std::string>>{
            {"\\frac{\\partial L}{\\partial w} &= 2/m (w x_n - y_n) x_n", "&= 2/m w x_n x_n - 2/m y_n x_n"},
            {"dL/dw = 2"},
            {"dL/dw = 2/m (w x_n - y_n) x_n"},
            {"dL/dw = x_n \\,"},
            {"dL/dw = x_n + ..."},
            {"dL/dw = 3"},
            {"dL/dw = 4"}});
  CHECK(sheet.claims[0].line == 8);
  CHECK(check_derivation(texts[0], sheet.problem).is_right());
  CHECK(read_sheet("\\begin{align\n\\begin{\n\\end{\n").claims.empty());  // cut off
}

TEST_CASE(":= and ≔ are signs of equality", "[einstein]") {
  const Sheet sheet = read_sheet(
      "x[n] y[n] w[] L[]\ny[n] := w x[n]\nL ≔ y_n x_n\ndL/dw := x_n x_n\n≔ x_n^2\ny[n]  = w x[n]\n");
  REQUIRE(sheet.refused.size() == 1);
  CHECK_THAT(sheet.refused[0].message, ContainsSubstring("defined twice"));
  REQUIRE(sheet.claims.size() == 1);
  CHECK(sheet.claims[0].texts() == std::vector<std::string>{"dL/dw =  x_n x_n", "= x_n^2"});
  CHECK(check_derivation(sheet.claims[0].texts(), sheet.problem).is_right());
}

TEST_CASE("several things may stand in a line, between semicolons", "[einstein]") {
  const Sheet sheet =
      read_sheet("x[n]; y[n] w[]; L = w x_n y_n; dL/dw = x_n y_n; dL/dy_n = w \\; x_n;  # both\n");
  CHECK(sheet.refused.empty());
  REQUIRE(sheet.claims.size() == 2);
  CHECK(sheet.claims[1].line == 1);
  CHECK(sheet.claims[1].text == "dL/dy_n = w \\; x_n");
  for (const Claim& claim : sheet.claims) CHECK(check(claim.text, sheet.problem).is_right());
  const std::string declared = "x[n] y[n] w[] M[]\n";
  for (const char* lines : {"$L = w x_n y_n; dL/dw = x_n y_n$", "\\[L = w x_n y_n; dL/dw = x_n y_n;;\\]",
                            "\\begin{align} L = w x_n y_n ; ; dL/dw = x_n y_n \\end{align}",
                            "L = w x_n y_n; dL/dw = x_n y_n \\text{ as usual; see above}",
                            "L = w x_n y_n\\\\; dL/dw = x_n y_n"}) {
    INFO(lines);
    const Sheet both = read_sheet(declared + lines);
    CHECK(both.refused.empty());
    REQUIRE(both.claims.size() == 1);
    CHECK(check(both.claims[0].text, both.problem).is_right());
  }
}

TEST_CASE("a refused definition is what a claim with ∂ needs, though a p is declared", "[einstein]") {
  const Sheet sheet = read_sheet("x[n] w[]\np = w x\nL = p_n p\n∂L/∂w = 2 x^T p\n");
  REQUIRE(sheet.refused.size() == 1);
  CHECK(sheet.missing_for(sheet.claims.at(0)) == &sheet.refused[0]);
}

TEST_CASE("tensors are declared as elements of a space", "[einstein]") {
  const Sheet sheet = read_sheet(
      "X ∈ ℝⁿˣᵈ, w ∈ R^d; y in R^n\nb \\in \\mathbb{R}\nW \\in \\mathbb{R}^{D \\times K}\n"
      "V ∈ R^{N×K} onehot(k)\nu ∈ R^{n×1}\nyhat = X w + b\nL = 1/N ||yhat - y||^2\n"
      "dL/dw = 2/N X^T (yhat - y)\nM = -1/N sum(V * log(softmax(X W)))\ndM/dW = 1/N X^T (softmax(X W) - "
      "V)\n");
  CHECK(sheet.refused.empty());
  REQUIRE(sheet.claims.size() == 2);
  for (const Claim& claim : sheet.claims) CHECK(check(claim.text, sheet.problem).is_right());
  const Declarations& declared = sheet.problem.declarations;
  CHECK(*declared.axes_of("W") == std::vector<std::string>{"d", "k"});
  CHECK(*declared.axes_of("u") == std::vector<std::string>{"n"});
  CHECK(declared.axes_of("b")->empty());
  CHECK(*declared.sized_axis("N") == "n");
  const Sheet wrong = read_sheet("x ∈ ℝ^{n+1}\n");
  REQUIRE(wrong.refused.size() == 1);
  CHECK_THAT(wrong.refused[0].message, ContainsSubstring("expected ')' behind the axes"));
}

TEST_CASE("x_i ∈ ℝ declares a vector, and an update of w takes no verdict away", "[einstein]") {
  const Sheet sheet =
      read_sheet("x_i ∈ ℝ; w_i in R, W_ij in R\nL = w_i x_i\ndL/dw_i = x_i\nw_i = w_i - eta dL/dw_i\n");
  CHECK(*sheet.problem.declarations.axes_of("x") == std::vector<std::string>{"i"});
  CHECK(*sheet.problem.declarations.axes_of("W") == std::vector<std::string>{"i", "j"});
  REQUIRE(sheet.refused.size() == 1);
  CHECK(sheet.missing_for(sheet.claims.at(0)) == nullptr);
  // A tensor may be called like an axis, as the hidden layer h over h is, but a number may not.
  const Sheet axis = read_sheet("W[h,d] x[d]\nh = tanh(W x)\nd = 3\n");
  CHECK(*axis.problem.declarations.axes_of("h") == std::vector<std::string>{"h"});
  REQUIRE(axis.refused.size() == 1);
  CHECK_THAT(axis.refused[0].message, ContainsSubstring("d is the letter of an axis already"));
}

TEST_CASE("a definition that cannot be read is what its claims need, and what its letter stands for",
          "[einstein]") {
  const auto needs = [](const char* text) {
    const Sheet sheet = read_sheet(text);
    const RefusedLine* line = sheet.missing_for(sheet.claims.at(0));
    return line == nullptr ? 0 : line->line;
  };
  CHECK(needs("x[] s[]\ns^2 = x\nf = x s\ndf/dx = s\n") == 2);
  CHECK(needs("z[n]\np_n = sigma(z_n) = 1/(1 + exp(-z_n))\ndp_n/dz_n = p_n (1 - p_n)\n") == 2);
  CHECK(needs("z[n]\np_n = sigma(z_n) = 1/(1 + exp(-z_n))\n∂pₙ/∂zₙ = pₙ (1 - pₙ)\n") == 2);
  const Sheet chain = read_sheet("z[n]\np_n = sigma(z_n) = 1/(1 + exp(-z_n))\n");
  CHECK_THAT(chain.refused.at(0).message, ContainsSubstring("try   p_n = sigma(z_n), or dL/dw"));
}

TEST_CASE("lines of any length are read or refused", "[einstein]") {
  const std::string digits(200'000, '1'), blanks(200'000, ' ');
  for (const std::string& line : {"L = x^{\\frac{" + digits + "}{2}}", "W^{(" + digits + ")} = x",
                                  "f(x" + blanks + ") = x^2", "L = sum_{n" + blanks + "=1}^N x"}) {
    const Sheet sheet = read_sheet("x[]\n" + line + "\n");
    CHECK(sheet.refused.size() + sheet.problem.definitions.size() == 1);
  }
}

TEST_CASE("a derivative in a definition goes through definitions below it", "[einstein]") {
  const Sheet sheet = read_sheet("x[] g[] h[] f[]\ng = df/dx\nf = h^2\nh = x^3\ndg/dx = 30 x^4\ndg/dx = 0\n");
  REQUIRE(sheet.claims.size() == 2);
  CHECK(check(sheet.claims[0].text, sheet.problem).is_right());
  CHECK_FALSE(check(sheet.claims[1].text, sheet.problem).is_right());
}

TEST_CASE("all names of a line that are not declared are told at once", "[einstein]") {
  const auto told = [](const std::string& line) {
    const Sheet sheet = read_sheet("y[n] L[] m = |n|\n" + line + "\n");
    return sheet.refused.empty() ? check(sheet.claims.at(0).text, sheet.problem).message
                                 : sheet.refused[0].message;
  };
  CHECK_THAT(told("L = (w x_n + b - y_n)^2"), ContainsSubstring("w is not declared") &&
                                                  ContainsSubstring("\n    also  x, b are not declared"));
  CHECK_THAT(told("dL/dy_n = 2/m (q_{n} - y_n) r_n"), ContainsSubstring("also  r is not declared"));
  CHECK_THAT(told("dL/dy = 2/m (u + v - y)"), ContainsSubstring("also  v is not declared"));
  CHECK_THAT(told("dL/dy_n = 2/m q_n"), !ContainsSubstring("also"));
  CHECK_THAT(told("M = q_n y_n"), !ContainsSubstring("also"));  // M is what it defines
  CHECK_THAT(told("g_n = q_n z_n"), ContainsSubstring("also  z is not declared"));
}

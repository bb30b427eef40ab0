// Formulas without letters beside the same ones with them.
#include <autodiff/compare.hpp>
#include <autodiff/einstein/einstein.hpp>
#include <autodiff/einstein/matrix_form.hpp>
#include <autodiff/error.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

#include <fmt/format.h>

using namespace eingrad;
using namespace eingrad::einstein;
using eingrad::testing::error_text;

namespace {

const Declarations& names() {
  static const Declarations all = Declarations::parse(
      "X[n,i] W[i,o] c[o] Yhat[n,o] T[n,o] y[n] yhat[n] w[i] b[] L[] A[i,i] Q[n,i,o] P[n,o] s[i] m = |n|");
  return all;
}

std::string refusal(std::string_view line) {
  return error_text<value_error>([&] { parse_statement(line, names()); });
}

Indices letters_of(const Expr& target) {
  const auto* d = target.as<Derivative>();
  Indices all = d != nullptr ? letters_of(d->of) : target.as<Symbol>()->indices;
  if (d != nullptr) all.insert(all.end(), d->by.indices.begin(), d->by.indices.end());
  return all;
}

/// The right side at a point, its axes those of the left side in their order.
Tensor value_of(std::string_view line) {
  Statement read = parse_statement(line, names(), Broadcast::anywhere);
  const Definitions definitions = {{"L", {{}, parse("yhat_n^2", names())}}};
  while (const auto step = differentiation_step(read.value, definitions)) read.value = step->result;
  const Values point = draw({names(), {}}, {.seed = 3, .low = 0.3});
  return evaluate(read.value, point, letters_of(read.target));
}

}  // namespace

TEST_CASE("a line in matrix form is the line with letters", "[einstein]") {
  const std::vector<std::pair<std::string_view, std::string_view>> lines = {
      {"Yhat = X W + c", "Yhat_no = X_ni W_io + c_o"},
      {"Ŷ = X W + c", "Yhat_no = X_ni W_io + c_o"},
      {"\\hat{\\mathbf{Y}} = \\mathbf{X} \\boldsymbol{W} + \\mathbf c", "Yhat_no = X_ni W_io + c_o"},
      {"Yhat = X @ W", "Yhat_no = X_ni W_io"},
      {"Yhat = XW", "Yhat_no = X_ni W_io"},
      {"yhat = X w + b", "yhat_n = X_ni w_i + b"},
      {"L = w^T X^T X w", "L = w_i X_ni X_nj w_j"},
      {"L = ||n| - 1|sum(yhat)", "L = abs(m - 1) sum_n yhat_n"},
      {"L = |‖yhat‖₂ - 1|", "L = abs(norm(yhat_n) - 1)"},
      {"L = |||yhat|| - ||X^T y||_2|", "L = abs(norm(yhat_n) - norm(sum_n X_ni y_n))"},
      {"L = ||X||_F^2 + || |b| yhat ||", "L = X_ni X_ni + norm(b yhat_n)"},
      {"dL/dW = 2/m X^T (Yhat - T)", "dL/dW_io = 2/m X_ni (Yhat_no - T_no)"},
      {"∂L/∂W = 2/m Xᵀ(Ŷ − T)", "dL/dW_io = 2/m X_ni (Yhat_no - T_no)"},
      {"\\frac{\\partial L}{\\partial W} = \\frac{2}{m} X^{\\mathsf T} (\\hat Y - T)",
       "dL/dW_io = 2/m X_ni (Yhat_no - T_no)"},
      {"dL/dW = 2/m X.T @ (Yhat - T)", "dL/dW_io = 2/m X_ni (Yhat_no - T_no)"},
      {"dL/dX = (yhat - y) w^T", "dL/dX_ni = (yhat_n - y_n) w_i"},
      {"dL/dX = (yhat - y) w^T A^T", "dL/dX_ni = (yhat_n - y_n) w_j A_ij"},
      {"dL/dT = T ⊙ P * Yhat", "dL/dT_no = T_no P_no Yhat_no"},
      {"dL/dT = P * X W", "dL/dT_no = P_no X_ni W_io"},
      {"dL/dT = T / (P * P)", "dL/dT_no = T_no/P_no^2"},
      {"dL/dT = [T > P] * T", "dL/dT_no = [T_no > P_no] T_no"},
      {"dL/dT = maximum(T, 0 * T)", "dL/dT_no = maximum(T_no, 0 T_no)"},
      {"dL/dT = 1_n c^T", "dL/dT_no = c_o 1_n"},
      {"dL/dc = T^T 1_n", "dL/dc_o = sum_n T_no"},
      {"dL/dc = (1^T T)^T", "dL/dc_o = sum_n T_no"},
      {"dL/dc = 2/m (Yhat - T)^T 1", "dL/dc_o = 2/m sum_n (Yhat_no - T_no)"},
      {"dL/dc = T^T 1 + c", "dL/dc_o = sum_n T_no + c_o"},
      {"dL/dc = mean_n T * P", "dL/dc_o = mean_n T_no P_no"},
      {"dL/db = tr(T P^T)", "dL/db = T_no P_no"},
      {"dL/db = mean(T)", "dL/db = mean_no T_no"},
      {"dL/dT = softmax(T)", "dL/dT_no = softmax_o(T_no)"},
      {"dL/dT = softmax_n(T)", "dL/dT_no = softmax_n(T_no)"},
      {"dL/dT = tanh'(T) * sigma(c)", "dL/dT_no = tanh'(T_no) sigma(c_o)"},
      {"dL/dT = T * log P", "dL/dT_no = T_no log(P_no)"},
      {"dL/dA = w w^T + s w^T", "dL/dA_ij = w_i w_j + s_i w_j"},
      {"dL/dA = diag(w) A", "dL/dA_ij = w_i A_ij"},
      {"dL/dA = A^T A", "dL/dA_ij = A_ki A_kj"},
      {"dyhat/dw = X", "dyhat_n/dw_i = X_ni"},
      {"dL/dw = X^T dL/dyhat", "dL/dw_i = X_ni dL/dyhat_n"},
      {"dL/dw = norm(w)^2 s", "dL/dw_i = norm(w_j)^2 s_i"},
      {"L = (sum(y))^2 + sum((y - yhat)^2)", "L = (sum_n y_n)^2 + sum_n (y_n - yhat_n)^2"},
      {"dL/dw = w/norm(w)", "dL/dw_i = w_i/norm(w_j)"},
  };
  for (const auto& [matrix, letters] : lines) {
    INFO(matrix);
    CHECK(is_in_matrix_form(matrix, names()));
    CHECK(!is_in_matrix_form(letters, names()));
    CHECK(allclose(value_of(matrix), value_of(letters), 1e-12, 1e-12));
  }
}

TEST_CASE("axes that do not fit are refused at their column", "[einstein]") {
  const std::vector<std::pair<std::string_view, std::string>> refused = {
      {"dL/dW = X (Yhat - T)", "column 11: X [n,i] times (Yhat - T) [n,o]: i against n"},
      {"dL/dW = X (Yhat - T)", "try   X^T (Yhat - T)"},
      {"dL/dw = X^T y w", "try   (X^T y) * w; * is element by element, @ the matrix product"},
      {"dL/db = y y", "try   y^T y\n"},
      {"dL/dA = w w", "try   diag(w * w), or w w^T; *"},
      {"dL/dw = (yhat - y) X", "try   X^T (yhat - y)\n"},
      {"dL/dX = 1/m (Yhat - T)^T W", "try   1/m (Yhat - T) W^T\n"},
      {"dL/dW = X^T P * T", "try   X^T (P * T); *"},
      {"dL/dW = 2/m X^T (T W^T W) * P", "try   2/m X^T ((T W^T W) * P); *"},
      {"dL/dW = X^T (P T)", "try   X^T (P * T); *"},
      {"dL/dW = 1/X T", "try   (1 / X)^T T\n"},
      {"dL/dW = 2/X T", "try   2 (1 / X)^T T\n"},
      {"dL/dW = X^T P 2 * T", "try   X^T (P 2 * T); *"},
      {"dL/dw = X T", "try   factors of which each one's last axis is the next one's first\n"},
      {"dL/dT = T P + T T T", "try   factors of which each one's last axis is the next one's first\n"},
      {"dL/dc = X X", "try   factors of which each one's last axis is the next one's first\n"},
      {"dL/dc = 1e-1 * [w > 0] @ w", "try   factors of which each one's last axis is"},
      {"dL/dT = P^T + T", "try   P + T\n"},
      {"dL/dT = T + P^T + T", "try   T + P + T\n"},
      {"dL/dT = 2/m P^T - T/m", "try   2/m P - T/m\n"},
      {"dL/dT = (P + T)^T + T/b", "try   (P + T) + T/b\n"},
      {"dL/dT = T - (b P)^T/b", "try   T - (1/b) (b P)\n"},
      {"dL/dT = [T^T > P] * T", "try   [T > P] * T;"},
      {"dL/dT = T/P^T", "try   T/P\n"},
      {"dL/dT = T * P^T", "try   T * P;"},
      {"dL/dT = X^T + T", "try   tensors of the same axes\n"},
      {"dL/dX = X X b", "try   X * X b; *"},
      {"dL/dW = X X W", "try   X^T X W\n"},
      {"dL/dT = T [P > 0] P", "try   T * [P > 0] * P, or T [P > 0]^T P, or"},
      {"dL/dy = y [y > 0] y", "try   y * [y > 0] * y, or y^T [y > 0] y, or"},
      {"dL/dX = y X", "column 11: y [n,1] times X [n,i]: 1 against n"},
      {"dL/dT = T + X", "column 11: T [n,o] plus X [n,i]: they have different axes"},
      {"dL/dT = T * X W^T", "try   T * X W"},
      {"dL/dT = T + Yhat^T", "try   T + Yhat\n"},
      {"dL/dW = X.T * (Yhat - T)", "column 13: X.T [i,n] times, by elements, (Yhat - T) [n,o]"},
      {"dL/dW = X.T * (Yhat - T)", "try   X.T @ (Yhat - T); * is element by element, @ the matrix product"},
      {"dL/dT = dL/dT T", "try   dL/dT * T;"},
      {"dL/dW = X/X * T", "try   (X / X)^T @ T;"},
      {"dL/dW = X * (Yhat - T)", "try   X^T @ (Yhat - T)"},
      {"dL/dW = X.T.T * (Yhat - T)", "try   X.T @ (Yhat - T)"},
      {"dL/dT = P + Yhat^T/m", "try   P + 1/m Yhat\n"},
      {"dL/dW = XT + W", "try   X^T T + W"},
      {"dL/dW = W^T", "column 9: dL/dW is [i,o] and the right side [o,i]"},
      {"dL/dW = W^T", "the transpose of the right side: W\n"},
      {"dL/dw = w^T", "dL/dw is [i] and the right side the row [1,i]"},
      {"dL/dc = T", "dL/dc is [o] and the right side [n,o]: n is neither on the left nor summed"},
      {"dL/dc = T", "try   sum_n T, or T^T 1\n"},
      {"dL/dc = 2 (Yhat - T)", "try   sum_n (2 (Yhat - T)), or (2 (Yhat - T))^T 1\n"},
      {"dL/dc = Yhat-T", "try   sum_n (Yhat-T), or (Yhat-T)^T 1\n"},
      {"dL/dc = T/P", "try   sum_n (T / P), or (T / P)^T 1\n"},
      {"dL/db = T", "n and o are neither on the left nor summed"},
      {"dL/db = T * P", "try   sum(T * P)\n"},
      {"L = 1/m sum (Yhat - T) * T", "try   1/m sum((Yhat - T) * T)\n"},
      {"L = sum(T) * P/m + 2 sum (P) * T", "try   sum((T) * P/m) + 2 sum((P) * T)\n"},
      {"dL/dT = c", "no term has the axes that it lacks"},
      {"dL/dT = c", "try   1_n c^T if all elements are alike"},
      {"dL/dc = sum(2 (Yhat - T))", "try   sum_n (2 (Yhat - T))\n"},
      {"dL/dc = sum(T) + sum(P)", "try   sum_n (T) + sum_n (P)\n"},
      {"dL/dc = sum(T)/m - mean(P) sum(y)", "try   (sum_n (T))/m - (mean_n (P)) sum(y)\n"},
      {"dL/dc = 1^T sum_n T + sum(P)", "try   1^T sum_n T + sum_n (P)\n"},
      {"dL/dA = w * (1 - w)", "try   diag(w * (1 - w))\n"},
      {"dL/dA = A^2", "a power of A [i,i] by its elements, or of the matrix?"},
      {"dL/dW = X^(-1) T", "an inverse is not supported"},
      {"dL/dT = Q W", "Q has 3 axes, and matrix form has two"},
      {"dYhat/dW = X", "this derivative has 4 axes"},
      {"dL/dW = X^T (Yhat_no - T_no)", "column 5: W has 2 axes, not 0"},
      {"dL/dW = X^T (Yhat_no - T_no)", "letters at all tensors of a line, or at none"},
      {"dL/dW = X^T (Yhat - U)", "column 21: U is not declared"},
      {"dL/dW = X^T (Yhat - T", "column 22: expected ')'"},
      {"dL/dW = X' (Yhat - T)", "X^T for the transpose"},
      {"dL/dc = sum(Yhat - T, axis=0)", "the axis behind the name, sum_n X"},
      {"dL/dc = (Yhat - T).sum(0)", "sum_n X or mean_n X along the axis n"},
      {"dL/dW = eye X", "diag(1_n) in matrix form"},
      {"dL/dW = 2/mX^T T", "what belongs to the denominator?"},
      {"L = 1^T 1^T y", "?"},
      {"L = tr(X)", "a trace is of a square matrix, not [n,i]"},
      {"L = sum_o X", "has no axis along o"},
      {"L = sum y", "sum of what?"},
      {"L = 1/2 sum (Yhat - T)^2", "column 23: a power of the sum, or of each element?"},
      {"L = 1/2 sum (Yhat - T)^2", "try   sum((Yhat - T)^2), or (sum(Yhat - T))^2, or ||Yhat - T||^2"},
      {"L = mean(y - yhat)²", "column 19: a power of the mean, or of each element?"},
      {"L = mean(y - yhat)²", "try   mean((y - yhat)^2), or (mean(y - yhat))^2"},
      {"dL/dW = W = W", "a line for each step"},
  };
  for (const auto& [line, message] : refused) {
    INFO(line);
    CHECK_THAT(refusal(line) + "\n", ContainsSubstring(message));
  }
}

TEST_CASE("I is the identity of its neighbours' axes", "[einstein]") {
  Problem problem{Declarations().add("A[i,i] x[i] X[n,i] b[i] lambda[] axis i: j k"), {}};
  problem.define("f = x^T (A + lambda I) x");
  problem.define("g = 1/2 ||X b||^2 + lambda/2 b^T I b");
  problem.define("h = A x - x");
  for (const char* claim : {"df/dx = (A + A^T + 2 lambda I) x", "df/dx = (2 I lambda + A^T + A) x",
                            "df/dx = (A + A^T) I x + 2 (lambda I) x", "d^2g/db^2 = X^T X + lambda I",
                            "dh/dx = A - I", "dx/dx = I", "dh_i/dx_j = A_ij - I_ij", "dh/dx = I A - I^T"}) {
    INFO(claim);
    CHECK(check(claim, problem).message == "it is right");
  }
  CHECK_THAT(check("dg/db = X^T X b + I", problem).message, ContainsSubstring("I is a square matrix"));
  CHECK_THAT(check("dg/db = I", problem).message,
             ContainsSubstring("I is a square matrix, and dg/db is [i]"));
  CHECK_THAT(check("df/dx = tr(I) x", problem).message,
             ContainsSubstring("nothing says how many rows I has"));
  CHECK(check("df/dx = sum(I) x", problem).mistake == Mistake::axis);
}

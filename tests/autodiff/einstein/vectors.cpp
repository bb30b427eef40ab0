// Formulas of a sample's vector, with one letter less than it has axes: w^T x_n, x_n - u.
#include "told.hpp"

using namespace eingrad;
using namespace eingrad::einstein;
using eingrad::testing::is_right;
using eingrad::testing::told;

TEST_CASE("an inner product of a row and a vector is a number of the sample", "[einstein]") {
  CHECK(
      told("X[n,d] w[d] y[n] b[] λ[] N = |n|\nz_n = w^T x_n + b\n"
           "L = 1/N Σ_n (w^\\top x_n + b - y_n)^2 + λ ||w||^2\n"
           "dL/dw_d = 2/N Σ_n (w^T x_n + b - y_n) x_nd + 2 λ w_d\ndL/dw = 2/N Σ_n (x_n^T w + b - y_n) x_n + "
           "2 λ w\n"
           "dL/dw = 2/N (z_n - y_n) x_n + 2 λ w\ndL/dw = 2/N Σ_n (z_n - y_n) x_n + λ w\n"
           "dL/dw = 2/N Σ_n (z_n + y_n) x_n + 2 λ w\ndL/db = 2/N Σ_n (w^T x_n + b - y_n)\ndz_n/dw = x_n\n") ==
      std::vector<std::string>{is_right, is_right, is_right,
                               "the term lambda * w_d should be 2 * lambda * w_d", "the sign of y_n is wrong",
                               is_right, is_right});
  // Samples that are numbered above, declared by small letters.
  CHECK(told("x[i,j] \\theta[j] y[i] m = |i|\nh^{(i)} = \\theta^T x^{(i)}\n"
             "J(\\theta) = \\frac{1}{2m} \\sum_{i=1}^m (h^{(i)} - y^{(i)})^2\n"
             "\\frac{\\partial J}{\\partial \\theta_j} = \\frac{1}{m} \\sum_{i=1}^m (h^{(i)} - y^{(i)}) "
             "x_j^{(i)}\n"
             "\\nabla_\\theta J(\\theta) = \\frac1m \\sum_i ((x^{(i)})^\\top \\theta - y^{(i)}) x^{(i)}\n") ==
        std::vector<std::string>{is_right, is_right});
  // A letter within an inner product is nobody else's, whatever it would be called.
  CHECK(told("x[n,d] w[d] v[n] axis d: p r\nL = w^T x_n v_n\n"
             "dL/dw_d = x_nd v_n\ndL/dv_n = w^T x_n\ndL/dv_n = sum_p w_p x_np + 0 w^T x_n\n") ==
        std::vector<std::string>{is_right, is_right, is_right});
}

TEST_CASE("rows and columns of a matrix have its letter in their own place", "[einstein]") {
  for (const char* matrix : {"W[k,d]", "W[d,k]"}) {
    CHECK(told(std::string("X[n,d] b[k] T[n,k] onehot(k) N = |n| ") + matrix +
               "\nz_nk = w_k^T x_n + b_k\np_nk = softmax_k(z_nk)\nL = -1/N Σ_n Σ_k t_nk log p_nk\n"
               "dL/dw_k = 1/N Σ_n (p_nk - t_nk) x_n\ndL/dW_k = 1/N Σ_n (T_nk - p_nk) x_n\n") ==
          std::vector<std::string>{is_right, "the sign is wrong: it is -1 times the right one"});
  }
}

TEST_CASE("brackets and norms of vectors are along the letter that they lack", "[einstein]") {
  CHECK(told("X[n,d] w[d] u[d] y[n] M[k,d] r[n,k]\nL = \\sum_n w^T (x_n - u) y_n\n"
             "K = \\frac12 \\sum_n (x_n - u)^T (x_n - u)\nJ = \\sum_n \\sum_k r_nk ||x_n - m_k||^2\n"
             "dL/dw = \\sum_n y_n (x_n - u)\ndL/du = -\\sum_n y_n w\ndK/du = \\sum_n (u - x_n)\n"
             "dK/du = n u - \\sum_n x_n\ndJ/dm_k = 2 \\sum_n r_nk (m_k - x_n)\n"
             "dJ/dM_kd = \\sum_n r_nk (m_kd - x_nd)\n") ==
        std::vector<std::string>{is_right, is_right, is_right, is_right, is_right,
                                 "it is 1/2 times the right one"});
}

TEST_CASE("norms and functions of vectors, and derivatives of them, have the letter, too", "[einstein]") {
  for (const char* norm : {"||x_n - w||^2", "‖x_n - w‖^2", "\\lVert x_n - w \\rVert_2^2", "norm(x_n - w)^2"})
    CHECK(told(std::string("X[n,d] w[d]\nL = sum_n ") + norm + "\ndL/dw = 2 sum_n (w - x_n)\n") ==
          std::vector{is_right});
  CHECK(told("X[n,d] w[d] Y[n,d]\nz_n = w^T tanh(x_n)\nL = 1/2 z_n z_n\nU = sum_n ‖x_n - w‖₁\n"
             "dL/dw = sum_n dL/dz_n dz_n/dw\ndL/dw = sum_n z_n tanh(x_n)\ndL/dY_n = 0\ndU/dw = sum_n sign(w "
             "- x_n)\n"
             "wbar = sum_n z_n x_n\n") == std::vector<std::string>{is_right, is_right, is_right, is_right,
                                                                   "X_nd stands where tanh(X_nd) should"});
}

TEST_CASE("what could be meant in two ways is asked about", "[einstein]") {
  const Problem problem{Declarations().add("X[n,d] w[d] y[n] L[]"), {}};
  for (const auto& [line, message] : std::vector<std::pair<std::string, std::string>>{
           {"L = sum_n w^T x_n^2", "try   (w^T x_n)^2, or w^T (x_n^2)"},
           {"L = sum_n ||w x_n - w||^2", "two vectors stand side by side"},
           {"L = sum_n w^T (w x_n)", "try   w^T x_n for their inner product, or w * x_n"},
           {"L = sum_n w^T (x_n - y_n)", "-y_n is a number beside vectors"},
           {"L = sum_n ||x_n - y_n||^2", "-y_n is a number beside vectors"},
           {"L = sum_n ‖x_n - y_n‖^2", "-y_n is a number beside vectors"},
           {"L = sum_n norm(x_n - y_n)", "-y_n is a number beside vectors"},
           {"dL/dw = w * x_n w", "two vectors stand side by side"},
           {"d^2L/dw^2 = x_n x_n", "a second derivative by vectors has two letters"}}) {
    INFO(line);
    try {
      static_cast<void>(parse_statement(line, problem.declarations));
      FAIL_CHECK("it was read");
    } catch (const value_error& error) {
      CHECK_THAT(std::string(error.what()), ContainsSubstring(message));
    }
  }
}

TEST_CASE("what lacks a letter and is no vector is refused as before", "[einstein]") {
  const Problem problem{Declarations().add("X[n,d] W[k,d] w[d] v[k] y[n] L[]"), {}};
  const auto refusal = [&](const std::string& line) {
    try {
      static_cast<void>(parse_statement(line, problem.declarations));
    } catch (const value_error& error) {
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  for (const auto& [line, message] : std::vector<std::pair<std::string, std::string>>{
           {"dL/dw = y_n X_nd", "column 5: w has 1 axis, not 0"},  // only the left side lacks one
           {"dL/dw_d = y_n x_n", "column 15: X has 2 axes, not 1"},
           {"L = y_n v^T x_n", "v^T is a vector over k, and x_n over d"},
           {"L = y_n w^T x_nd", "w has 1 axis, not 0"},
           {"L = y_n w^T", "w has 1 axis, not 0"},
           {"dL/dW = y_n x_n", "W has 2 axes, not 0"},
           {"L = y_n |x_n - w|", "X has 2 axes, not 1"},
           {"L = x_nbar", "x is not declared"},
           {"dL/dX_n1 = 3", "expected '='"},
           {"L = y_n (y_n - 1)^T y_n", "what is transposed here is no vector"},
           {"L = y_n q_n", "q is not declared"},
           {"L = y_n x_ndk", "x is not declared"}}) {
    INFO(line);
    CHECK_THAT(refusal(line), ContainsSubstring(message));
  }
}

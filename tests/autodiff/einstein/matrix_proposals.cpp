// What is proposed for formulas in matrix form whose axes do not fit.
#include <autodiff/einstein/einstein.hpp>
#include <autodiff/error.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

#include <fmt/format.h>

using namespace eingrad;
using namespace eingrad::einstein;
using eingrad::testing::error_text;

TEST_CASE("what is proposed is the whole right side, and right where only a transpose was missing",
          "[einstein]") {
  Problem problem{Declarations().add("X[n,i] W[i,o] T[n,o] w[i] b[] L[] m = |n|"), {}};
  problem.define("L = 1/m sum(T * (X W)) + b");
  for (const std::string_view right :
       {"X/m T", "1/m X T", "1/m * X T", "X T/m", "X (1/m) T", "2 X/m/2 T", "1/m X * T", "X * T/m", "X/m @ T",
        "1/m * X * T", "X/m * (2 T)/2", "(3 X) b/m T/(3 b)", "2/m X T - 1/m X^T T", "(X)/b b/m T",
        "sqrt(m) X/m^(3/2) * T", "w^T w X/m T/(w^T w)", "w^T @ w * X @ T/(w^T w m)"}) {
    INFO(right);
    const Verdict verdict = check(fmt::format("dL/dW = {}", right), problem);
    CHECK(verdict.mistake == Mistake::axis);
    const std::size_t hint = verdict.message.find("try   ");
    REQUIRE(hint != std::string::npos);
    std::string proposed = verdict.message.substr(hint + 6);
    proposed = proposed.substr(0, proposed.find_first_of(";\n"));
    INFO(proposed);
    CHECK(check("dL/dW = " + proposed, problem).is_right());
  }
}

TEST_CASE("of what may have been meant, only what is right is proposed", "[einstein]") {
  Problem problem{Declarations().add("z[n] a[n] x[n] L[]"), {}};
  problem.define("a = sigmoid(z)");
  problem.define("L = x^T a");
  CHECK_THAT(check("da/dz = a(1-a)", problem).message, ContainsSubstring("try   diag(a * (1-a)); *"));
  CHECK_THAT(check("da/dx = a(1-a)", problem).message,
             ContainsSubstring("try   diag(a * (1-a)), or a (1-a)^T, which fit, but are not right yet; *"));
  CHECK_THAT(check("dL/dz = x a (1-a)", problem).message, ContainsSubstring("try   x * a * (1-a)"));
}

TEST_CASE("factors that a right side lacks are proposed where they are right", "[einstein]") {
  Problem problem{Declarations().add("A[i,i] x[i] X[n,i] r[n] v[h] W[i,h] b[i] c[] axis i: j"), {}};
  problem.define("f = x^T A x");
  problem.define("g = ||x||");
  problem.define("q = 2 c sum(x)");
  problem.define("R = X b - r");
  problem.define("L = mean(R^2)");
  problem.define("H = tanh(X W)");
  problem.define("M = r^T H v");
  const auto ends = [](const std::string& text) { return EndsWith("try   " + text); };
  CHECK_THAT(check("df/dA = x^T x", problem).message, ends("x x^T"));
  CHECK_THAT(check("df/dA = 3 x^T x", problem).message, !ContainsSubstring("x x^T"));  // wrong, too
  CHECK(check("dq/dx = c", problem).message == "it is 1/2 times the right one");
  CHECK_THAT(check("dg/dx = 1/||x||", problem).message, ends("(1/||x||) x"));
  CHECK_THAT(check("dg/dx = 3", problem).message, ends("a factor with the axes [i]"));
  CHECK_THAT(check("dL/db = 2 mean(X^T R)", problem).message, ends("2/|n| (X^T R)"));
  for (const char* line : {"dM/dW = X^T r v^T * (1 - H^2)", "dM/dW = X^T r v^T (1 - H^2)"})
    CHECK_THAT(check(line, problem).message, ContainsSubstring("try   X^T (r v^T * (1 - H^2)); *"));
}

TEST_CASE("a chain of factors that are meant element by element is proposed as a whole", "[einstein]") {
  Problem problem{Declarations().add("X[n,i] W1[i,h] W2[h,k] T[n,k] L[] N = |n|"), {}};
  problem.define("Q = sigmoid(X W1)");
  problem.define("P = Q W2");
  problem.define("L = 1/(2N) sum((P - T)^2)");
  const auto proposed = [&](const std::string& right) {
    const Verdict verdict = check("dL/dW1 = " + right, problem);
    CHECK(verdict.mistake == Mistake::axis);
    const std::size_t begin = verdict.message.find("try   ");
    REQUIRE(begin != std::string::npos);
    const std::string hint = verdict.message.substr(begin + 6);
    return hint.substr(0, hint.find_first_of(",;"));
  };
  const std::string meant = "1/N X^T (((P - T) W2^T) * Q * (1 - Q))";
  for (const char* signs :
       {"* Q * (1 - Q)", "* Q (1 - Q)", "Q (1 - Q)", "Q * (1 - Q)", "Q(1 - Q)", "*Q*(1 - Q)"})
    CHECK(proposed(fmt::format("1/N X^T ((P - T) W2^T) {}", signs)) == meant);
  CHECK(proposed("1/N X^T (P - T) W2^T * Q * (1 - Q)") == "1/N X^T ((P - T) W2^T * Q * (1 - Q))");
  CHECK(proposed("1/N X^T ((P - T) W2^T) Q (1 - Q) + 0") == meant + " + 0");
  const std::string product = "1/N X^T ((P - T) W2^T)";
  CHECK(proposed(product + " * sigmoid(X W1) * (1 - sigmoid(X W1))") ==
        "1/N X^T (((P - T) W2^T) * sigmoid(X W1) * (1 - sigmoid(X W1)))");
  CHECK(proposed(product + " * (Q - Q^2) * [X W1 > -100]") ==
        "1/N X^T (((P - T) W2^T) * (Q - Q^2) * [X W1 > -100])");
  CHECK(proposed("1/(N) X^T ((P - T) W2^T) * Q * (1 - Q)") == "1/(N) X^T (((P - T) W2^T) * Q * (1 - Q))");
  CHECK(proposed("1/N sum((X^T ((P - T) W2^T)) * Q * (1 - Q))") == "tensors of the same axes");
  CHECK(check("dL/dW1 = " + meant, problem).is_right());
  CHECK_THAT(check("dL/dW1 = 2/N X^T ((P - T) W2^T) * Q * (1 - Q)", problem).message,
             ContainsSubstring("(1 - Q)), which fits, but is not right yet"));
}

TEST_CASE("terms that do not fit are told as they are, however long they are", "[einstein]") {
  Problem problem{Declarations().add("A[n,i] B[k,m] C[k,n] D[n,n] Y[n,n] L[]"), {}};
  const auto refusal = [&](const std::string& line) {
    try {
      problem.define(line);
    } catch (const value_error& error) {
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  for (const char* line :
       {"Z=-A+B", "Z =-A + B", "L =                                A + B", "Y  = C D D + D"}) {
    INFO(line);
    CHECK_THAT(refusal(line), ContainsSubstring("try   tensors of the same axes"));
  }
  std::string chain = "Y = A";
  for (int i = 0; i < 500; ++i) chain += " * D";
  CHECK_THAT(refusal(chain), ContainsSubstring("they have different axes"));
}

TEST_CASE("one factor less and a sum along another axis are proposed where they are right", "[einstein]") {
  Problem problem{Declarations().add("X[n,i] V[i,o] T[n,o] Y[n,o] c[o] x[i] A[i,j] W2[h,o] L[] m = |n|"), {}};
  problem.define("Y = X V + c");
  problem.define("L = 1/m sum((Y - T)^2)");
  const auto ends = [](const std::string& text) { return EndsWith("try   " + text); };
  CHECK_THAT(check("dL/dV = 2/m X^T (Y - T) V", problem).message, ends("2/m X^T (Y - T)"));
  CHECK_THAT(check("dL/dc = 2/m sum_o (Y - T)", problem).message, ends("2/m sum_n (Y - T)"));
  CHECK_THAT(error_text<value_error>([&] { problem.define("L = x^T A x"); }),
             ContainsSubstring("if j and i are one axis, it has one name: A[i,i], with axis i: j"));
  CHECK_THAT(error_text<value_error>([&] { problem.define("Y = X W2"); }), !ContainsSubstring("one axis"));
  CHECK_THAT(check("dL/dc = 2/m sum_{o} Y - 2/m sum_{o} T", problem).message,
             ends("2/m sum_{n} Y - 2/m sum_{n} T"));
}

TEST_CASE("a matrix product is proposed for one by elements that leaves an axis over", "[einstein]") {
  Problem problem{Declarations().add("X[n,i] w[i] x[n] y[n] yhat[n] c[] L[] m = |n|"), {}};
  problem.define("yhat = X w + c x");
  problem.define("L = 1/m sum((yhat - y)^2)");
  const std::string sentence = "; * is element by element, @ the matrix product";
  for (const auto& [line, proposed] : {
           std::pair<std::string, std::string>{"dL/dw = 2/m * X^T * (yhat - y)", "2/m X^T (yhat - y)"},
           {"dL/dw = 2/m X^T \\cdot (yhat - y)", "2/m X^T (yhat - y)"},
           {"dL/dw = X^T/m * 2 (yhat - y)", "1/m X^T 2 (yhat - y)"},
           {"dL/dw = 1/m X^T * (yhat - y) + 1/m X^T (yhat - y)", "1/m X^T (yhat - y) + 1/m X^T (yhat - y)"},
           {"dL/dc = 2/m x·(yhat-y)", "2/m x^T (yhat-y)"},
       }) {
    INFO(line);
    const Verdict verdict = check(line, problem);
    CHECK(verdict.mistake == Mistake::used_once);
    CHECK_THAT(verdict.message, ContainsSubstring("try   " + proposed + sentence));
    CHECK(check(line.substr(0, 8) + proposed, problem).is_right());
  }
  CHECK_THAT(check("\\partial L/\\partial w = 2/m X^T * (yhat - y)", problem).message,
             ContainsSubstring("∂L/∂w is [i] and the right side [i,n]"));
}

TEST_CASE("a sum along one axis is proposed for a mean of all", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("X[n,i] W[i,o] b[o] t[n,o] L[] m = |n|");
  problem.define("A = X W + b");
  problem.define("L = 1/m sum((A - t)^2)");
  CHECK(check("dL/db = mean(dL/dA)", problem).message.ends_with("try   sum_n (dL/dA)"));
}

TEST_CASE("the first factors behind a sign are taken together where that is right", "[einstein]") {
  Problem problem;
  problem.declarations = Declarations::parse("x[n,i] W[i,o] t[n,o] L[] m = |n|");
  problem.define("Z = x W");
  problem.define("A = relu(Z)");
  problem.define("L = 1/(2m) sum((A - t)^2)");
  CHECK(
      check("dL/dW = 1/m ((A - t)^T * (Z > 0)^T x)^T", problem)
          .message.ends_with("try   1/m (((A - t)^T * (Z > 0)^T) x)^T; * is element by element, @ the matrix "
                             "product"));
}

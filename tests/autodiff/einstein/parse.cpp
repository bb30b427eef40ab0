#include <autodiff/compare.hpp>
#include <autodiff/einstein/einstein.hpp>
#include <autodiff/einstein/indices.hpp>
#include <autodiff/error.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

#include "random_expr.hpp"

using namespace eingrad;
using namespace eingrad::einstein;
using eingrad::testing::error_text;

namespace {

const Declarations& regression_names() {
  static const Declarations all = Declarations::parse(
      "x[n] y[n] yhat[n] w[] b[] L[] A[i,i] X[n,i] W[i,o] W1[i,o] c[o] T[n,o] Yhat[n,o] y_hat[n] mu[o] "
      "lambda[] "
      "m = |n|, C = |o|, axis n: p q");
  return all;
}

/// The right side as it is read, with all its sums.
std::string read(std::string_view line) {
  return print(parse_statement(line, regression_names()).value, regression_names(),
               {Spelling::ascii, Sums::shown});
}

std::string parse_refusal(std::string_view line) {
  return error_text<value_error>([&] { parse_statement(line, regression_names()); });
}

/// Lines, and what their refusals say among other things.
void check_refusals(const std::vector<std::pair<std::string_view, std::string>>& refused) {
  for (const auto& [line, message] : refused) {
    INFO(line);
    CHECK_THAT(parse_refusal(line), ContainsSubstring(message));
  }
}

}  // namespace

TEST_CASE("a formula reads the same in ASCII, Unicode and LaTeX", "[einstein]") {
  const std::vector<std::vector<std::string_view>> formulas = {
      {"dL/dw = 2/m * (yhat_p - y_p) * x_p", "∂L/∂w = 2/m (ŷₚ − yₚ) xₚ", "∂L/∂w = (2/m)·(ŷ_p − y_p)·x_p",
       "\\frac{\\partial L}{\\partial w} = \\frac{2}{m} (\\hat{y}_p - y_p) x_p",
       "\\frac{\\partial L}{\\partial w} = \\frac{2}{m} \\left(\\hat y_{p} - y_{p}\\right) \\cdot x_{p}",
       "dL/dw = sum_p 2/m (yhat_p - y_p) x_p", "dL/dw = 2/m Σₚ (ŷₚ - yₚ) xₚ",
       "\\frac{\\partial L}{\\partial w} = \\frac{2}{m} \\sum_{p} (\\hat{y}_p - y_p) x_p"},
      {"dL/dw = dL/dyhat_p * dyhat_p/dw", "∂L/∂w = ∂L/∂ŷₚ dŷₚ/dw"},
      {"dL/dw = dL/dyhat_p * partial yhat_p/partial w", "∂L/∂w = ∂L/∂ŷₚ ∂ŷₚ/∂w",
       "\\frac{\\partial L}{\\partial w} = \\frac{\\partial L}{\\partial \\hat{y}_p} \\frac{\\partial "
       "\\hat{y}_p}{\\partial w}"},
      {"Yhat_no = X_ni W_io + c_o", "Ŷₙₒ = Xₙᵢ Wᵢₒ + cₒ", "\\hat{Y}_{no} = X_{ni} W_{io} + c_o",
       "Yhat[n,o] = X[n,i] * W[i,o] + c[o]", "Yhat_{n,o} = X_{n,i} W_{i,o} + c_{o}"},
      {"Yhat_no = X_ni W1_io", "\\hat{Y}_{no} = X_{ni} W^{(1)}_{io}", "\\hat{Y}_{no} = X_{ni} W_{io}^{(1)}",
       "Yhat_no = X_ni W_io^{(1)}", "Yhat = X W^{[1]}", "Yhat = X W₁", "Yhat = X {{W^{(1)}}^\\top}^T",
       "Yhat = X (W^{(1)\\top})^T"},
      {"L = sum_n x_n", "L = \\sum_{n=1}^{m} x_n", "L = \\sum_{n=1}^m x_n", "L = Σ_{n=1}^m xₙ",
       "L = Σ_{n=1}^{|n|} x_n", "L = sum_n^m x_n"},
      {"dL/dw = x_n y_n", "\\partial_w L = x_n y_n", "∂_{w} L = xₙ yₙ", "\\partial _w L = x_n y_n",
       "dw = x_n y_n", "wbar = x_n y_n", "\\bar w = x_n y_n", "∇_w L = xₙ yₙ", "\\nabla_{w} L = x_n y_n",
       "\\nabla_w L = x_n y_n"},
      {"dL/dW_io = X_ni T_no", "dW_io = X_ni T_no", "Wbar_io = X_ni T_no", "dL/dW = X^T T", "dW = X^T T",
       "\\nabla_{\\mathbf W} L = X^\\top T", "\\bar W = X^T T"},
      {"d^2L/dw^2 = x_n x_n", "∂²L/∂w² = xₙ xₙ", "∂_w^2 L = xₙ xₙ", "∇²_w L = xₙ xₙ",
       "\\frac{\\partial^2 L}{\\partial w^2} = x_n x_n", "\\frac{d^{2} L}{d w^{2}} = x_n x_n",
       "d^2L/(dw dw) = x_n x_n"},
      {"d^2L/(dc_o dmu_r) = c_o mu_r", "∂²L/∂cₒ∂μᵣ = cₒ μᵣ",
       "\\frac{\\partial^2 L}{\\partial c_o \\partial \\mu_r} = c_o \\mu_r"},
      {"L = 1/sqrt(m) b", "L = 1/√m b", "L = b/√m", "L = \\frac{1}{\\sqrt m} b", "L = b/√(m)"},
      {"L = tanh(w)^2 b", "L = tanh^2(w) b", "L = \\tanh^2(w) b", "L = \\tanh^{2}(w) b", "L = tanh²(w) b"},
      {"L = -b log(w) + (1 - b) log(1 - w)", "L = -b log w + (1 - b) log(1 - w)",
       "L = -b \\log w + (1 - b) \\log(1 - w)", "L = -b ln w + (1 - b) ln(1 - w)"},
      {"L = tanh'(w) + log(x_n)^2", "L = tanh' w + log^2 x_n", "L = \\tanh' w + \\log^{2} x_n"},
      {"L = 0.00001 b + 2500 w", "L = 1e-5 b + 2.5e3 w", "L = 1e-05b + 2.5e+3w"},
      {"yhat_n = (1/sqrt(x_n)) (1 - y_n)", "yhat_n = 1/sqrt(x_n) (1 - y_n)"},
      {"L = lambda W_io^2", "L = λ Wᵢₒ²", "L = \\lambda W_{io}^{2}", "L = lambda W_io W_io"},
      {"yhat_n = sigmoid(w x_n)", "ŷₙ = σ(w xₙ)", "\\hat{y}_n = \\sigma(w x_n)"},
      {"yhat_n = tanh'(w x_n)", "ŷₙ = tanh′(w xₙ)", "\\hat{y}_n = \\tanh^{\\prime}(w x_n)"},
      {"partial Yhat_no/partial W_ij = X_ni delta_oj", "∂Ŷₙₒ/∂Wᵢⱼ = Xₙᵢ δₒⱼ",
       "\\frac{\\partial \\hat{Y}_{no}}{\\partial W_{ij}} = X_{ni} \\delta_{oj}"},
      {"L = norm(x_n)^2", "L = ||x_n||^2", "L = ‖xₙ‖²", "L = \\|x_n\\|^2", "L = \\lVert x_n \\rVert_2^2",
       "L = \\lVert x_n \\rVert^2_2", "L = ‖xₙ‖^{2}_{2}", "L = ||x_n||^2_2"},
      {"L = sum_no (X_ni W_io - T_no)^2", "L = norm(X_ni W_io - T_no)^2", "L = ||X W - T||^2"},
      {"L = norm(x_n)^2", "L = ‖xₙ‖₂²", "L = ||x_n||_2^2", "L = ||xₙ||₂²", "L = \\|x_n\\|_{2}^{2}",
       "L = norm(x_n)_2^2"},
      {"L = sum_n (x_n - y_n)^2", "L = sum((x_n - y_n)^2)"},
      {"L = 1/m sum_n (x_n - y_n)^2", "L = mean((x_n - y_n)^2)", "L = mean_n (x_n - y_n)^2"},
      {"L = 1/m sum_n x_n y_n", "L = mean(x_n y_n)", "L = mean_n x_n y_n"},
      {"L = mean_no (X_ni W_io - T_no)^2", "L = mean((X_ni W_io - T_no)^2)", "L = mean((X W - T)^2)"},
      {"L = norm(x_n) norm(y_n - yhat_n)", "L = ||x_n|| ||y_n - yhat_n||", "L = ‖xₙ‖‖yₙ - ŷₙ‖"},
      {"L = abs(abs(w) - abs(b))", "L = ||w| - |b||", "L = \\left|\\lvert w \\rvert - |b|\\right|"},
      {"L = abs(abs(w) - abs(b)) + abs(abs(w) + abs(b))", "L = ||w| - |b|| + ||w| + |b||"},
      {"L = abs(norm(x_n) - 1)", "L = |‖xₙ‖ - 1|", "L = |||x_n|| - 1|", "L = |-1 + ||x_n|||"},
      {"L = norm(abs(w) x_n)", "L = || |w| x_n ||", "L = |||w| x_n||", "L = ‖x_n |w|‖"},
      {"L = norm(norm(x_p) y_n)", "L = || ||x_p|| y_n ||"},
      {"L = norm(x_n/abs(w)) - abs(w)", "L = ||x_n/|w||| - |w|", "L = \\|\\frac{x_n}{|w|}\\| - |w|"},
      {"L = abs(w) abs(b) abs(lambda)", "L = |w||b||lambda|"},
      {"L = exp(-w) b", "L = e^{-w} b", "L = e^(-w) b", "L = \\mathrm{e}^{-w} b"},
      {"yhat_n = 2 exp(x_n) y_n", "yhat_n = 2e^{x_n} y_n", "yhat_n = 2 e^x_n y_n"},
      {"L = 2/m (2/3 + b) w", "L = \\frac{2}{m} \\left[\\frac{2}{3} + b\\right] w", "L = 2/m [⅔ + b] w",
       "L = 2⁄m (⅔ + b) w \\text{ by the chain rule}", "L = 2/m \\underbrace{[2/3 + b]}_{\\text{error}} w"},
      {"L = w^12 b^(-2) + x_n^2", "L = w¹² b⁻² + xₙ²", "L = w^{12} b^{-2} + x_n^2 \\text{, if I am right.}"},
      {"L = (1/2) w + 2/m b - w^3/3 + (w + b)^2/2", "L = ¹⁄₂ w + ²⁄ₘ b - w³/3 + (w + b)²/2",
       "L = ½ w + ²⁄ₘ b - w^3/3 + ½ (w + b)^2"},
      {"L = -2 (w + b)", "L = \\text{-} 2 (w + b)", "L = \\text{ - }2\\text{(}w + b)"},
      {"L = |2 (3 |w|)|", "L = |2 [3 |w|]|"},
      {"L = sum_n x_n", "L = ∑ₙ₌₁ᵐ xₙ", "L = \\overbrace{\\sum_{n=1}^m}^{m} x_n \\text{,}"},
      {"yhat_n = [x_n > b] y_n + [x_n = 2]", "yhat_n = (x_n > b) y_n + (x_n == 2)",
       "ŷₙ = (xₙ > b) yₙ + [xₙ = 2]"},
      {"Yhat_no = [X_ni > b] W_io", "Yhat = [X > b] W", "Yhat = (X > b) W"},
      {"L = w^(-1/2)", "L = w^{\\frac{-1}{2}}", "L = w^{-\\frac12}"},
      {"L = w^(-3/2) b^(1/2)", "L = w^{-\\frac32} b^{\\frac{1}{2}}"},
      {"L = x_n^2", "L = x_n^{\\odot 2}", "L = x_n^{\\circ 2}", "L = x_n^{⊙2}"},
      {"L = sqrt(w)", "L = √(w)", "L = \\sqrt{w}", "L = w^(1/2)"},
  };
  for (const auto& spellings : formulas) {
    for (const std::string_view line : spellings) {
      INFO(line);
      const Statement first = parse_statement(spellings[0], regression_names()),
                      other = parse_statement(line, regression_names());
      CHECK(same(other.target, first.target));
      CHECK(same(simplified(other.value), simplified(first.value)));
    }
  }
}

TEST_CASE("a sum stands at the smallest product that holds all uses of its letter", "[einstein]") {
  CHECK(read("L = (y_n - yhat_n)^2") == "sum_n (y_n - yhat_n)^2");
  CHECK(read("L = (X_ni W_io - T_no)^2") == "sum_no (sum_i X_ni * W_io - T_no)^2");
  CHECK(read("Yhat_no = tanh(X_ni W_io)") == "tanh(sum_i X_ni * W_io)");
  CHECK(read("L = x_n y_n + x_n^2") == "sum_n x_n * y_n + sum_n x_n^2");
  CHECK(read("L = 1/m sum_n x_n + b") == "1/m * sum_n x_n + b");
  CHECK(read("L = mean_n (y_n - yhat_n)^2") == "mean_n (y_n - yhat_n)^2");
  CHECK(read("yhat_n = x_n y_n") == "x_n * y_n");
  CHECK(read("L = exp(x_n y_n) b") == "exp(sum_n x_n * y_n) * b");
}

TEST_CASE("what is no formula is refused at its column", "[einstein]") {
  check_refusals({
      {"dL/dw = 2/mC", "column 12: what belongs to the denominator"},
      {"dL/dw = 2/m * (yhat_p - y) x_p", "column 25: y has 1 axis, not 0"},
      {"yhat_n = [y_n x_n", "expected ']' to close the bracket, or a sign of comparison"},
      {"yhat_n = 2 [n = p]", "delta_ij, which is 1 where both letters are equal"},
      {"L = w^1/2", "^(1/2), or a bracket around the power: (x^1)/2"},
      {"L = w^1/12 b", "^(1/12), or a bracket around the power: (x^1)/12"},
      {"L = w^-3/2", "^(-3/2), or a bracket around the power: (x^(-3))/2"},
      {"L = e^w^2", "e^(x^2), or (e^x)^2"},
      {"L = e^-w", "e^(-x)"},
      {"L = tr(e^{A})", "the exponential of each element, or of the matrix?"},
      {"L = e^T x", "e is not declared"},
      {"L = 2½ w", "is the fraction added to the number or multiplied by it?"},
      {"L = 2 \\text{log} w b \\text{where}", "what is log of?"},
      {"dL/dw = ^2", "try   a power behind its base, x^2"},
      {"dL/dw = 2/m sum_n yhat_n - y_n", "try   sum_n (… + …), or sum_n in front of this term, too"},
      {"yhat_n = [n = 1]", "try   delta_ij, which is 1 where both letters are equal; a one-hot"},
      {"dL/dw = 2 * * x_n", "column 13: expected a factor, not '*'"},
      {"dL/dw = 2 * (x_n", "column 17: expected ')' to close the bracket"},
      {"dL/dw = u_n x_n", "column 9: u is not declared"},
      {"dL/dw = x_n", "the letter n stands in one factor alone"},
      {"dL/dw = X_nn x_n", "column 9: the letter n runs over n, but this axis of X is i"},
      {"dL/dw = x_{n+1} y_n", "column 13: shifted indices are not supported"},
      {"dL/dw = x_{n,y_n} y_n", "an index of an index is not supported"},
      {"dL/dw 2", "column 7: expected '='"},
      {"2 = x_n", "column 1: expected a name or a derivative"},
      {"yhat_n = sum_n x_n", "column 10: n stands on the left"},
      {"yhat_n = x_n^w", "column 14: expected a number as the exponent"},
      {"∂L/∂w = xₙ © yₙ", "column 12: '©' has no meaning"},
      {"\\frac{\\partial L}{\\partial w = x_n", "this brace is never closed"},
      {"dL/dW_io = X_ni^T", "column 17: a transpose has no place among indices"},
      {"L = softmax(x_n)", "column 5: a softmax along which letter?"},
      {"L = sum x_n", "column 5: sum of which letters?"},
      {"L = tanh(w, b)", "column 5: tanh takes 1 argument, not 2"},
      {"L = w^(1/0)", "the exponent divides by 0"},
      {"L = 1e2.5 w", "column 7: the exponent behind e is a whole number"},
      {"L = 1e+400 w", "column 8: this number has too many digits"},
      {"L = |2 |w||", "column 8: does this bar close the one before, or does it open another?"},
      {"L = |2 |[w > 0]||", "column 8: does this bar close the one before, or does it open another?"},
      {"L = |w |-b| w|", "column 8: does this bar close the one before, or does it open another?"},
      {"L = ||w| |b||", "brackets between bars"},
      {"L = ||w||b||", "column 13: expected a factor, not the end"},
      {"L = ||w||b||", "abs(…) and norm(…)"},
      {"L = |w + b", "expected '|' to close the absolute value"},
      {"L = w (‖xₙ)", "column 8: this norm is never closed"},
      {"yhat_n = ‖w x_p − ‖x_q‖‖", "column 19: ‖ in ‖: write norm(…)"},
      {"L = ‖‖xₚ‖ xₙ‖", "column 6: ‖ in ‖: write norm(…)"},
      {"L = \\lVert \\lVert x_p \\rVert x_n \\rVert", "column 12: ‖ in ‖: write norm(…)"},
      {"L = ‖ ‖", "column 7: ‖ in ‖: write norm(…)"},
      {"L = x₂", "column 6: a number touches the name in front of it"},
      {"L = 2 ₂", "column 7: '₂' has no meaning here"},
      {"L = ‖xₙ‖_3", "column 9: a norm is ||x||_2 or ||x||_1"},
      {"", "column 1: expected a factor, not the end"},
      {"dyhat_n/dw = x_n/y_n(1 - y_n)", "what belongs to the denominator"},
      {"dL/dw = sigma", "column 9: sigma is not declared"},
      {"dL/dw = \\foo x_n", "column 9: the command \\foo is not known"},
      {"dL/dw = b = b", "a line for each step"},
      {"∂L/∂w = xₙ © yₙ", "           ^"},
      {"L = \\sum_{n=1}^{C} x_n", "n runs over n, but the sum ends at the size of o"},
      {"L = sum_{n=0}^m x_n", "a sum is over a whole axis, from 1"},
      {"L = sum_{n=1}^5 x_n", "expected the size of an axis"},
      {"L = tanh^(-1)(w)", "column 9: 1/f or the inverse function?"},
      {"d^3L/dw^3 = b", "a derivative of order 3 is not read"},
      {"d^2L/dw = b", "expected d and a declared name below the line"},
      {"nabla_m L = b", "column 7: expected a declared tensor"},
      {"L = mean_n y_n + sum_{n=1}^N x_n", "|n|, or a line above that names it: N = |n|"},
      {"dyhat_n/dw = 1/x_n(1 - y_n)", "try   /(x_n (…)) or /x_n * (…)"},
      {"L = 1e400", "this number has too many digits"},
      {"d2L/dw2 = b", "column 2: the order of a derivative stands behind '^'"},
      {"∂2L/∂w2 = b", "try   d^2L/dw^2"},
      {"L = sum_n -x_n", "try   (-x), or the minus in front of the term"},
      {"dL/dw == b", "column 7: expected '=', not '=='"},
      {"f'(x) = b", "f is not declared"},
      {"L' = b", "try   df/dx"},
      {"L = x_n^2  // the loss", "try   # in front of a comment"},
      {"L = x_n.^2", "try   x^2 and x * y, which are element by element"},
      {"L = log w b", "column 11: what is log of?"},
      {"L = log w b", "try   log(w) …, or log(w …)"},
      {"L = tanh^2 w^2", "try   tanh^2(w^2), or tanh^2(w)^2"},
      {"L = log w^{1/2} b", "try   log(w^(1/2)), or log(w)^(1/2)"},
      {"L = exp w / b", "what is exp of?"},
      {"L = sin 2 w", "what is sin of?"},
      {"L = log w (1 - b)", "what is log of?"},
      {"L = log -w", "try   log(…); or"},
      {"L = sigma w", "try   sigma(…); or a line above that declares it"},
      {"yhat_n = x_n/sum_n x_n", "try   no sum over n, or p for n in the sum, sum_p …"},
      {"yhat_n = x_n/norm(x_n)",
       "column 14: all letters stand on the left, so that this norm is an absolute"},
      {"yhat_n = x_n/norm(x_n)", "try   another letter for the sum, or |…|"},
      {"L = tr(w)", "tr has no place among indices"},
      {"L = w^{((3)(2))}", "expected a number as the exponent"},
      {"L = x_n^t", "try   X^T for the transpose of a matrix"},
      {"dL/dm = b", "column 5: m is the size of an axis, which nothing is differentiated by"},
      {"L_w = b", "column 1: L has 0 axes, not 1"},
      {"L_w = b", "try   dL/dw"},
      {"L = partial + b", "try   dL/dW for a derivative, nabla_W L"},
      {"dL/dc_1 = b", "column 7: an index is a letter, which stands for all elements of its axis"},
      {"L = X_{n1} c_o", "try   a letter for the number; a one-hot tensor e picks one element, e_i w_i"},
      {"dLdw = b", "try   dL/dw for the gradient by w"},
      {"\\frac{\\partial L}{\\partial w}\\Big|_{w=0} = b", "try   the derivative alone"},
      {"\\partial_w \\partial_w L = b", "try   nabla_w^2 L"},
      {"L = <x, y>", "try   a_i b_i for the scalar product, a^T b in matrix form"},
      {"L = \\langle x, y \\rangle", "try   a_i b_i for the scalar product"},
      {"L = (x^T y_n - w)^2", "try   x_n without the transpose: with letters w^T x is w_i x_i"},
      {"L = sech(w)", "try   1/cosh(x)"},
      {"L = sum_n (x_n - b", "try   a ')' for each '(': one is missing"},
      {"L = sum_n (x_n - b]", "try   ')' before ']'"},
      {"L = sum_n x_n - b)", "try   a '(' for each ')': one is missing, or this one is too many"},
      {"L = sum_{n in N} x_n", "column 8: a letter runs over the whole of its axis"},
      {"L = mean_{ n, k in N} x_n", "try   _nk alone"},
      {"L = \\sum_{n \\in N} x_n", "try   _n alone"},
      {"L = Σ_{n∈N} x_n", "try   _n alone"},
      {"wbar_n = b", "column 1: w has 0 axes, not 1"},
      {"wbar_n = b", "try   wbar"},
  });
  CHECK_THAT(parse_refusal(std::string(5000, '(')), ContainsSubstring("nested too deep"));
}

TEST_CASE("a name that is not declared is told whole, and how it would be", "[einstein]") {
  check_refusals({
      {"dL/dw = Z_nk y_n", "column 9: Z is not declared"},
      {"L = 2/dist", "column 7: dist is not declared"},
      {"L = dist/3", "column 5: dist is not declared"},
      {"dL/dw = Z_nk y_n", "or a line above that declares it: Z[n,k]"},
      {"dL/dw = Z_{n,k} y_n", "declares it: Z[n,k]"},
      {"dL/dw = Z[n,k] y_n", "declares it: Z[n,k]"},
      {"dL/dw = N x_n", "declares it: N[] for a number, N[n] for one axis, N = |n| for the size of one"},
      {"dL/dw = t_n x_n", "column 9: T has 2 axes, not 1"},
      {"dL/dw = tt_n x_n", "column 9: tt is not declared"},
      {"dl/dw = x_n x_n", "try   L, which is declared; or a line above"},
      {"dL/dw = z_n x_n", "one of A, L, T"},
      {"dL/dw = Xt_n x_n", "column 9: Xt is not declared"},
      {"dL/dw = x_n (bias - y_n)", "column 14: bias is not declared"},
      {"dL/dV = x_n y_n", "column 5: V is not declared"},
      {"dJ/dw = x_n y_n", "column 2: J is not declared"},
      {"∂J/∂w = xₙ yₙ", "column 2: J is not declared"},
      {"d^2J/dw^2 = x_n y_n", "column 4: J is not declared"},
      {"d^2L/(dw dv) = x_n y_n", "column 11: v is not declared"},
      {"nabla_q L = b", "column 7: q is the letter of an axis"},
      {"L = n_i", "column 5: n is the letter of an axis already"},
      {"L = bb - w", "try   b, or b^2 for the product"},
      {"h_\\theta(w) = w",
       "try   h_i for a value of each sample i, with x_i for x on the right; h_theta(x_i) is read as h_i"},
      {"x_\\theta = w", "try   x_i for a value of each sample i"},
  });
  const std::string alone = error_text<value_error>([] { parse_statement("L = 1", {}); });
  CHECK_THAT(alone, ContainsSubstring("try   a line above that declares it: L[]"));
}

TEST_CASE("who writes NumPy or PyTorch is told what a formula has for it", "[einstein]") {
  check_refusals({
      {"L = x_n**2", "try   x^2 for a power"},
      {"L = mean x_n", "mean_n"},
      {"L = sum(x_n)^2", "try   sum((x_n)^2), or (sum(x_n))^2"},
      {"yhat_n = mean(x_n)", "column 10: mean of what, if all letters stand on the left?"},
      {"L = np.exp(w)", "the function without its module"},
      {"L = np.dot(x_n, y_n)", "X @ W in matrix form, or X_ni W_io with letters"},
      {"L = matmul(x_n, y_n)", "column 5: matmul is not declared"},
      {"L = x_n.sum()", "sum_n X or mean_n X along the axis n"},
      {"L = X_ni.T x_n", "with letters, the letters in the other order"},
      {"grad_w = 2 x_n", "dL/dw or nabla_w L"},
      {"w_grad = 2 x_n", "dL/dw or nabla_w L"},
      {"w.grad = 2 x_n", "dL/dw or nabla_w L"},
      {"∇L = x_n", "try   nabla_w L"},
      {"L = Sum_n x_n", "try   sum_n X or mean_n X along the axis n"},
      {"L = avg(x_n)", "try   mean_n X along the axis n, mean(X) of all elements"},
      {"L = E[x_n]", "try   mean_n X along the axis n, mean(X) of all elements"},
      {"L := x_n", "try   = for :="},
      {"dL/dw = 2/N x_n", "try   m, the size of an axis; or a line above that declares it: N[]"},
      {"dX_ni/dw = I X_ni",
       "try   diag(1_i) or diag(1_n) or diag(1_o) in matrix form, or delta_ij with letters; or a line above "
       "that"},
      {"L = Yhat_bar_no", "if Yhat_bar is a name, a line above that declares it: Yhat_bar[n,o]"},
  });
}

TEST_CASE("what is printed is read as the same expression", "[einstein]") {
  const Declarations declarations = RandomExpr::declarations();
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    RandomExpr random(seed);
    const Expr e = random.of_depth(2 + static_cast<int>(seed % 6));
    for (const Spelling spelling : {Spelling::ascii, Spelling::unicode, Spelling::latex}) {
      for (const Sums sums : {Sums::implied, Sums::shown}) {
        const std::string text = print(e, declarations, {spelling, sums});
        INFO(seed << ": " << text);
        const Expr again = parse(text, declarations, free_indices(e));
        const Values values = RandomExpr::values(seed);
        const Indices free = free_indices(e);
        CHECK(allclose(evaluate(again, values, free), evaluate(e, values, free), 1e-10, 1e-10));
      }
    }
  }
}

TEST_CASE("numbers of any size are printed so that they can be read", "[einstein]") {
  const Declarations none;
  for (const double value : {1e15, 12345678901234567890., 1e300, -3e22, 1.5e-20, 0.1, 2e-300}) {
    INFO(value);
    CHECK(evaluate(parse(print(Expr(value), none), none), {}, {}).item() == Approx(value).epsilon(1e-12));
  }
  CHECK_THAT(parse_refusal("L = 1" + std::string(400, '0')),
             ContainsSubstring("column 5: this number has too many"));
}

TEST_CASE("declarations name axes, sizes and letters", "[einstein]") {
  const Declarations all = Declarations::parse("X[n, i] b[] m = |n|\naxis n: p q, k[n]");
  CHECK(*all.axes_of("X") == std::vector<std::string>{"n", "i"});
  CHECK(all.axes_of("b")->empty());
  CHECK(*all.axis_of("q") == "n");
  CHECK(*all.size_name("n") == "m");
  const auto refused = [](std::string_view text) {
    return error_text<value_error>([&] { Declarations::parse(text); });
  };
  CHECK_THAT(refused("X[n] X[i]"), ContainsSubstring("X is declared twice"));
  CHECK_THAT(refused("X[n"), ContainsSubstring("column 4: expected ',' between axes"));
  CHECK_THAT(refused("X"), ContainsSubstring("column 2: expected '['"));
  CHECK_THAT(refused("axis n: p axis i: p"), ContainsSubstring("the letter p already runs over the axis n"));
}

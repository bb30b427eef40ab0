#include <algorithm>
#include <utility>

#include <autodiff/einstein/habits.hpp>

namespace eingrad::einstein {

namespace {

constexpr std::string_view for_product = "X @ W in matrix form, or X_ni W_io with letters";
constexpr std::string_view for_transpose = "X^T in matrix form; with letters, the letters in the other order";
constexpr std::string_view for_sum = "sum_n X or mean_n X along the axis n, sum(X) of all elements";
constexpr std::string_view for_mean = "mean_n X along the axis n, mean(X) of all elements";
constexpr std::string_view for_identity = "diag(1_n) in matrix form, or delta_ij with letters";
constexpr std::string_view for_gradient = "dL/dw or nabla_w L";
constexpr std::string_view for_condition = "[z > 0], which is 1 where it holds, else 0; relu'(z) is the same";
constexpr std::string_view for_module = "the function without its module, exp(x)";

constexpr std::pair<std::string_view, std::string_view> habits[] = {
    {"dot", for_product},
    {"matmul", for_product},
    {"mm", for_product},
    {"einsum", for_product},
    {"outer", "x y^T in matrix form, or x_i y_j with letters"},
    {"T", for_transpose},
    {"t", for_transpose},
    {"transpose", for_transpose},
    {"sum", for_sum},
    {"mean", for_mean},
    {"rowsum", for_sum},
    {"colsum", for_sum},
    {"rowmean", for_mean},
    {"colmean", for_mean},
    {"Sum", for_sum},
    {"Mean", for_sum},
    {"avg", for_mean},
    {"average", for_mean},
    {"grad", for_gradient},
    {"gradient", for_gradient},
    {"pow", "x^2"},
    {"shape", "|n| for the size of the axis n"},
    {"eye", for_identity},
    {"sech", "1/cosh(x)"},
    {"csch", "1/sinh(x)"},
    {"coth", "1/tanh(x)"},
    {"sec", "1/cos(x)"},
    {"csc", "1/sin(x)"},
    {"cot", "1/tan(x)"},
    {"ones", "1_n"},
    {"trace", "tr(A)"},
    {"if", for_condition},
    {"step", for_condition},
    {"heaviside", for_condition},
    {"Heaviside", for_condition},
    {"np", for_module},
    {"numpy", for_module},
    {"torch", for_module},
};

}  // namespace

std::string_view advice_for(std::string_view word) {
  const auto* found = std::ranges::find(habits, word, [](const auto& entry) { return entry.first; });
  return found == std::end(habits) ? std::string_view() : found->second;
}

}  // namespace eingrad::einstein

#include <map>
#include <set>

#include <autodiff/elementwise/elementwise.hpp>
#include <tests/parity/elementwise_functions.hpp>

namespace eingrad::testing {

namespace {

/// libtorch's functions by this library's names.
namespace theirs {

// What libtorch does not have is an undefined tensor.
#define EINGRAD_MISSING(name, definition, arity) \
  template <class... A>                          \
  torch::Tensor name(const A&...) {              \
    return {};                                   \
  }
EINGRAD_ELEMENTWISE(EINGRAD_MISSING)

using At = const torch::Tensor&;
using torch::abs, torch::acos, torch::acosh, torch::add, torch::asin, torch::asinh, torch::atan, torch::atan2,
    torch::atanh, torch::ceil, torch::clamp_max, torch::clamp_min, torch::cos, torch::cosh, torch::div,
    torch::eq, torch::erf, torch::erfc, torch::exp, torch::exp2, torch::expm1, torch::floor, torch::ge,
    torch::gelu, torch::gt, torch::hypot, torch::isfinite, torch::isinf, torch::isnan, torch::le, torch::log,
    torch::log10, torch::log1p, torch::log2, torch::logical_and, torch::logical_not, torch::logical_or,
    torch::logical_xor, torch::lt, torch::maximum, torch::minimum, torch::mul, torch::ne, torch::neg,
    torch::reciprocal, torch::relu, torch::round, torch::rsqrt, torch::sigmoid, torch::sign, torch::silu,
    torch::sin, torch::sinh, torch::sqrt, torch::square, torch::sub, torch::tan, torch::tanh, torch::trunc;

torch::Tensor clamp(At a, At low, At high) {  // broadcast beforehand: in 1.13 its backward cannot
  const auto all = torch::broadcast_tensors({a, low, high});
  return torch::clamp(all[0], c10::optional<torch::Tensor>(all[1]), c10::optional<torch::Tensor>(all[2]));
}
torch::Tensor power(At a, At b) { return torch::pow(a, b); }
torch::Tensor where(At a, At b, At c) { return torch::where(a != 0, b, c); }
torch::Tensor logsigmoid(At a) { return torch::log_sigmoid(a); }

// Here libtorch takes numbers for all but the first operand.
torch::Tensor softplus(At a, At beta, At threshold) {
  return torch::softplus(a, beta.item(), threshold.item());
}
torch::Tensor leaky_relu(At a, At slope) { return torch::leaky_relu(a, slope.item()); }
torch::Tensor elu(At a, At alpha) { return torch::elu(a, alpha.item()); }
torch::Tensor hardtanh(At a, At low, At high) { return torch::hardtanh(a, low.item(), high.item()); }
const std::set<std::string_view> takes_numbers{"softplus", "leaky_relu", "elu", "hardtanh"};

}  // namespace theirs

#define EINGRAD_THEIRS_1(name) theirs::name(x.at(0))
#define EINGRAD_THEIRS_2(name) theirs::name(x.at(0), x.at(1))
#define EINGRAD_THEIRS_3(name) theirs::name(x.at(0), x.at(1), x.at(2))
#define EINGRAD_THEIRS(name, definition, arity) \
  {#name, [](const std::vector<torch::Tensor>& x) { return EINGRAD_THEIRS_##arity(name); }},
const std::map<std::string_view, OnTorchTensors> functions{EINGRAD_ELEMENTWISE(EINGRAD_THEIRS)};

}  // namespace

const OnTorchTensors& elementwise_in_libtorch(std::string_view name) { return functions.at(name); }
bool takes_numbers_in_libtorch(std::string_view name) { return theirs::takes_numbers.contains(name); }

}  // namespace eingrad::testing

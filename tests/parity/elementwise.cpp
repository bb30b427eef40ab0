// Every elementwise operation of the list beside libtorch's function of that name, or the one that is named
// here. One that libtorch does not have is reported.
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <autodiff/elementwise/elementwise.hpp>
#include <tests/autodiff/elementwise/samples.hpp>
#include <tests/parity/samples.hpp>
#include <tests/parity/torch.hpp>

using namespace eingrad;
using namespace eingrad::testing;

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
const std::map<std::string_view, OnTorchTensors> in_libtorch{EINGRAD_ELEMENTWISE(EINGRAD_THEIRS)};

bool is_in_libtorch(const ElementwiseFacts& operation) {
  const std::vector<torch::Tensor> ones(operation.domain.size(), torch::ones({}));
  return in_libtorch.at(operation.name)(ones).defined();
}

bool is_number(const ElementwiseFacts& operation, std::size_t k) {
  return k > 0 && theirs::takes_numbers.contains(operation.name);
}

void check(const ElementwiseFacts& operation, const std::vector<Tensor>& operands, double tolerance = 1e-12) {
  if (!is_in_libtorch(operation)) return;
  std::string single;
  for (const Tensor& operand : operands) {
    if (operand.numel() == 1) single += " " + std::to_string(operand.item<double>());
  }
  INFO("of" << single);
  check_same_function(operands[0].dtype() == float32 ? "float32 operation" : "elementwise operation",
                      std::string(operation.name), operands, operation.call, in_libtorch.at(operation.name),
                      tolerance);
}

/// Samples in the operation's domain, in the shapes that are given, one an operand.
std::vector<Tensor> samples_of(const ElementwiseFacts& operation, const std::vector<Shape>& shapes,
                               Dtype dtype = float64) {
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < operation.domain.size(); ++k) {
    const bool number = is_number(operation, k);
    operands.push_back(sample(operation, k, number ? Shape{} : shapes[k % shapes.size()], dtype));
    if (operation.differentiable && !number) operands.back().requires_grad_();
  }
  return operands;
}

/// Calls visit(operands) with every combination of these values, as many tensors of one element each.
template <class Visit>
void each_combination(const ElementwiseFacts& operation, const std::vector<double>& points, Visit visit,
                      std::vector<Tensor> operands = {}) {
  const std::size_t k = operands.size();
  if (k == operation.domain.size()) return visit(operands);
  for (const double point : is_number(operation, k) ? std::vector{operation.domain[k].high} : points) {
    operands.push_back(full({}, point, float64));
    if (operation.differentiable && !is_number(operation, k)) operands.back().requires_grad_();
    each_combination(operation, points, visit, operands);
    operands.pop_back();
  }
}

}  // namespace

TEST_CASE("parity: elementwise operations in their domains", "[parity]") {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    if (!is_in_libtorch(operation)) WARN(operation.name << " is not in libtorch");
    check(operation, samples_of(operation, {{1000}}));
    check(operation, samples_of(operation, {{1000}}, float32), 4e-6);  // the digits that float32 has
  }
}

TEST_CASE("parity: elementwise operations with broadcast and empty operands", "[parity]") {
  const std::vector<std::vector<Shape>> shapes{{{}, {}, {}},      {{3, 1}, {4}, {}},
                                               {{}, {2, 3}, {3}}, {{1}, {2, 1, 3}, {2, 1}},
                                               {{0}, {0}, {1}},   {{0, 3}, {1, 3}, {}}};
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    for (const auto& each : shapes) check(operation, samples_of(operation, each));
  }
}

TEST_CASE("parity: elementwise operations at kinks, ties and zeros", "[parity]") {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    each_combination(operation, {-1, -0., 0, 0.5, 1, 2},
                     [&](const auto& operands) { check(operation, operands); });
  }
}

TEST_CASE("parity: elementwise operations at what is huge, tiny or no number", "[parity]") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> numbers{0, 1, -1, infinity, -infinity, 1e300, -1e300, 1e-300, 30, -30};
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    std::vector<double> points = numbers;
    // The sign of a NaN is a NaN here, so that it is seen, and as in NumPy; in libtorch it is 0.
    if (operation.name != "sign" && operation.name != "abs") points.push_back(std::nan(""));
    each_combination(operation, points, [&](const auto& operands) { check(operation, operands); });
  }
}

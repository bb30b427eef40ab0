// Every elementwise operation of the list beside libtorch's. One that libtorch does not have is reported.
#include <cmath>
#include <limits>

#include <autodiff/elementwise/elementwise.hpp>
#include <tests/autodiff/elementwise/samples.hpp>
#include <tests/parity/elementwise_functions.hpp>
#include <tests/parity/samples.hpp>
#include <tests/parity/torch.hpp>

using namespace eingrad;
using namespace eingrad::testing;

namespace {

bool is_in_libtorch(const ElementwiseFacts& operation) {
  const std::vector<torch::Tensor> ones(operation.domain.size(), torch::ones({}));
  return elementwise_in_libtorch(operation.name)(ones).defined();
}

bool is_number(const ElementwiseFacts& operation, std::size_t k) {
  return k > 0 && takes_numbers_in_libtorch(operation.name);
}

void check(const ElementwiseFacts& operation, const std::vector<Tensor>& operands, double tolerance = 1e-12) {
  if (!is_in_libtorch(operation)) return;
  std::string single;
  for (const Tensor& operand : operands) {
    if (operand.numel() == 1) single += " " + std::to_string(operand.item<double>());
  }
  INFO("of" << single);
  check_same_function(operands[0].dtype() == float32 ? "float32 operation" : "elementwise operation",
                      std::string(operation.name), operands, operation.call,
                      elementwise_in_libtorch(operation.name), tolerance);
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

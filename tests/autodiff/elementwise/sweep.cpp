// Every operation of autodiff/elementwise/list.hpp is put to the same tests: a new line there is tested with
// no change here.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <autodiff/backward.hpp>
#include <autodiff/check/gradcheck.hpp>
#include <autodiff/compare.hpp>
#include <autodiff/create.hpp>
#include <autodiff/elementwise/broadcast.hpp>
#include <autodiff/elementwise/elementwise.hpp>
#include <autodiff/error.hpp>
#include <autodiff/function.hpp>
#include <autodiff/indexing/indexing.hpp>
#include <tests/autodiff/elementwise/samples.hpp>
#include <tests/catch.hpp>
#include <tests/support.hpp>

using namespace eingrad;
using testing::sample;
using testing::samples;
using testing::values;
using testing::wrong_derivative;

namespace {

const std::vector<Shape> shapes{{}, {1}, {3}, {2, 1}, {2, 3}, {1, 3}, {0, 3}};

/// Calls visit(operands) for every combination of shapes; operands that broadcast require a gradient.
template <class Visit>
void each_combination(const ElementwiseFacts& operation, Visit visit, std::vector<Tensor> operands = {}) {
  if (operands.size() == operation.domain.size()) return visit(operands);
  for (const Shape& shape : shapes) {
    operands.push_back(sample(operation, operands.size(), shape).requires_grad_());
    each_combination(operation, visit, operands);
    operands.pop_back();
  }
}

std::string text_of(const std::vector<Tensor>& operands) {
  std::string text;
  for (const Tensor& operand : operands) text += " " + to_string(operand.shape());
  return text;
}

/// The operations in plain C++. One that is missing here is put to the other tests only.
const std::map<std::string, double (*)(const std::vector<double>&)> plain{
    {"add", [](const std::vector<double>& x) { return x[0] + x[1]; }},
    {"sub", [](const std::vector<double>& x) { return x[0] - x[1]; }},
    {"mul", [](const std::vector<double>& x) { return x[0] * x[1]; }},
    {"div", [](const std::vector<double>& x) { return x[0] / x[1]; }},
    {"neg", [](const std::vector<double>& x) { return -x[0]; }},
    {"square", [](const std::vector<double>& x) { return x[0] * x[0]; }},
    {"sqrt", [](const std::vector<double>& x) { return std::sqrt(x[0]); }},
    {"power", [](const std::vector<double>& x) { return std::pow(x[0], x[1]); }},
    {"exp", [](const std::vector<double>& x) { return std::exp(x[0]); }},
    {"log", [](const std::vector<double>& x) { return std::log(x[0]); }},
    {"tanh", [](const std::vector<double>& x) { return std::tanh(x[0]); }},
    {"sigmoid", [](const std::vector<double>& x) { return 1 / (1 + std::exp(-x[0])); }},
    {"abs", [](const std::vector<double>& x) { return std::abs(x[0]); }},
    {"sign", [](const std::vector<double>& x) { return x[0] < 0   ? -1.
                                                       : x[0] > 0 ? 1.
                                                                  : 0.; }},
    {"relu", [](const std::vector<double>& x) { return x[0] > 0 ? x[0] : 0.; }},
    {"exp2", [](const std::vector<double>& x) { return std::exp2(x[0]); }},
    {"expm1", [](const std::vector<double>& x) { return std::expm1(x[0]); }},
    {"log2", [](const std::vector<double>& x) { return std::log2(x[0]); }},
    {"log10", [](const std::vector<double>& x) { return std::log10(x[0]); }},
    {"log1p", [](const std::vector<double>& x) { return std::log1p(x[0]); }},
    {"sin", [](const std::vector<double>& x) { return std::sin(x[0]); }},
    {"cos", [](const std::vector<double>& x) { return std::cos(x[0]); }},
    {"tan", [](const std::vector<double>& x) { return std::tan(x[0]); }},
    {"asin", [](const std::vector<double>& x) { return std::asin(x[0]); }},
    {"acos", [](const std::vector<double>& x) { return std::acos(x[0]); }},
    {"atan", [](const std::vector<double>& x) { return std::atan(x[0]); }},
    {"sinh", [](const std::vector<double>& x) { return std::sinh(x[0]); }},
    {"cosh", [](const std::vector<double>& x) { return std::cosh(x[0]); }},
    {"asinh", [](const std::vector<double>& x) { return std::asinh(x[0]); }},
    {"acosh", [](const std::vector<double>& x) { return std::acosh(x[0]); }},
    {"atanh", [](const std::vector<double>& x) { return std::atanh(x[0]); }},
    {"erf", [](const std::vector<double>& x) { return std::erf(x[0]); }},
    {"erfc", [](const std::vector<double>& x) { return std::erfc(x[0]); }},
    {"floor", [](const std::vector<double>& x) { return std::floor(x[0]); }},
    {"ceil", [](const std::vector<double>& x) { return std::ceil(x[0]); }},
    {"trunc", [](const std::vector<double>& x) { return std::trunc(x[0]); }},
    {"round", [](const std::vector<double>& x) { return std::nearbyint(x[0]); }},
    {"atan2", [](const std::vector<double>& x) { return std::atan2(x[0], x[1]); }},
    {"hypot", [](const std::vector<double>& x) { return std::hypot(x[0], x[1]); }},
    {"maximum", [](const std::vector<double>& x) { return std::max(x[0], x[1]); }},
    {"minimum", [](const std::vector<double>& x) { return std::min(x[0], x[1]); }},
    {"clamp", [](const std::vector<double>& x) { return std::clamp(x[0], x[1], x[2]); }},
    {"where", [](const std::vector<double>& x) { return x[0] != 0 ? x[1] : x[2]; }},
    {"eq", [](const std::vector<double>& x) { return double(x[0] == x[1]); }},
    {"ne", [](const std::vector<double>& x) { return double(x[0] != x[1]); }},
    {"lt", [](const std::vector<double>& x) { return double(x[0] < x[1]); }},
    {"le", [](const std::vector<double>& x) { return double(x[0] <= x[1]); }},
    {"gt", [](const std::vector<double>& x) { return double(x[0] > x[1]); }},
    {"ge", [](const std::vector<double>& x) { return double(x[0] >= x[1]); }},
};

/// The operations of two operands with a number on one side. Others have none.
struct WithNumber {
  Tensor (*left)(double a, const Tensor& b) = nullptr;
  Tensor (*right)(const Tensor& a, double b) = nullptr;
};
#define EINGRAD_WITH_NUMBER_1(name)
#define EINGRAD_WITH_NUMBER_2(name)                       \
  {#name,                                                 \
   {[](double a, const Tensor& b) { return name(a, b); }, \
    [](const Tensor& a, double b) { return name(a, b); }}},
#define EINGRAD_WITH_NUMBER_3(name)
#define EINGRAD_WITH_NUMBER(name, definition, arity) EINGRAD_WITH_NUMBER_##arity(name)
const std::map<std::string_view, WithNumber> with_number{EINGRAD_ELEMENTWISE(EINGRAD_WITH_NUMBER)};

}  // namespace

TEST_CASE("elementwise: gradients and second derivatives, for all shapes that broadcast", "[sweep]") {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    if (!operation.differentiable) continue;
    INFO(operation.name);
    const std::string wrong = wrong_derivative(operation);
    CHECK(wrong == "");
    if (!wrong.empty()) continue;  // a hundred tables would say no more
    const auto f = [&](const std::vector<Tensor>& x) { return operation.call(x); };
    each_combination(operation, [&](const std::vector<Tensor>& operands) {
      INFO(text_of(operands));
      Shape shape;
      bool broadcasts = true;
      for (const Tensor& operand : operands) broadcasts = broadcasts && broadcast_to(shape, operand.shape());
      if (!broadcasts) {
        CHECK_THROWS_AS(operation.call(operands), shape_error);
        return;
      }
      CHECK(operation.call(operands).shape() == shape);
      const GradcheckResult first = gradcheck(f, operands);
      CHECK(first);
      const GradcheckResult second = gradgradcheck(f, operands);
      CHECK(second);
    });
  }
}

TEST_CASE("elementwise: a broadcast gives what its elements give one by one", "[sweep]") {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    INFO(operation.name);
    each_combination(operation, [&](const std::vector<Tensor>& operands) {
      INFO(text_of(operands));
      Shape shape;
      for (const Tensor& operand : operands) {
        if (!broadcast_to(shape, operand.shape())) return;
      }
      const Tensor y = operation.call(operands).to(float64);
      for (std::int64_t i = 0; i < y.numel(); ++i) {
        const std::int64_t row = i / 3, column = i % 3;
        std::vector<Tensor> single;
        for (const Tensor& operand : operands) {
          // All shapes are those of a 2 by 3 matrix, with axes missing or of extent 1.
          const bool repeats_rows = operand.dim() < 2 || operand.size(0) == 1;
          const bool repeats_columns = operand.dim() < 1 || operand.size(-1) == 1;
          const std::int64_t columns = repeats_columns ? 1 : 3;
          const bool narrow = y.dim() == 0 || y.size(-1) == 1;
          const std::int64_t r = repeats_rows ? 0 : narrow ? i : row, c = repeats_columns ? 0 : column;
          single.push_back(
              full({}, values<double>(operand)[static_cast<std::size_t>(r * columns + c)], float64));
        }
        CHECK(values<double>(y)[static_cast<std::size_t>(i)] ==
              operation.call(single).to(float64).item<double>());
      }
    });
  }
}

TEST_CASE("elementwise: values are those of plain C++", "[sweep]") {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    const auto found = plain.find(std::string(operation.name));
    if (found == plain.end()) continue;
    INFO(operation.name);
    constexpr std::size_t n = 200;
    std::vector<Tensor> operands;
    for (std::size_t k = 0; k < operation.domain.size(); ++k) operands.push_back(sample(operation, k, {n}));
    const auto y = values<double>(operation.call(operands).to(float64));
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<double> x;
      for (const Tensor& operand : operands) x.push_back(values<double>(operand)[i]);
      CHECK(y[i] == Approx(found->second(x)).epsilon(1e-15).margin(0));
    }
  }
}

TEST_CASE("elementwise: float32 is float64 rounded", "[sweep]") {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    INFO(operation.name);
    std::vector<Tensor> single, wide;
    for (std::size_t k = 0; k < operation.domain.size(); ++k) {
      single.push_back(sample(operation, k, {500}, float32));
      wide.push_back(single.back().to(float64));
    }
    const Tensor y = operation.call(single), exact = operation.call(wide);
    CHECK(y.dtype() == (exact.dtype() == boolean ? boolean : float32));
    CHECK(allclose(y.to(float64), exact.to(float64), 4e-7, 2e-7));  // sums of numbers near 1 round, too

    if (!operation.differentiable) continue;
    for (const Tensor& x : single) x.requires_grad_();
    for (const Tensor& x : wide) x.requires_grad_();
    operation.call(single).sum().backward();
    operation.call(wide).sum().backward();
    for (std::size_t k = 0; k < single.size(); ++k) {
      if (!wide[k].grad().defined()) continue;  // a condition
      CHECK(allclose(single[k].grad().to(float64), wide[k].grad(), 2e-6, 1e-6));
    }
  }
}

TEST_CASE("elementwise: a number as an operand is a tensor of one element", "[sweep]") {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    if (!with_number.contains(operation.name)) continue;
    INFO(operation.name);
    const WithNumber& call = with_number.at(operation.name);
    const double number_a = samples(operation, 0, 1)[0], number_b = samples(operation, 1, 1)[0];
    for (const Dtype dtype : {float32, float64}) {
      const Tensor a = sample(operation, 0, {2, 3}, dtype), b = sample(operation, 1, {2, 3}, dtype);
      CHECK(equal(call.left(number_a, b), operation.call({full({}, number_a, dtype), b})));
      CHECK(equal(call.right(a, number_b), operation.call({a, full({}, number_b, dtype)})));
    }
    if (!operation.differentiable) continue;
    const Tensor a = sample(operation, 0, {2, 3}).requires_grad_(),
                 b = sample(operation, 1, {2, 3}).requires_grad_();
    const auto left = [&](const Tensor& x) { return call.left(number_a, x); };
    const auto right = [&](const Tensor& x) { return call.right(x, number_b); };
    CHECK(gradcheck(left, b));
    CHECK(gradgradcheck(left, b));
    CHECK(gradcheck(right, a));
    CHECK(gradgradcheck(right, a));
  }
}

TEST_CASE("elementwise: an operation may have one tensor as all its operands", "[sweep]") {
  for (const ElementwiseFacts& operation : elementwise_operations()) {
    if (!operation.differentiable || operation.domain.size() < 2) continue;
    INFO(operation.name);
    const Tensor x = full({2}, 1.25, float64).requires_grad_();  // in the domain of all operations
    const auto f = [&](const Tensor& a) { return operation.call(std::vector(operation.domain.size(), a)); };
    CHECK(gradcheck(f, x));
    CHECK(gradgradcheck(f, x));
  }
}

TEST_CASE("elementwise: of a wrong derivative both values are told, and where", "[sweep]") {
  const ElementwiseFacts no_square{"softsign", "", {{-4, 4}}, {}, true, [](const Tensors& x) {
                                     static const Function softsign(
                                         "softsign", [](const Tensors& a) { return a[0] / (1 + abs(a[0])); },
                                         [](const Tensor& g, const Tensors& a, const Tensor&) -> Tensors {
                                           return {g / (1 + abs(a[0]))};
                                         });
                                     return softsign(x);
                                   }};
  CHECK_THAT(wrong_derivative(no_square), StartsWith("softsign: the derivative by A is 0.") &&
                                              ContainsSubstring(" as defined, and 0.") &&
                                              ContainsSubstring(" by differences, at A = "));
}
